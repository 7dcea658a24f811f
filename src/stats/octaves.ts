/**
 * How often integers came, each counted with its neighbours: 64 steps from one power of two to the next, as HdrHistogram has them. A
 * step's middle is never further than 1/128 (0.8 %) from any of its values, and integers below 128 stand alone.
 */

const bits = 6;
const steps = 2 ** bits;
const view = new DataView(new ArrayBuffer(8));
/** What the upper word of {@link steps} as a double has in front of its step. */
const origin = ((1023 + bits) << bits) - steps;
/** Steps that the table grows by. */
const block = 64;

/** The step of an integer: it grows with it. */
export function stepOf(value: number): number {
  const size = Math.abs(value);
  if (size < steps) return value;
  // A double begins with its power of two and the bits behind it: just what a step is.
  view.setFloat64(0, size);
  const step = (view.getUint32(0) >>> (20 - bits)) - origin;
  return value < 0 ? -step : step;
}

/** The middle of a step. */
export function middleOf(step: number): number {
  const size = Math.abs(step);
  if (size < steps) return step;
  const width = 2 ** Math.floor(size / steps - 1);
  const middle = (steps + (size % steps)) * width + Math.floor((width - 1) / 2);
  return step < 0 ? -middle : middle;
}

export class Octaves {
  private counts = new Uint32Array(0);
  /** The step of the first count. */
  private first = 0;

  /** Whether every value stands alone. */
  get isExact(): boolean {
    return this.first > -2 * steps && this.first + this.counts.length <= 2 * steps;
  }

  add(value: number, count: number): void {
    const step = stepOf(value);
    const at = step - this.first;
    if (at < 0 || at >= this.counts.length) this.widen(step);
    const place = step - this.first;
    this.counts[place] = (this.counts[place] as number) + count;
  }

  /** Gives each step that was met, in order of value. */
  each(take: (value: number, count: number) => void): void {
    this.counts.forEach((count, i) => {
      if (count > 0) take(middleOf(this.first + i), count);
    });
  }

  private widen(step: number): void {
    const { counts, first } = this;
    const isNew = counts.length === 0;
    const from = Math.floor((isNew ? step : Math.min(step, first)) / block) * block;
    const until = isNew ? step + 1 : Math.max(step + 1, first + counts.length);
    this.counts = new Uint32Array(Math.ceil((until - from) / block) * block);
    if (!isNew) this.counts.set(counts, first - from);
    this.first = from;
  }
}
