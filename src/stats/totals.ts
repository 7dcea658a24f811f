/**
 * Exact totals: integers with as many digits as they need. Values come in batches of doubles, each an exact integer, and are added up
 * as such; only what a batch came to is kept as a big integer. What does not fit into a batch (a counter beyond 2^52, a row with more
 * decimals than those before it) is added by itself.
 */
import { MOST } from './scan.ts';

/** An integer with `by` more decimals. */
const raised = (units: number | bigint, by: number): bigint => BigInt(units) * 10n ** BigInt(by);

/** A quotient rounded half away from zero; `by` is positive. */
export function divided(value: bigint, by: bigint): bigint {
  const size = value < 0n ? -value : value;
  const rounded = (size * 2n + by) / (by * 2n);
  return value < 0n ? -rounded : rounded;
}

export class Totals {
  count = 0;
  /** Decimals of all of them. */
  scale = 0;
  min = 0n;
  max = 0n;
  sum = 0n;
  last = 0n;

  /** Adds the first `length` values, at least one, which have `decimals` decimals. */
  batch(values: Float64Array, length: number, decimals: number): void {
    let min = values[0] as number;
    let max = min;
    let sum = 0n;
    let part = 0;
    for (let i = 0; i < length; i++) {
      const value = values[i] as number;
      if (value < min) min = value;
      if (value > max) max = value;
      part += value;
      if (part > MOST || part < -MOST) {
        sum += BigInt(part);
        part = 0;
      }
    }
    const last = values[length - 1] as number;
    this.merge(length, decimals, [BigInt(min), BigInt(max), sum + BigInt(part), BigInt(last)]);
  }

  one(value: bigint, decimals: number): void {
    this.merge(1, decimals, [value, value, value, value]);
  }

  /** Forgets all but the scale: a column has the same decimals in every window. */
  clear(): void {
    this.count = 0;
    this.sum = 0n;
  }

  private merge(
    count: number,
    decimals: number,
    [min, max, sum, last]: readonly [min: bigint, max: bigint, sum: bigint, last: bigint],
  ): void {
    if (decimals > this.scale) this.refine(decimals);
    const by = this.scale - decimals;
    const [least, most] = [raised(min, by), raised(max, by)];
    if (this.count === 0 || least < this.min) this.min = least;
    if (this.count === 0 || most > this.max) this.max = most;
    this.sum += raised(sum, by);
    this.last = raised(last, by);
    this.count += count;
  }

  private refine(decimals: number): void {
    const by = decimals - this.scale;
    this.min = raised(this.min, by);
    this.max = raised(this.max, by);
    this.sum = raised(this.sum, by);
    this.last = raised(this.last, by);
    this.scale = decimals;
  }
}

/** How far a counter got, from row to row, without what ran backwards: a restart is no growth. */
export class Growth {
  /** Decimals of the growth. */
  scale = 0;
  /** Null until there are two values to compare: the first one of a file may be after the last one of another window. */
  grown: bigint | null = null;
  private before: bigint | null = null;

  /** Goes on to the first `length` values, at least one. */
  batch(values: Float64Array, length: number, decimals: number): void {
    this.one(BigInt(values[0] as number), decimals);
    let sum = 0n;
    let part = 0;
    for (let i = 1; i < length; i++) {
      const step = (values[i] as number) - (values[i - 1] as number);
      if (step > 0) part += step;
      if (part > MOST) {
        sum += BigInt(part);
        part = 0;
      }
    }
    if (length > 1) this.grown = (this.grown ?? 0n) + raised(sum + BigInt(part), this.scale - decimals);
    this.before = raised(values[length - 1] as number, this.scale - decimals);
  }

  one(value: bigint, decimals: number): void {
    if (decimals > this.scale) this.refine(decimals);
    const now = raised(value, this.scale - decimals);
    if (this.before !== null) this.grown = (this.grown ?? 0n) + (now > this.before ? now - this.before : 0n);
    this.before = now;
  }

  /** Begins to count anew from where it is. */
  clear(): void {
    this.grown = null;
  }

  /** Forgets where it is. */
  restart(): void {
    this.grown = null;
    this.before = null;
  }

  private refine(decimals: number): void {
    const by = decimals - this.scale;
    if (this.grown !== null) this.grown = raised(this.grown, by);
    if (this.before !== null) this.before = raised(this.before, by);
    this.scale = decimals;
  }
}
