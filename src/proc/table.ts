/**
 * Rows of a kernel file that has one thing a line: names and numbers, kept in arrays that are reused. A name is decoded only
 * when the bytes at its place change, which is when a device comes or goes.
 */
import type { Scan } from '../parse.ts';
import { encodeId, SAFE, same } from '../parse.ts';

/**
 * Reads rows once more where each has the name that it had: `lead` numbers, the name, `end` behind it, then `stride` numbers into
 * `values`, the first `least` of which are there, none beyond 2^53. `names` end in LF each. A row with a number that is not what it
 * was gets `turn` in `changes`. Returns where it stands behind the last row, or -1 when anything is otherwise, and `values` hold nothing
 * that counts.
 */
export type Again = (
  bytes: Uint8Array,
  pos: number,
  until: number,
  names: Uint8Array,
  lead: number,
  end: number,
  values: Float64Array,
  stride: number,
  least: number,
  changes: Uint32Array,
  turn: number,
) => number;

/** Copies `count` numbers that begin at `at` to the front of `into`. */
export type Copy = (from: Float64Array, at: number, count: number, into: Float64Array) => void;

/**
 * Where devices are the same from tick to tick, an engine without a compiler reads their rows by a loop of its own
 * (src/hosts/quickjs.ts). What it does not expect is left to the parsers, as everything is on an engine that compiles them.
 */
export const native: { again: Again | null; copy: Copy } = {
  again: null,
  copy(from, at, count, into) {
    for (let i = 0; i < count; i++) into[i] = from[at + i] as number;
  },
};

const LF = 10;

/**
 * Whether all of a file of short lines, each of them a record, is there: the kernel fills a page as long as the next record fits, so
 * less than that is all it has (fs/seq_file.c).
 */
export const inOnePage = (_: Uint8Array, length: number): boolean => length < 3584;

export class Table {
  /** Rows of this tick. */
  count = 0;
  /** Ids by row, percent-encoded. */
  readonly ids: string[] = [];
  /** The numbers, `stride` a row; those that a line lacks are NaN. */
  values: Float64Array;
  /** Digits of numbers beyond 2^53, by place in `values`; almost always empty. */
  readonly exact = new Map<number, string>();
  readonly stride: number;
  /** By row a number that is another one when any of its values may have changed since. */
  changes = new Uint32Array(16);
  private turn = 0;
  private readonly names: Uint8Array[] = [];
  /** The names of as many rows in one, each with an LF behind it; null when one has changed. */
  private joined: { readonly count: number; readonly bytes: Uint8Array } | null = null;

  constructor(stride: number) {
    this.stride = stride;
    this.values = new Float64Array(stride * 16);
  }

  clear(): void {
    this.count = 0;
    this.turn++;
    if (this.exact.size > 0) this.exact.clear();
  }

  /** Begins a row that is called what stands from `from` to `until`. */
  name(scan: Scan, from: number, until: number): void {
    const row = this.count++;
    const known = this.names[row];
    if (!known || known.length !== until - from || !same(known, scan.bytes, from)) {
      this.names[row] = scan.bytes.slice(from, until);
      this.joined = null;
      this.ids[row] = encodeId(scan.bytes, from, until);
    }
    if (this.changes.length < this.count) this.grow();
    this.changes[row] = this.turn;
  }

  /**
   * Reads the rows of the tick before once more, as {@link Again} says. False when that cannot be: then nothing has moved, and
   * whoever asks has to clear and to read.
   */
  again(scan: Scan, lead: number, end: number, least: number): boolean {
    if (native.again === null || this.count === 0 || this.exact.size > 0) return false;
    const { values, stride, changes } = this;
    const turn = this.turn + 1;
    const names = this.known();
    const found = native.again(scan.bytes, scan.pos, scan.end, names, lead, end, values, stride, least, changes, turn);
    if (found < 0) return false;
    this.turn = turn;
    scan.pos = found;
    return true;
  }

  private known(): Uint8Array {
    if (this.joined?.count !== this.count) {
      const bytes = this.names.slice(0, this.count).flatMap((name) => [...name, LF]);
      this.joined = { count: this.count, bytes: Uint8Array.from(bytes) };
    }
    return this.joined.bytes;
  }

  private grow(): void {
    const { values, changes } = this;
    this.values = new Float64Array(values.length * 2);
    this.values.set(values);
    this.changes = new Uint32Array(changes.length * 2);
    this.changes.set(changes);
  }

  /** Reads the numbers of the row begun last, at least `least` of them. Throws a ParseError when there are fewer. */
  numbers(scan: Scan, least: number): void {
    const at = (this.count - 1) * this.stride;
    const from = scan.pos;
    const { values } = this;
    scan.numbers(values, at, this.stride);
    if (Number.isNaN(values[at + least - 1] as number)) scan.fail('a number');
    for (let i = at; i < at + this.stride; i++) {
      if ((values[i] as number) > SAFE) this.exact.set(i, digitsAt(scan, from, i - at));
    }
  }

  /** The place in `values` where a row begins. */
  at(row: number): number {
    return row * this.stride;
  }

  /** Copies a row's numbers to the front of `values`. */
  numbersOf(row: number, values: Float64Array): void {
    native.copy(this.values, row * this.stride, this.stride, values);
  }

  /** Copies a row's numbers to the front of `values`; those beyond 2^53 are told to `sample` too. */
  copy(row: number, values: Float64Array, sample: { exact(field: number, digits: string): void }): void {
    this.numbersOf(row, values);
    if (this.exact.size === 0) return;
    const from = row * this.stride;
    for (const [place, digits] of this.exact) {
      if (place >= from && place < from + this.stride) sample.exact(place - from, digits);
    }
  }
}

function digitsAt(scan: Scan, from: number, index: number): string {
  const { pos } = scan;
  const digits = scan.digits(from, index);
  scan.pos = pos;
  return digits;
}
