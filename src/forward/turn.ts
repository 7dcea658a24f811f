/**
 * Whose turn it is to send a directory to a destination: two processes that each record a part of it would else send all of it twice.
 * `.sdr/forward-<hash>.pid` says which process does: its pid, its start in ticks since boot, the boot. What arrives twice is stored
 * once, so a lock that cannot be made, or that is lost, does no harm.
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

export class Turn {
  /** The process that has it; 0 = we do. */
  rival = 0;
  private readonly engine: World;
  private readonly path: string;
  private readonly temporary: string;
  private readonly text: string;
  private due = Number.NEGATIVE_INFINITY;

  /** `temporary` is what the file at `path` is made of. */
  constructor(engine: World, path: string, temporary: string) {
    this.engine = engine;
    this.path = path;
    this.temporary = temporary;
    this.text = `${engine.pid} ${startOfProcess(engine, engine.pid)} ${bootId(engine)}`.trim();
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
    if (this.rival === 0 && this.read() === this.text) remove(this.engine.files, this.path);
  }

  private take(): number {
    const { engine, path, text } = this;
    try {
      const found = this.read();
      const rival = found === text ? 0 : this.living(found);
      if (found === text || rival > 0) return rival;
      if (found !== null) remove(engine.files, path);
      createWhole(engine.files, path, this.temporary, utf8(`${text}\n`), false);
      return 0;
    } catch (error) {
      if (errno(error) === '') throw error;
      // Another was quicker, or nothing can be written here.
      return this.living(this.read());
    }
  }

  /** What the file says; null when there is none that can be read. */
  private read(): string | null {
    try {
      return readText(this.engine.files, this.path)?.trim() ?? null;
    } catch (error) {
      if (errno(error) === '') throw error;
      return null;
    }
  }

  /** The process that a text names; 0 when it is none of this boot, or dead. */
  private living(text: string | null): number {
    const [pid = '', start = '', boot = ''] = (text ?? '').split(' ');
    const holder = { pid: Number(pid) || 0, start };
    return boot === bootId(this.engine) && lives(this.engine, holder) ? holder.pid : 0;
  }
}
