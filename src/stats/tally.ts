/**
 * What is known of one column of one device. Its values are gathered in a batch and digested when that is full, so that what runs for
 * each cell of a file is one comparison and one store; a window with few rows is never digested but sorted. Values are integers, units
 * of the column's last decimal.
 */
import { ascii } from '../parse.ts';
import type { Budget } from './distribution.ts';
import { Distribution } from './distribution.ts';
import type { Cells } from './scan.ts';
import { EMPTY, LONG, MOST, WORD } from './scan.ts';
import { Growth, Totals } from './totals.ts';

/** Of a counter the sum is its growth; of text there is a number of cells and the last one. */
export type Kind = 'gauge' | 'counter' | 'text';

/** A column that is summarised; its place in the list is its slot. */
export interface Wanted {
  readonly name: string;
  readonly kind: Kind;
}

/** No cell has so many decimals. */
const unknown = 252;
const leastBatch = 64;
const mostBatch = 512;

export class Tally {
  /** Decimals of the values in the batch; a cell with as many goes there as it is. */
  digits = unknown;
  batch: Float64Array;
  length = 0;
  readonly kind: Kind;
  readonly totals = new Totals();
  /** Of a counter. */
  readonly growth: Growth | null;
  /** Cells that are no numbers, and the last of them. */
  words = 0;
  word = '';
  private readonly budget: Budget;
  private distribution: Distribution | null = null;

  constructor(kind: Kind, budget: Budget) {
    this.kind = kind;
    this.growth = kind === 'counter' ? new Growth() : null;
    this.budget = budget;
    this.batch = new Float64Array(leastBatch);
  }

  /** Whether percentiles are those of the values themselves. */
  get isExact(): boolean {
    return this.distribution === null || this.distribution.isExact;
  }

  /** Takes a cell that is not simply one more for the batch. */
  take(cells: Cells, slot: number, bytes: Uint8Array): void {
    const decimals = cells.decimals[slot] as number;
    if (decimals === EMPTY) return;
    const text = () => ascii(bytes, cells.starts[slot], cells.ends[slot]);
    if (this.kind === 'text' || decimals === WORD) {
      this.words++;
      this.word = text();
    } else if (decimals === LONG) this.long(text());
    else this.plain(cells.units[slot] as number, decimals);
  }

  /** Completes the totals; returns the values at some ranks of a gauge, in units of {@link digits}. */
  finish(ranksOf: (count: number) => readonly number[]): readonly number[] {
    const isSorted = this.totals.count === 0;
    this.total();
    if (this.kind !== 'gauge' || this.totals.count === 0) return [];
    const ranks = ranksOf(this.totals.count);
    if (!isSorted) {
      this.distribute();
      return this.clamped(this.distribution?.ranked(ranks) ?? []);
    }
    const sorted = this.batch.subarray(0, this.length).sort();
    return ranks.map((rank) => sorted[rank] as number);
  }

  /** Forgets what came, but neither decimals nor where a counter is. */
  clear(): void {
    this.length = 0;
    this.words = 0;
    this.totals.clear();
    this.growth?.clear();
    this.distribution?.clear();
  }

  /** What stands for its neighbours may lie outside of all values. */
  private clamped(ranked: readonly number[]): readonly number[] {
    const { min, max, scale } = this.totals;
    if (this.isExact || scale !== this.digits) return ranked;
    return ranked.map((value) => Math.min(Math.max(value, Number(min)), Number(max)));
  }

  private plain(units: number, decimals: number): void {
    if (this.digits === unknown || (decimals > this.digits && this.isRefined(decimals))) this.digits = decimals;
    const value = units * 10 ** Math.max(0, this.digits - decimals);
    if (decimals > this.digits || Math.abs(value) > MOST) {
      this.alone(BigInt(units), decimals);
      return;
    }
    if (this.length === this.batch.length) this.makeRoom();
    this.batch[this.length++] = value;
  }

  /** A number with more digits than a double is sure of. */
  private long(text: string): void {
    const [whole = '', fraction = ''] = text.split('.');
    this.alone(BigInt(whole + fraction), fraction.length);
  }

  /** A value that does not fit into the batch. */
  private alone(value: bigint, decimals: number): void {
    this.digest();
    this.totals.one(value, decimals);
    this.growth?.one(value, decimals);
    if (this.kind !== 'gauge') return;
    if (this.digits === unknown) this.digits = decimals;
    // A percentile has the decimals of the first values: those are the usual ones.
    this.counted().one(Math.round(Number(value) * 10 ** (this.digits - decimals)));
  }

  /** Gives the batch more decimals, as long as nothing has been digested; false when that cannot be. */
  private isRefined(decimals: number): boolean {
    const factor = 10 ** (decimals - this.digits);
    const batch = this.batch.subarray(0, this.length);
    if (this.totals.count > 0 || batch.some((value) => Math.abs(value) * factor > MOST)) return false;
    for (let i = 0; i < batch.length; i++) batch[i] = (batch[i] as number) * factor;
    return true;
  }

  private makeRoom(): void {
    const { batch, budget } = this;
    if (batch.length === mostBatch || !budget.take(batch.byteLength)) {
      this.digest();
      return;
    }
    this.batch = new Float64Array(batch.length * 2);
    this.batch.set(batch);
  }

  private digest(): void {
    this.total();
    this.distribute();
    this.length = 0;
  }

  private total(): void {
    const { batch, length, digits } = this;
    if (length === 0) return;
    this.totals.batch(batch, length, digits);
    this.growth?.batch(batch, length, digits);
  }

  private distribute(): void {
    if (this.kind === 'gauge' && this.length > 0) this.counted().add(this.batch, this.length);
  }

  private counted(): Distribution {
    this.distribution ??= new Distribution(this.budget);
    return this.distribution;
  }
}
