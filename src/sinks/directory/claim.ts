/**
 * One writer of a recorder in a directory. `.sdr/<recorder>.N` says who it is and where it stands; taking over is making N+1,
 * which only one can do. The highest N stays when the writer ends (with pid 0), so that the next run knows what came before.
 */
import { SdrError } from '../../errors.ts';
import type { Engine, Files } from '../../host.ts';
import { errno } from '../../host.ts';
import { createWhole, readText, remove, syncDirectory } from '../../store.ts';
import { utf8 } from '../../text.ts';

/** What a claim remembers. */
export interface Standing {
  /** The boot in which the file was written. */
  boot: string;
  /** The file that rows go to; '' before the first one. */
  file: string;
  /** Its device and inode, `dev:ino`, when the writer ended; '' while it runs. */
  inode: string;
  /** Bytes of the file when the writer ended; 0 while it runs. */
  size: number;
  /** The highest day that a file was ever made for, YYYYMMDD. */
  day: string;
  /** The highest revision ever used. */
  revision: number;
  /** The last `time` written, milliseconds; 0 = none known. */
  time: number;
  /** The last claim that a power cut leaves: it stays beside newer ones until another is as safe. 0 = none. */
  safe: number;
}

export interface Holder {
  /** 0 when nobody holds it any more. */
  readonly pid: number;
  /** Start of the process in ticks since boot: a pid alone may be somebody else's by now. */
  readonly start: string;
}

export type ProcessTable = Pick<Engine, 'files' | 'pid' | 'isAlive'>;

const nothing: Standing = { boot: '', file: '', inode: '', size: 0, day: '', revision: 0, time: 0, safe: 0 };

/** Field 22 of /proc/PID/stat, behind the name in parentheses (which may hold anything); '' when it cannot be read. */
export function startOfProcess(engine: Pick<Engine, 'files'>, pid: number): string {
  try {
    const text = readText(engine.files, `/proc/${pid}/stat`) ?? '';
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Whether the process that made a claim in this boot lives. One that we may not look at counts as alive, and one that did not know when it began. */
export function lives(engine: Pick<Engine, 'files' | 'isAlive'>, { pid, start }: Holder): boolean {
  if (pid === 0) return false;
  const now = startOfProcess(engine, pid);
  return now === '' || start === '' ? engine.isAlive(pid) : now === start;
}

/** What a claim says; null when it vanished or is not whole: its writer died in making it. Throws a SystemError. */
export function readClaim(files: Files, path: string): { readonly holder: Holder; readonly standing: Standing } | null {
  try {
    const { pid, start, ...standing } = Object(JSON.parse(readText(files, path) ?? ''));
    return { holder: { pid: Number(pid), start: String(start) }, standing };
  } catch (error) {
    if (errno(error) === '' && !(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** The newest claim of each recorder in a `.sdr`. Throws a SystemError. */
export function claimsIn(files: Files, directory: string) {
  const highest = new Map<string, number>();
  for (const file of files.names(directory)) {
    const [, recorder = '', number = ''] = /^([a-z][a-z0-9_]*)\.(\d+)$/.exec(file) ?? [];
    if (recorder !== '') highest.set(recorder, Math.max(highest.get(recorder) ?? 0, Number(number)));
  }
  return [...highest].flatMap(([recorder, number]) => {
    const claim = readClaim(files, `${directory}/${recorder}.${number}`);
    return claim ? [{ recorder, ...claim }] : [];
  });
}

/** This boot's id; '' where the kernel does not say. */
export function bootId(engine: Pick<Engine, 'files'>): string {
  try {
    return (readText(engine.files, '/proc/sys/kernel/random/boot_id') ?? '').trim();
  } catch {
    return '';
  }
}

const highest = (numbers: readonly number[]): number => Math.max(0, ...numbers);

export class Claim {
  standing: Standing = { ...nothing };
  private number = 0;
  /** When this process started; '' until that could be read. */
  private start = '';
  private readonly engine: ProcessTable;
  private readonly directory: string;
  private readonly recorder: string;
  private readonly boot: string;

  /** `directory` is the `.sdr` of the data. */
  constructor(engine: ProcessTable, directory: string, recorder: string, boot: string) {
    this.engine = engine;
    this.directory = directory;
    this.recorder = recorder;
    this.boot = boot;
  }

  /**
   * Takes the place of the writer before, and tells what it left. Throws an SdrError (`locked`) when that one lives, a
   * SystemError when the claim cannot be written.
   */
  take(): Standing {
    for (let attempt = 0; attempt < 100; attempt++) {
      const numbers = this.numbers();
      const before = this.latest(numbers);
      if (before) this.refuseIfAlive(before.holder, before.standing.boot);
      this.standing = { ...nothing, ...before?.standing };
      if (!this.make(highest(numbers) + 1)) continue;
      // Somebody slower may have seen an older list: the highest number holds, everyone else starts again.
      const names = this.engine.files.names(this.directory);
      if (highest(this.numbersAmong(names)) === this.number) {
        this.removeOlder(names);
        return { ...this.standing };
      }
      remove(this.engine.files, this.path(this.number));
    }
    throw new SdrError('locked', `Cannot claim ${this.recorder} in ${this.directory}: too many others try`);
  }

  /** Writes down where this writer stands; `durable` survives a power cut. Throws a SystemError. */
  update(durable: boolean): void {
    this.advance(this.engine.pid, durable);
  }

  /** Gives the place back; what is known stays. */
  release(): void {
    this.advance(0, false);
  }

  private path(number: number): string {
    return `${this.directory}/${this.recorder}.${number}`;
  }

  private temporary(): string {
    return `${this.directory}/.${this.recorder}.${this.engine.pid}`;
  }

  private numbers(): number[] {
    return this.numbersAmong(this.engine.files.names(this.directory));
  }

  private numbersAmong(names: readonly string[]): number[] {
    const found: number[] = [];
    for (const name of names) {
      if (!name.startsWith(`${this.recorder}.`)) continue;
      const number = Number(name.slice(this.recorder.length + 1));
      if (Number.isInteger(number) && number > 0) found.push(number);
    }
    return found;
  }

  /** The newest claim that is whole: those above it were torn by a power cut, or are being written. */
  private latest(numbers: readonly number[]): ReturnType<typeof readClaim> {
    for (const number of [...numbers].sort((a, b) => b - a)) {
      const found = readClaim(this.engine.files, this.path(number));
      if (found) return found;
    }
    return null;
  }

  /** Older claims, and what writers that were killed left half made. */
  private removeOlder(names: readonly string[]): void {
    const { files, pid } = this.engine;
    const { safe } = this.standing;
    for (const number of this.numbersAmong(names))
      if (number < this.number && number !== safe) remove(files, this.path(number));
    for (const name of names) {
      if (!name.startsWith(`.${this.recorder}.`)) continue;
      const owner = Number(name.split('.')[2]);
      // One that lives may be about to use it.
      if (owner !== pid && !this.engine.isAlive(owner)) remove(files, `${this.directory}/${name}`);
    }
  }

  private refuseIfAlive(holder: Holder, boot: string): void {
    if (boot !== this.boot || !lives(this.engine, holder)) return;
    const directory = this.directory.replace(/\/\.sdr$/, '');
    throw new SdrError('locked', `Cannot record ${this.recorder} in ${directory}: process ${holder.pid} does`);
  }

  private bytes(pid: number): Uint8Array {
    if (pid !== 0) this.start ||= startOfProcess(this.engine, pid);
    const start = pid === 0 ? '' : this.start;
    return utf8(`${JSON.stringify({ pid, start, ...this.standing })}\n`);
  }

  /**
   * False when another was quicker. A file of another boot is not written down again: should this writer die at once, the next
   * one must not take it for a file of this boot.
   */
  private make(number: number): boolean {
    const before = this.standing;
    const sameBoot = before.boot === this.boot;
    this.standing = { ...before, boot: this.boot, ...(sameBoot ? {} : { file: '', inode: '', size: 0 }) };
    try {
      createWhole(this.engine.files, this.path(number), this.temporary(), this.bytes(this.engine.pid), false);
      this.number = number;
      this.standing = before;
      return true;
    } catch (error) {
      this.standing = before;
      if (errno(error) === 'EEXIST') return false;
      throw error;
    }
  }

  /** The next number says it, then the last one goes: replacing a file would make ext4 write it out at once. */
  private advance(pid: number, durable: boolean): void {
    const { files } = this.engine;
    const { safe } = this.standing;
    this.standing.boot = this.boot;
    if (durable) this.standing.safe = this.number + 1;
    try {
      createWhole(files, this.path(this.number + 1), this.temporary(), this.bytes(pid), durable);
    } catch (error) {
      if (errno(error) !== 'EEXIST') throw error;
      throw new SdrError('locked', `Another process took over ${this.recorder} in ${this.directory}`, error);
    }
    this.number++;
    if (durable) syncDirectory(files, this.directory);
    if (this.number - 1 !== this.standing.safe) remove(files, this.path(this.number - 1));
    if (safe !== this.standing.safe && safe > 0) remove(files, this.path(safe));
  }
}
