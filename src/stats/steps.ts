/**
 * Gaps: places where a device's rows are more than 1.5 × their usual interval apart. The usual interval is the step from row to row
 * that came most often so far, the shorter one of two that came equally often.
 */

/** Rows this many times their usual interval apart have a gap between them. */
export const wide = 1.5;
/** With more different steps than this there is no usual one. */
const most = 1024;

export class Steps {
  private readonly all = new Map<number, number>();
  private readonly here = new Map<number, number>();
  /** Most rows follow at the same step as the one before. */
  private step = 0;
  private run = 0;

  /** A row that follows another after `step` milliseconds; rows of one time, and of an earlier one, do not. */
  add(step: number): void {
    if (step === this.step) {
      this.run++;
      return;
    }
    this.note();
    this.step = step;
    this.run = 1;
  }

  /** The gaps since this was asked last; null when no interval is usual. */
  gaps(): number | null {
    this.note();
    const limit = this.usual() * wide;
    let gaps = 0;
    for (const [step, count] of this.here) if (step > limit) gaps += count;
    this.here.clear();
    return this.all.size > most ? null : gaps;
  }

  private usual(): number {
    let usual = Number.POSITIVE_INFINITY;
    let times = 0;
    for (const [step, count] of this.all) {
      if (count < times || (count === times && step > usual)) continue;
      usual = step;
      times = count;
    }
    return usual;
  }

  private note(): void {
    const { step, run } = this;
    this.run = 0;
    if (!(step > 0) || run === 0 || this.all.size > most) return;
    this.all.set(step, (this.all.get(step) ?? 0) + run);
    this.here.set(step, (this.here.get(step) ?? 0) + run);
  }
}
