/** One line on stderr for whoever waits at a terminal: how far reading has got. It is written over, and gone at the end. */
import type { World } from '../command.ts';
import { bytesOf } from '../parse.ts';

/** Milliseconds of waiting before it is said, and from then on between two lines. */
const patience = 1000;
const pace = 200;
/** Bytes between two looks at the clock. */
const stride = 4 * 1024 * 1024;
const mega = 1_000_000;

export class Progress {
  private readonly world: World;
  private readonly total: number | null;
  private readonly isShown: boolean;
  private due: number;
  private read = 0;
  private look = stride;
  private width = 0;

  /** `total` is what will be read, bytes; null when nobody knows. */
  constructor(world: World, total: number | null) {
    const { engine, report } = world;
    this.world = world;
    this.total = total;
    this.isShown = engine.isTerminal(2) && report.verbosity !== 'quiet';
    this.due = engine.clock.monotonic() + patience;
  }

  /** So many bytes more have been read. */
  add(bytes: number): void {
    this.read += bytes;
    if (this.read >= this.look) this.tell();
  }

  /** Wipes the line. */
  end(): void {
    if (this.width > 0) this.line('');
  }

  private tell(): void {
    this.look = this.read + stride;
    if (!this.isShown) return;
    const now = this.world.engine.clock.monotonic();
    if (now < this.due) return;
    this.due = now + pace;
    const done = Math.floor(this.read / mega);
    this.line(this.total === null ? `sdr: ${done} MB` : `sdr: ${done} of ${Math.ceil(this.total / mega)} MB`);
  }

  /** The cursor stays at its beginning, so that a warning overwrites it. */
  private line(text: string): void {
    const { files } = this.world.engine;
    const bytes = bytesOf(`\r${text.padEnd(this.width)}\r`);
    this.width = text.length;
    try {
      files.write(2, bytes, 0, bytes.length);
    } catch {
      // Nobody is there to be told.
    }
  }
}
