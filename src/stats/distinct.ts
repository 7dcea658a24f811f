/** How often each of some different integers came: a table with open addressing, because a Map makes an object of each large number. */

const smallest = 32;
/** What one place of the table takes, bytes. */
const width = 12;

export class Distinct {
  private keys = new Float64Array(smallest).fill(Number.NaN);
  private counts = new Uint32Array(smallest);
  private size = 0;

  /** Bytes of a table that has been made. */
  static readonly least = smallest * width;

  get bytes(): number {
    return this.keys.length * width;
  }

  /** Whether one more integer needs a larger table. */
  get isFull(): boolean {
    return this.size * 2 >= this.keys.length;
  }

  get length(): number {
    return this.size;
  }

  /** Counts a value that is there already; false when it is not. */
  again(value: number): boolean {
    const at = this.placeOf(value);
    if (this.keys[at] !== value) return false;
    this.counts[at] = (this.counts[at] as number) + 1;
    return true;
  }

  /** Counts a value for which there is room. */
  set(value: number, count: number): void {
    const at = this.placeOf(value);
    this.keys[at] = value;
    this.counts[at] = count;
    this.size++;
  }

  /** Doubles the table. */
  grow(): void {
    const { keys, counts } = this;
    this.keys = new Float64Array(keys.length * 2).fill(Number.NaN);
    this.counts = new Uint32Array(keys.length * 2);
    this.size = 0;
    for (let i = 0; i < keys.length; i++) {
      if ((counts[i] as number) > 0) this.set(keys[i] as number, counts[i] as number);
    }
  }

  clear(): void {
    this.keys.fill(Number.NaN);
    this.counts.fill(0);
    this.size = 0;
  }

  /** All values with their counts, in order of value. */
  sorted(): (readonly [value: number, count: number])[] {
    const found: [number, number][] = [];
    this.keys.forEach((value, i) => {
      if ((this.counts[i] as number) > 0) found.push([value, this.counts[i] as number]);
    });
    return found.sort(([a], [b]) => a - b);
  }

  /** Where a value stands, or would. */
  private placeOf(value: number): number {
    const { keys } = this;
    const last = keys.length - 1;
    // The upper bits of the product depend on all bits of the value: bytes come in multiples of pages.
    let at = (Math.imul((value | 0) ^ ((value / 4_294_967_296) | 0), 0x9e3779b1) >>> 21) & last;
    // NaN marks what is free.
    for (let key = keys[at] as number; key === key && key !== value; key = keys[at] as number) at = (at + 1) & last;
    return at;
  }
}
