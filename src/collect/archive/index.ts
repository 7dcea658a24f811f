/** The collector's archive: what hosts send, durable before it is acknowledged, byte for byte as they have it. */
import type { Answer, Verdict } from '../../wire/answer.ts';
import { keyOf } from '../../wire/answer.ts';
import { WireError } from '../../wire/error.ts';
import type { Frame } from '../../wire/frame.ts';
import { isHost } from '../../wire/frame.ts';
import { Catalog } from './catalog.ts';
import { Commits } from './commits.ts';
import { keyLine, machineLine } from './entries.ts';
import { refusal } from './failure.ts';
import { check, Guests } from './guests.ts';
import { Journals } from './journals.ts';
import { Keys } from './keys.ts';
import { Mender } from './mender.ts';
import { Rules } from './rules.ts';
import { Space } from './space.ts';
import { noStats } from './stats.ts';
import { lengthsOf, statusOf } from './status.ts';
import { nodeStore } from './store.ts';
import type { StoredFile } from './stored.ts';
import type { ArchiveOptions, HostStatus, Stats } from './types.ts';

export type { ArchiveOptions, HostStatus, Stats } from './types.ts';

const defaults = { journalBytes: 16 << 20, maxPending: 32 << 20, openFiles: 1024, minFree: 0 };

/** A name that leads nowhere else. Throws a WireError (400). */
function named(host: string): string {
  if (isHost(host)) return host;
  throw new WireError(400, 'expected a host name');
}

export class Archive {
  readonly stats: Stats = noStats();
  private readonly now: () => number;
  private readonly maxPending: number;
  private readonly catalog: Catalog;
  private readonly keys = new Keys();
  private readonly journals: Journals;
  private readonly commits: Commits;
  private readonly mender: Mender;
  private readonly rules: Rules;
  private readonly guests: Guests;
  private readonly space: Space;

  private constructor(options: ArchiveOptions) {
    const { path, report, store = nodeStore } = options;
    const { stats, keys } = this;
    const stop = (error: unknown) => this.mender.stop(error);
    this.now = options.now ?? Date.now;
    this.maxPending = options.maxPending ?? defaults.maxPending;
    this.catalog = new Catalog(store, path, options.openFiles ?? defaults.openFiles, report);
    this.journals = new Journals(this.catalog, keys, stats, options.journalBytes ?? defaults.journalBytes, stop);
    this.commits = new Commits(this.catalog, this.journals, stats, stop);
    this.mender = new Mender(this.catalog, this.journals, this.commits, keys, stats, report);
    this.rules = new Rules(this.catalog, stats);
    this.guests = new Guests(this.catalog, stats);
    this.space = new Space(store, path, options.minFree ?? defaults.minFree);
  }

  /**
   * Opens a directory and makes good what a crash left. A journal or index that is damaged is no reason not to start, nor is a full disk.
   * Rejects with an SdrError (`locked`) while another collector has it, and with a SystemError when it cannot be made or is not ours.
   */
  static async open(options: ArchiveOptions): Promise<Archive> {
    const archive = new Archive(options);
    await archive.mender.open();
    return archive;
  }

  /**
   * What becomes of some frames, in their order, told when it is durable. The caller leaves the bytes as they are until then.
   * Rejects with a WireError: 503 busy or failed, 507 disk full; nothing of it is acknowledged then.
   */
  async append(frames: readonly Frame[]): Promise<readonly Verdict[]> {
    const now = this.now();
    let bytes = 0;
    for (const frame of frames) bytes += frame.bytes.length;
    this.admit(bytes, now);
    const { group } = this.commits;
    const verdicts: Verdict[] = [];
    const files: StoredFile[] = [];
    try {
      for (const frame of frames) {
        const { verdict, file } = this.rules.judge(frame, group, now);
        verdicts.push(verdict);
        if (file) files.push(file);
      }
    } catch (error) {
      throw this.counted(refusal(error));
    } finally {
      this.commits.start();
    }
    await this.settled(files);
    return verdicts;
  }

  /**
   * Rows of a guest, into a file of the day that the archive names. `header` is the first line of CSV without LF and begins with `time,`;
   * `rows` are whole lines. With a `key` that was seen lately nothing is stored again. Resolves with the number of rows when durable.
   * Rejects with a WireError: 400, 503, 507.
   */
  async write(host: string, recorder: string, header: string, rows: Uint8Array, key?: string): Promise<number> {
    const what = { host, recorder, header, rows };
    const count = check(what);
    const now = this.now();
    // What a journal says of a key holds only when the archive is open.
    this.admit(0, now);
    const digest = key === undefined ? null : Keys.of(host, recorder, key);
    const known = digest === null ? null : this.keys.find(digest);
    if (known !== null) {
      this.stats.repeats++;
      return known;
    }
    this.admit(rows.length, now);
    if (count === 0) return 0;
    const answer = this.store(() => this.guests.take(what, count, this.commits.group, now), digest, count);
    if (digest !== null) this.keys.expect(digest, count, answer);
    await answer;
    this.stats.writes++;
    return count;
  }

  /** How far the archive is, durably, with all files of an instance, by `<host>/<file>`. Rejects with a WireError: 400, 409 another machine, 503. */
  async next(name: string, machine: string, instance: string): Promise<Answer['next']> {
    this.admit(0, this.now());
    try {
      const host = this.catalog.host(named(name));
      const conflict = this.rules.wrongMachine(host, machine);
      if (conflict !== null) throw new WireError(409, conflict);
      const lengths = lengthsOf(this.catalog, host, instance);
      return Object.fromEntries(Array.from(lengths, ([file, length]) => [keyOf({ host: name, file }), length]));
    } catch (error) {
      throw refusal(error);
    }
  }

  /** Makes the machine that was refused the one that is known. Throws a WireError: 400, 404 when none was, 503. */
  accept(name: string): void {
    this.admit(0, this.now());
    const host = this.catalog.host(named(name));
    if (host.refused === '') throw new WireError(404, `no other machine came as ${name}`);
    host.become(host.refused);
    this.catalog.keep(host);
    this.commits.group.line(machineLine(name, host.machine));
    this.commits.start();
  }

  /** Whether there is anything of a host. Throws a WireError: 400, 503. */
  knows(name: string): boolean {
    try {
      this.catalog.host(named(name));
      return this.catalog.known.has(name);
    } catch (error) {
      throw refusal(error);
    }
  }

  /** What is known of every host, each looked at when it is asked for. Throws a SystemError when the directory cannot be read. */
  *hosts(): Generator<HostStatus, void, undefined> {
    for (const name of this.catalog.names()) yield statusOf(this.catalog, this.catalog.host(name));
  }

  /** Bytes taken that are not acknowledged yet. */
  get pendingBytes(): number {
    return this.commits.pendingBytes;
  }

  /** Commits what waits, makes all durable in its place, and gives the directory back. Rejects with a SystemError when that fails. */
  close(): Promise<void> {
    return this.mender.close();
  }

  /** Throws a WireError when a request cannot be taken now. */
  private admit(bytes: number, now: number): void {
    const { failure } = this.mender;
    if (failure !== null) {
      this.mender.mend(now);
      throw this.counted(failure);
    }
    if (bytes === 0) return;
    if (this.pendingBytes > 0 && this.pendingBytes + bytes > this.maxPending) {
      this.stats.busy++;
      throw new WireError(503, 'the collector is busy');
    }
    if (!this.space.hasRoom(now)) throw this.counted(new WireError(507, 'the disk of the collector is full'));
  }

  private counted(failure: WireError): WireError {
    if (failure.status === 507) this.stats.full++;
    else this.stats.failed++;
    return failure;
  }

  private async store(take: () => StoredFile, key: string | null, rows: number): Promise<number> {
    try {
      const file = take();
      if (key !== null) this.commits.group.line(keyLine(key, rows));
      return this.settled([file]).then(() => rows);
    } catch (error) {
      throw this.counted(refusal(error));
    } finally {
      this.commits.start();
    }
  }

  /** Resolves when what is in flight of some files is durable; rejects with a WireError when it got lost. */
  private settled(files: readonly StoredFile[]): Promise<void> {
    let group = null;
    for (const file of files) if (file.group !== null && group !== this.commits.group) group = file.group;
    if (group === null) return Promise.resolve();
    const failures = files.map((file) => file.failures);
    const last = group;
    return new Promise((resolve, reject) => {
      last.waiters.push((failure) => {
        if (failure) return reject(this.counted(failure));
        const isLost = files.some((file, i) => file.failures !== failures[i]);
        if (isLost)
          return reject(
            this.counted(this.commits.failure ?? new WireError(503, 'the collector cannot store this now')),
          );
        resolve();
      });
    });
  }
}
