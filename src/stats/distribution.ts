/**
 * How often each value of one column of one device came, for percentiles, in memory that does not grow with the rows. Values are
 * integers: units of the column's last decimal. Exact as long as they are small (0 to 16383 units, so every percentage with two
 * decimals) but for a few (1024 different ones); with more, all are counted in steps that are 0.8 % from the truth at most. When the
 * memory that all distributions share is used up, exactness ends sooner; the 0.8 % hold always.
 */
import { Distinct } from './distinct.ts';
import { Octaves } from './octaves.ts';

/** Memory that is left for exactness, bytes. */
export class Budget {
  private left: number;

  constructor(bytes: number) {
    this.left = bytes;
  }

  /** Takes some; false when there is not enough. */
  take(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.left += bytes;
  }
}

/** Integers below this are counted one by one. */
export const small = 16_384;
/** So many different ones beyond. */
export const few = 1024;
/** Sizes that the table of small values has in turn: one is for percentages. */
const sizes = [64, 2048, 10_240, small];
const none = new Uint32Array(0);

export class Distribution {
  private readonly budget: Budget;
  private low = none;
  private isLowFull = false;
  private others: Distinct | null = null;
  private octaves: Octaves | null = null;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** Whether every value was counted by itself. */
  get isExact(): boolean {
    return this.octaves === null || this.octaves.isExact;
  }

  add(values: Float64Array, length: number): void {
    for (let i = 0; i < length; i++) this.one(values[i] as number);
  }

  one(value: number): void {
    const { low } = this;
    if (value >= 0 && value < low.length) low[value] = (low[value] as number) + 1;
    else this.beyond(value);
  }

  /** The values at some ranks, which go up; a rank counts from 0. */
  ranked(ranks: readonly number[]): number[] {
    const found: number[] = [];
    let seen = 0;
    const take = (value: number, count: number): void => {
      seen += count;
      while (found.length < ranks.length && (ranks[found.length] as number) < seen) found.push(value);
    };
    if (this.octaves) {
      this.octaves.each(take);
      return found;
    }
    // All others are either negative or beyond what is low.
    const others = this.others?.sorted() ?? [];
    for (const [value, count] of others) if (value < 0) take(value, count);
    const { low } = this;
    for (let i = 0; i < low.length && found.length < ranks.length; i++) if (low[i] !== 0) take(i, low[i] as number);
    for (const [value, count] of others) if (value >= 0) take(value, count);
    return found;
  }

  /** Forgets all values, and keeps the memory for those to come. */
  clear(): void {
    this.low.fill(0);
    this.isLowFull = false;
    this.others?.clear();
    this.octaves = null;
  }

  private beyond(value: number): void {
    if (this.octaves) this.octaves.add(value, 1);
    else if (value >= 0 && value < small && this.widen(value)) this.one(value);
    else if (!this.isCounted(value)) this.spill(value);
  }

  /** Makes room for a small value; false when the memory is used up. */
  private widen(value: number): boolean {
    if (this.isLowFull) return false;
    const length = sizes.find((size) => size > value) as number;
    this.isLowFull = !this.budget.take((length - this.low.length) * 4);
    if (this.isLowFull) return false;
    const wider = new Uint32Array(length);
    wider.set(this.low);
    this.low = wider;
    return true;
  }

  /** Counts a value by itself; false when there are too many different ones. */
  private isCounted(value: number): boolean {
    this.others ??= this.budget.take(Distinct.least) ? new Distinct() : null;
    const { others } = this;
    if (!others) return false;
    if (others.again(value)) return true;
    if (others.length >= few) return false;
    if (others.isFull) {
      if (!this.budget.take(others.bytes)) return false;
      others.grow();
    }
    others.set(value, 1);
    return true;
  }

  /** From now on, all values are counted in steps. */
  private spill(value: number): void {
    const octaves = new Octaves();
    this.low.forEach((count, each) => {
      if (count > 0) octaves.add(each, count);
    });
    for (const [each, count] of this.others?.sorted() ?? []) octaves.add(each, count);
    octaves.add(value, 1);
    this.budget.give(this.low.byteLength + (this.others?.bytes ?? 0));
    this.low = none;
    this.others = null;
    this.octaves = octaves;
  }
}
