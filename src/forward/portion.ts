/** How much goes at once: half as much when that is too large for a receiver (413), and by and by as much as before. */
import type { Frame } from '../wire/frame.ts';
import type { Budget } from './pieces.ts';

const whole: Budget = { bytes: 256 * 1024, rows: 1000 };
/** A batch is not halved any more below this. */
const least = 4096;
/** Batches that arrive before twice as much is dared: a receiver that never takes more refuses one in so many. */
const trust = 16;
const LF = 10;

export class Portion {
  budget = whole;
  private arrived = 0;

  /** These were too large: whether there is a way to send less at once. */
  shrink(frames: readonly Frame[]): boolean {
    const bytes = frames.reduce((sum, { length }) => sum + length, 0);
    this.arrived = 0;
    if (bytes <= least || (frames.length === 1 && frames.every(isLine))) return false;
    this.budget = { ...whole, bytes: Math.max(least / 4, Math.min(this.budget.bytes, bytes) / 2) };
    return true;
  }

  /** A batch has arrived. */
  grow(): void {
    if (this.budget.bytes >= whole.bytes || ++this.arrived < trust) return;
    this.arrived = 0;
    this.budget = { ...whole, bytes: Math.min(whole.bytes, this.budget.bytes * 2) };
  }
}

/** A line cannot be cut, however long it is. */
const isLine = ({ bytes }: Frame): boolean => bytes.indexOf(LF) === bytes.length - 1;
