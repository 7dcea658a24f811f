/**
 * Rows of a kernel file that has one thing a line: names and numbers, kept in arrays that are reused. A name is decoded only
 * when the bytes at its place change, which is when a device comes or goes.
 */
import type { Scan } from '../parse.ts';
import { encodeId, SAFE, same } from '../parse.ts';

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
  private readonly names: Uint8Array[] = [];

  constructor(stride: number) {
    this.stride = stride;
    this.values = new Float64Array(stride * 16);
  }

  clear(): void {
    this.count = 0;
    if (this.exact.size > 0) this.exact.clear();
  }

  /** Begins a row that is called what stands from `from` to `until`. */
  name(scan: Scan, from: number, until: number): void {
    const row = this.count++;
    const known = this.names[row];
    if (!known || known.length !== until - from || !same(known, scan.bytes, from)) {
      this.names[row] = scan.bytes.slice(from, until);
      this.ids[row] = encodeId(scan.bytes, from, until);
    }
    if (this.values.length < this.count * this.stride) this.grow();
  }

  private grow(): void {
    const bigger = new Float64Array(this.values.length * 2);
    bigger.set(this.values);
    this.values = bigger;
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

  /** Copies a row's numbers to the front of `values`; those beyond 2^53 are told to `sample` too. */
  copy(row: number, values: Float64Array, sample: { exact(field: number, digits: string): void }): void {
    const from = row * this.stride;
    for (let i = 0; i < this.stride; i++) values[i] = this.values[from + i] as number;
    if (this.exact.size === 0) return;
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
