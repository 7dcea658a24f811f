/**
 * The cells of a recorded row as numbers, from its bytes: all digits as one integer, and how many of them stand behind the point
 * (the dialect of sdr-csv(5), which has fixed decimals). It runs for each row of files of gigabytes, so it allocates nothing.
 */

const LF = 10;
const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** In place of a cell's decimals: nothing there. */
export const EMPTY = 255;
/** Something that is no number. */
export const WORD = 254;
/** A number with more digits than {@link MOST}: take it from its bytes. */
export const LONG = 253;

/** The largest integer that is added up as a double: two of them are still exact. */
export const MOST = 2 ** 52;
/** More decimals, or more digits, than any column of ours has. */
const finest = 15;
const longest = 40;

/** Which cells of a file's rows are wanted: for each cell its slot, -1 for none. */
export interface Places {
  readonly slots: Int16Array;
  /** The cell that names the device; -1 when there is none. */
  readonly key: number;
}

export class Cells {
  /** The digits as an integer, by slot. */
  readonly units: Float64Array;
  /** How many of them are decimals; {@link EMPTY}, {@link WORD} or {@link LONG}. */
  readonly decimals: Uint8Array;
  /** Where the cell stands in the bytes. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  keyStart = 0;
  keyEnd = 0;
  private places: Places | null = null;

  constructor(slots: number) {
    this.units = new Float64Array(slots);
    this.decimals = new Uint8Array(slots).fill(EMPTY);
    this.starts = new Int32Array(slots);
    this.ends = new Int32Array(slots);
  }

  /** Reads the row at `start`, which ends in LF and has at least the cells of `places`. */
  read(bytes: Uint8Array, start: number, places: Places): void {
    const { slots, key } = places;
    if (places !== this.places) this.turn(places);
    let at = start;
    for (let cell = 0; cell < slots.length; cell++) {
      const slot = slots[cell] as number;
      if (slot >= 0) {
        at = this.number(bytes, at, slot) + 1;
        continue;
      }
      const end = endOf(bytes, at);
      if (cell === key) {
        this.keyStart = at;
        this.keyEnd = end;
      }
      at = end + 1;
    }
  }

  /** The rows of another file: what it does not have must not be left over from this one. */
  private turn(places: Places): void {
    this.places = places;
    this.decimals.fill(EMPTY);
    this.keyStart = 0;
    this.keyEnd = 0;
  }

  /** Reads the cell at `start` into a slot; returns where it ends. */
  private number(bytes: Uint8Array, start: number, slot: number): number {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let units = 0;
    let point = -1;
    for (; ; at++) {
      const digit = (bytes[at] as number) - ZERO;
      // What stands before 0 is a large number then.
      if (digit >>> 0 <= 9) units = units * 10 + digit;
      else if (digit === POINT - ZERO && point < 0) point = at;
      else break;
    }
    const end = isEnd(bytes[at]) ? at : endOf(bytes, start);
    // `.5` and `5.` are not of the dialect.
    const isNumber = end === at && at > first && point !== first && point !== at - 1;
    const decimals = point < 0 ? 0 : at - point - 1;
    this.units[slot] = isNegative ? 0 - units : units;
    this.decimals[slot] = isNumber && decimals <= finest ? exactly(units, decimals, end - start) : wordOr(end > start);
    this.starts[slot] = start;
    this.ends[slot] = end;
    return end;
  }
}

const isEnd = (c: number | undefined): boolean => c === COMMA || c === LF;

const wordOr = (isThere: boolean): number => (isThere ? WORD : EMPTY);

function exactly(units: number, decimals: number, length: number): number {
  if (units <= MOST) return decimals;
  return length <= longest ? LONG : WORD;
}

/** Where a cell ends. */
function endOf(bytes: Uint8Array, start: number): number {
  let at = start;
  let isQuoted = false;
  for (let c = bytes[at]; c !== LF && (c !== COMMA || isQuoted); c = bytes[++at]) {
    if (c === QUOTE) isQuoted = !isQuoted;
  }
  return at;
}
