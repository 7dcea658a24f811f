/**
 * A directory of CSV files: one per recorder and UTC day. A full or failing disk is no end: recording goes on, drops are counted,
 * one line says so and one when it is over.
 */
import { SdrError } from '../../errors.ts';
import type { Engine } from '../../host.ts';
import { errno } from '../../host.ts';
import type { Counts, Feed, Sink, Stream } from '../../sink.ts';
import { Text } from '../../text.ts';
import { bootId, Claim } from './claim.ts';
import { makeDirectory, makeNotes, reasonOf } from './folder.ts';
import { instanceOf } from './instance.ts';
import { dayMs } from './names.ts';
import { PlainFile } from './plain.ts';
import type { Limits } from './retention.ts';
import { Retention } from './retention.ts';
import { Segment, Short } from './segment.ts';

export interface DirectoryOptions {
  readonly engine: Engine;
  readonly path: string;
  /** '' = a CSV file a day; `.krd` = one file `<recorder>.krd`. */
  readonly suffix: string;
  readonly fsync: boolean;
  /** Samples are gathered this long before they are written, milliseconds; 0 = each at once. */
  readonly flush: number;
  readonly maxFile: number;
  readonly limits: Limits;
  readonly counts: Counts;
  readonly warn: (condition: string, message: string) => void;
  readonly over: (condition: string, message: string) => void;
}

/** Disk conditions that may pass: nothing to stop for. */
const passing = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'ENOENT',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EACCES',
  'EPERM',
  'ESTALE',
  'EINTR',
  'EAGAIN',
  'ENOTDIR',
  'EFBIG',
  'EEXIST',
]);

/** Of these, what is no passing trouble when it is met before anything was written. */
const lasting = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENOENT', 'EEXIST']);

export class Directory implements Sink {
  private readonly options: DirectoryOptions;
  private readonly boot: string;
  private readonly feeds: FileFeed[] = [];
  private readonly retention: Retention;
  /** Whether the directory was found to be there and ours, and nothing has said otherwise since. */
  private isPrepared = false;
  /** Whether a tick has passed: what is refused before is wrong for good, what is refused later may pass. */
  private hasBegun = false;
  /** Those whose last attempt failed. */
  private readonly refused = new Set<object>();

  /** Throws an SdrError (`cannotCreate`, `permission`) when there can be no directory. A full disk may pass. */
  constructor(options: DirectoryOptions) {
    this.options = options;
    const { engine, path, limits } = options;
    this.boot = bootId(engine);
    this.attempt(this, () => this.prepare());
    const lost = (rows: number): void => {
      options.counts.droppedRows += rows;
    };
    this.retention = new Retention(engine, path, limits, (message) => options.warn(message, message), lost);
  }

  private prepare(): void {
    if (this.isPrepared) return;
    const { engine, path } = this.options;
    makeDirectory(engine.files, path);
    makeNotes(engine.files, path);
    instanceOf(engine, path);
    this.refused.delete(this);
    this.isPrepared = true;
  }

  feed(stream: Stream): Feed {
    const { path, engine, suffix } = this.options;
    const claim = new Claim(engine, `${path}/.sdr`, stream.name, this.boot);
    const common = { ...this.options, files: engine.files, directory: path, claim };
    const segment = suffix
      ? new PlainFile({ ...common, file: stream.name + suffix })
      : new Segment({ ...common, pid: engine.pid, stream, boot: this.boot });
    const claimed = () => {
      this.prepare();
      segment.resume(claim.take());
    };
    const feed = new FileFeed(segment, claimed, this.options, (action) => this.attempt(stream, action));
    feed.take();
    this.feeds.push(feed);
    return feed;
  }

  tick(now: number): void {
    this.hasBegun = true;
    for (const feed of this.feeds) feed.tick(now);
    this.retention.tick(now, this.feeds);
  }

  flush(): void {
    for (const feed of this.feeds) feed.flush();
  }

  /** The rows that follow go to new files. */
  begin(): void {
    for (const feed of this.feeds) feed.begin();
  }

  close(): void {
    for (const feed of this.feeds) feed.close();
  }

  /** Runs something that a full disk may refuse; says so once, and when it is over for everyone who asked. */
  private attempt(who: object, action: () => void): Error | null {
    const { path, warn, over } = this.options;
    try {
      action();
      if (this.refused.delete(who) && this.refused.size === 0) over(path, `Writing to ${path} works again`);
      return null;
    } catch (error) {
      this.isPrepared = false;
      const code = errno(error);
      if (!passing.has(code)) throw error;
      if (!this.hasBegun && lasting.has(code)) {
        const exit = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'cannotCreate';
        throw new SdrError(exit, `Cannot write to directory ${path}: ${reasonOf(code)}`, error);
      }
      this.refused.add(who);
      warn(path, `Cannot write to ${path}: ${code}; rows are dropped until it works again`);
      return error as Error;
    }
  }
}

/** One recorder's rows, gathered for the flush window. */
class FileFeed implements Feed {
  private readonly text = new Text();
  private from = 0;
  private until = Number.NEGATIVE_INFINITY;
  private rows = 0;
  private since = Number.NaN;
  private isClaimed = false;
  private readonly segment: Segment | PlainFile;
  private readonly claimed: () => void;
  private readonly options: DirectoryOptions;
  private readonly attempt: (action: () => void) => Error | null;

  constructor(
    segment: Segment | PlainFile,
    claimed: () => void,
    options: DirectoryOptions,
    attempt: (action: () => void) => Error | null,
  ) {
    this.segment = segment;
    this.claimed = claimed;
    this.options = options;
    this.attempt = attempt;
  }

  get file(): string {
    return this.segment.file;
  }

  /** The claim, as soon as the disk lets us write one. */
  take(): void {
    this.isClaimed = this.attempt(this.claimed) === null;
  }

  /** Two rows of one time are never written; a clock that fell behind begins a new file. */
  accepts(time: number): boolean {
    return time !== (this.rows > 0 ? this.until : this.segment.last);
  }

  put(time: number, text: Uint8Array, rows: number): void {
    // What goes to another file is written before it.
    if (this.rows > 0 && (time <= this.until || Math.floor(time / dayMs) !== Math.floor(this.from / dayMs)))
      this.flush();
    if (this.options.flush === 0) {
      this.write(time, time, text);
      return;
    }
    if (this.rows === 0) this.from = time;
    this.until = time;
    this.rows += rows;
    this.text.raw(text);
  }

  tick(now: number): void {
    if (this.rows === 0) return;
    if (Number.isNaN(this.since)) this.since = now;
    if (now - this.since >= this.options.flush) this.flush();
  }

  flush(): void {
    if (this.rows === 0) return;
    this.write(this.from, this.until, this.text.view());
    this.text.clear();
    this.rows = 0;
    this.since = Number.NaN;
  }

  private write(from: number, until: number, text: Uint8Array): void {
    if (!this.isClaimed) this.take();
    const error = this.isClaimed ? this.attempt(() => this.segment.append(from, until, text)) : full;
    if (error === null) return;
    // The directory went: its claim went with it.
    if (errno(error) === 'ENOENT') this.isClaimed = false;
    this.options.counts.droppedRows += lines(text.subarray(error instanceof Short ? error.kept : 0));
  }

  /** The rows that follow go to a new file. */
  begin(): void {
    this.flush();
    if (this.segment instanceof Segment) this.segment.file = '';
  }

  close(): void {
    this.flush();
    if (this.isClaimed) this.attempt(() => this.segment.close());
  }
}

const full = new Error('no claim');

function lines(text: Uint8Array): number {
  let count = 0;
  for (const byte of text) if (byte === 10) count++;
  return count;
}
