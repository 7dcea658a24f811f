/**
 * Whose turn it is to send a directory to a destination: two processes that each record a part of it would else send all of it twice.
 * `.sdr/forward-<hash>.pid.N` says which process does: its pid, its start in ticks since boot, the boot. Taking over is making N+1,
 * which only one can do; the highest N stays (with pid 0) when its process ends, so that nobody who is slow finds a lower one free.
 * What arrives twice is stored once, so a turn that cannot be noted does no harm.
 */
import type { Engine } from '../host.ts';
import { errno } from '../host.ts';
import { bootId, lives, startOfProcess } from '../sinks/directory/claim.ts';
import { createWhole, readText, remove } from '../store.ts';
import { utf8 } from '../text.ts';

type World = Pick<Engine, 'files' | 'clock' | 'pid' | 'isAlive'>;

/** How often it is looked at while another has the turn, and while we have it, milliseconds. */
const waiting = 5000;
const having = 30_000;
/** Who is outrun so often lets others have it for now. */
const attempts = 20;

export class Turn {
  /** The process that has it; 0 = we do. */
  rival = 0;
  private readonly engine: World;
  private readonly path: string;
  private readonly temporary: string;
  private readonly start: string;
  private due = Number.NEGATIVE_INFINITY;

  /** `path` is without its number, `temporary` what such a file is made of. */
  constructor(engine: World, path: string, temporary: string) {
    this.engine = engine;
    this.path = path;
    this.temporary = temporary;
    this.start = startOfProcess(engine, engine.pid);
  }

  /** Looks whether it is ours, if that is due: whether something has changed. */
  look(): boolean {
    const now = this.engine.clock.monotonic();
    if (now < this.due) return false;
    const before = this.rival;
    this.rival = this.take();
    this.due = now + (this.rival === 0 ? having : waiting);
    return this.rival !== before;
  }

  /** Lets others have it. */
  release(): void {
    if (this.rival > 0) return;
    try {
      const highest = Math.max(0, ...this.numbers());
      if (highest === 0 || !this.isOurs(this.read(highest))) return;
      this.make(highest + 1, '0');
      this.removeBelow(highest + 1);
    } catch (error) {
      // Our pid is dead soon.
      if (errno(error) === '') throw error;
    }
  }

  /** The process that has it after an attempt to have it. */
  private take(): number {
    try {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const found = this.attempt();
        if (found !== null) return found;
      }
      return this.holder();
    } catch (error) {
      if (errno(error) === '') throw error;
      // Nothing can be read or written here.
      return 0;
    }
  }

  /** Null when another was quicker. Throws a SystemError. */
  private attempt(): number | null {
    const { pid } = this.engine;
    const highest = Math.max(0, ...this.numbers());
    const found = highest === 0 ? '' : this.read(highest);
    if (this.isOurs(found)) return 0;
    const rival = this.living(found);
    if (rival > 0) return rival;
    const number = highest + 1;
    if (!this.make(number, `${pid} ${this.start} ${bootId(this.engine)}`.trim())) return null;
    // Somebody slower may have seen an older list, or where there are no links an empty file that was being filled.
    const isBeaten = Math.max(0, ...this.numbers()) > number || (highest > 0 && this.living(this.read(highest)) > 0);
    if (isBeaten) remove(this.engine.files, this.name(number));
    else this.removeBelow(number);
    return isBeaten ? null : 0;
  }

  /** Who has it now; 0 = nobody that lives. */
  private holder(): number {
    const highest = Math.max(0, ...this.numbers());
    return highest === 0 ? 0 : this.living(this.read(highest));
  }

  private name(number: number): string {
    return `${this.path}.${number}`;
  }

  private numbers(): readonly number[] {
    const slash = this.path.lastIndexOf('/');
    const prefix = `${this.path.slice(slash + 1)}.`;
    const found = this.engine.files.names(this.path.slice(0, slash)).filter((name) => name.startsWith(prefix));
    return found.map((name) => Number(name.slice(prefix.length))).filter((number) => Number.isSafeInteger(number));
  }

  private removeBelow(number: number): void {
    for (const each of this.numbers()) if (each < number) remove(this.engine.files, this.name(each));
  }

  /** False when another was quicker. Throws a SystemError. */
  private make(number: number, text: string): boolean {
    try {
      createWhole(this.engine.files, this.name(number), this.temporary, utf8(`${text}\n`), false);
      return true;
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      throw error;
    }
  }

  /** What a file says; '' when it is gone. Throws a SystemError. */
  private read(number: number): string {
    return readText(this.engine.files, this.name(number))?.trim() ?? '';
  }

  /** A start that could not be read is no other one. */
  private isOurs(text: string): boolean {
    const [pid = '', start = '', boot = ''] = text.split(' ');
    const isSame = start === this.start || start === '' || this.start === '';
    return Number(pid) === this.engine.pid && isSame && boot === bootId(this.engine);
  }

  /** The process that a text names; 0 when it is none of this boot, or dead. */
  private living(text: string): number {
    const [pid = '', start = '', boot = ''] = text.split(' ');
    const holder = { pid: Number(pid) || 0, start };
    return boot === bootId(this.engine) && lives(this.engine, holder) ? holder.pid : 0;
  }
}
