/** What becomes of a frame: the rules of sdr-wire(7). */
import type { Verdict } from '../../wire/answer.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Catalog } from './catalog.ts';
import { machineLine } from './entries.ts';
import type { Group } from './group.ts';
import { Host } from './hosts.ts';
import { countLines, lastTime, startsWithTime } from './rows.ts';
import { StoredFile } from './stored.ts';
import type { Stats } from './types.ts';

/** A verdict, and the file that must have come so far before it is told; null when it can be told at once. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly file: StoredFile | null;
}

const refuse = (status: number, error: string): Outcome => ({ verdict: { status, error }, file: null });

export class Rules {
  private readonly catalog: Catalog;
  private readonly stats: Stats;

  constructor(catalog: Catalog, stats: Stats) {
    this.catalog = catalog;
    this.stats = stats;
  }

  /** Takes what is new of a frame into a group. Throws a SystemError when what is there cannot be read. */
  judge(frame: Frame, group: Group, now: number): Outcome {
    const host = this.catalog.host(frame.host);
    const conflict = this.wrongMachine(host, frame.machine);
    if (conflict !== null) return refuse(409, conflict);
    host.lastSeen = now;
    const known = host.files.get(frame.file);
    const file = known?.instance === frame.instance ? known : this.find(host, frame);
    return file === null ? this.begin(host, frame, group) : this.proceed(host, file, frame, group);
  }

  /** Why a machine may not use a host's name; null when it may. */
  wrongMachine(host: Host, machine: string): string | null {
    if (host.machine === machine || host.machine === '') return null;
    this.stats.conflicts++;
    host.isChanged ||= host.refused !== machine;
    host.refused = machine;
    return `another machine is known as ${host.name}: give one of them another name, or accept this one on the collector`;
  }

  /** The file that a frame belongs to; null when nothing of it is stored. */
  private find(host: Host, frame: Frame): StoredFile | null {
    const { catalog } = this;
    const owner = host.owners.get(frame.file);
    if (owner === frame.instance) return this.keep(host, catalog.file(host, frame.file, owner));
    const beside = catalog.file(host, Host.beside(frame.file, frame.instance), frame.instance);
    if (beside !== null || owner !== undefined) return this.keep(host, beside);
    // Nobody knows whose it is when the index was lost: whoever has the same bytes.
    const plain = catalog.file(host, frame.file, frame.instance);
    if (plain === null || !this.isSame(plain, frame)) return null;
    this.own(host, plain);
    return this.keep(host, plain);
  }

  private keep(host: Host, file: StoredFile | null): StoredFile | null {
    if (file !== null) host.files.set(file.name, file);
    return file;
  }

  /** Whether a frame shows that its sender has the bytes of a file: more than the first line, which many have. */
  private isSame(file: StoredFile, { offset, crc, bytes }: Frame): boolean {
    if (offset > file.length) return false;
    if (offset > 0) return file.crcBefore(offset, this.catalog.handles) === crc;
    const shared = Math.min(file.length, bytes.length);
    return shared > bytes.indexOf(10) + 1 && file.holdsAt(0, bytes.subarray(0, shared), this.catalog.handles);
  }

  /** A file of which nothing is stored. */
  private begin(host: Host, frame: Frame, group: Group): Outcome {
    const { offset, bytes } = frame;
    if (offset > 0) {
      this.stats.rewinds++;
      return { verdict: { next: 0 }, file: null };
    }
    if (bytes.length === 0) return { verdict: { next: 0 }, file: null };
    if (!startsWithTime(bytes)) {
      this.stats.malformed++;
      return refuse(400, `${frame.file}: expected a first line that begins with time,`);
    }
    return this.take(host, this.create(host, frame), frame, group);
  }

  private create(host: Host, { file: name, instance }: Frame): StoredFile {
    const owner = host.owners.get(name);
    const isFree = owner === undefined && this.catalog.file(host, name, instance) === null;
    const isPlain = isFree || owner === instance;
    const stored = isPlain ? name : Host.beside(name, instance);
    const file = new StoredFile(host.directory, host.name, instance, stored, 0);
    this.catalog.keep(host);
    if (isFree) this.own(host, file);
    host.files.set(stored, file);
    if (host.totals) host.totals.files++;
    return file;
  }

  private own(host: Host, file: StoredFile): void {
    host.owners.set(file.name, file.instance);
    host.isChanged = true;
  }

  private proceed(host: Host, file: StoredFile, frame: Frame, group: Group): Outcome {
    const { offset, bytes } = frame;
    const n = file.length;
    const end = offset + bytes.length;
    const waits = file.isMoving ? file : null;
    if (offset > n) {
      this.stats.rewinds++;
      return { verdict: { next: n }, file: waits };
    }
    const conflict = this.otherBytes(file, frame);
    if (conflict !== null) {
      this.stats.conflicts++;
      return refuse(409, `${frame.file}: ${conflict}`);
    }
    if (end <= n) {
      if (bytes.length > 0) this.stats.duplicates++;
      return { verdict: { next: n }, file: waits };
    }
    if (n === 0 && !startsWithTime(bytes)) {
      this.stats.malformed++;
      return refuse(400, `${frame.file}: expected a first line that begins with time,`);
    }
    return this.take(host, file, frame, group);
  }

  /** What contradicts the bytes that are there; null when nothing does. */
  private otherBytes(file: StoredFile, { offset, crc, bytes }: Frame): string | null {
    const { handles } = this.catalog;
    if (offset > 0 && file.crcBefore(offset, handles) !== crc) return `other bytes are stored before offset ${offset}`;
    const there = Math.min(file.length - offset, bytes.length);
    if (there > 0 && !file.holdsAt(offset, bytes.subarray(0, there), handles)) {
      return `other bytes are stored at offset ${offset}`;
    }
    return null;
  }

  /** Takes what a frame brings beyond what is there. */
  private take(host: Host, file: StoredFile, frame: Frame, group: Group): Outcome {
    const { stats } = this;
    if (host.machine === '') {
      host.become(frame.machine);
      group.line(machineLine(host.name, frame.machine));
    }
    const bytes = frame.offset === file.length ? frame.bytes : frame.bytes.subarray(file.length - frame.offset);
    const rows = countLines(bytes) - (file.length === 0 ? 1 : 0);
    file.push(group, bytes);
    stats.frames++;
    stats.rows += rows;
    stats.bytes += bytes.length;
    host.rows += rows;
    host.lastTime = Math.max(host.lastTime, lastTime(bytes));
    if (host.totals) host.totals.bytes += bytes.length;
    return { verdict: { next: file.length }, file };
  }
}
