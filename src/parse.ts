/**
 * A byte scanner: kernel text to numbers without making strings. One file is read whole into a reused buffer, a parser
 * walks over it once. On the hot path, so it allocates nothing.
 */
import { ParseError } from './errors.ts';

const LF = 10;
const BLANK = 32;
const TAB = 9;
const ZERO = 48;
const NINE = 57;
/** Above this a double no longer holds every integer. */
export const SAFE = Number.MAX_SAFE_INTEGER;

/**
 * Reads unsigned decimal numbers between blanks from `pos` into `out[at]…`, `max` of them; those that are not there become NaN.
 * Returns the position behind the last one. Stops at any other byte.
 */
export type Numbers = (
  bytes: Uint8Array,
  pos: number,
  end: number,
  out: Float64Array,
  at: number,
  max: number,
) => number;

/** Reads one number as {@link Scan.number} or {@link Scan.decimal} does into `out[0]`; returns where it stands then. */
export type One = (bytes: Uint8Array, pos: number, end: number, out: Float64Array) => number;

/** The bytes from `from` to `until` as text, a byte a character. */
export type Latin = (bytes: Uint8Array, from: number, until: number) => string;

/** The loops over bytes, which an engine without a compiler replaces by its own (src/hosts/quickjs.ts). */
export const native: { numbers: Numbers; latin: Latin; number: One | null; decimal: One | null } = {
  number: null,
  decimal: null,
  latin(bytes, from, until) {
    let text = '';
    for (let i = from; i < until; i++) text += String.fromCharCode(bytes[i] as number);
    return text;
  },
  numbers(bytes, pos, end, out, at, max) {
    scanner.bytes = bytes;
    scanner.pos = pos;
    scanner.end = end;
    let last = pos;
    for (let i = 0; i < max; i++) {
      const n = scanner.number();
      out[at + i] = n;
      if (Number.isNaN(n)) {
        out.fill(n, at + i, at + max);
        break;
      }
      last = scanner.pos;
    }
    return last;
  },
};

/** A position in the bytes of one file. */
export class Scan {
  path = '';
  bytes: Uint8Array = new Uint8Array(0);
  pos = 0;
  end = 0;

  /** Takes a file's bytes. Text that does not end in LF was torn: every kernel file we read does. */
  over(path: string, bytes: Uint8Array, length: number): void {
    this.path = path;
    this.bytes = bytes;
    this.pos = 0;
    this.end = length;
    if (length === 0) throw new ParseError(`Cannot parse ${path}: it is empty`);
    if (bytes[length - 1] !== LF) throw new ParseError(`Cannot parse ${path}: it ends inside a line`);
  }

  get done(): boolean {
    return this.pos >= this.end;
  }

  /** Moves behind the next LF. */
  nextLine(): void {
    const at = this.bytes.indexOf(LF, this.pos);
    this.pos = at < 0 || at >= this.end ? this.end : at + 1;
  }

  skipBlanks(): void {
    const { bytes } = this;
    let c = bytes[this.pos];
    while (c === BLANK || c === TAB) c = bytes[++this.pos];
  }

  /** Moves to the end of the word here; returns where it ends. Words end at a blank or LF. */
  word(): number {
    const { bytes, end } = this;
    let c = bytes[this.pos];
    while (this.pos < end && c !== BLANK && c !== LF && c !== TAB) c = bytes[++this.pos];
    return this.pos;
  }

  /** One unsigned decimal number after blanks, its fraction dropped; NaN when there is none here. */
  number(): number {
    if (native.number) {
      this.pos = native.number(this.bytes, this.pos, this.end, one);
      return one[0] as number;
    }
    const { bytes, end } = this;
    let { pos } = this;
    let c = bytes[pos] as number;
    while (c === BLANK || c === TAB) c = bytes[++pos] as number;
    const from = pos;
    let n = 0;
    while (pos < end && c >= ZERO && c <= NINE) {
      n = n * 10 + (c - ZERO);
      c = bytes[++pos] as number;
    }
    this.pos = pos;
    return pos === from ? Number.NaN : n;
  }

  /** A decimal number with an optional sign and fraction, as /proc/loadavg and /proc/uptime have them; NaN when there is none. */
  decimal(): number {
    if (native.decimal) {
      this.pos = native.decimal(this.bytes, this.pos, this.end, one);
      return one[0] as number;
    }
    this.skipBlanks();
    const minus = this.bytes[this.pos] === 45;
    if (minus) this.pos++;
    const whole = this.number();
    if (Number.isNaN(whole) || this.bytes[this.pos] !== 46) return minus ? -whole : whole;
    const from = ++this.pos;
    const fraction = this.number();
    const value = this.pos === from ? whole : whole + fraction / 10 ** (this.pos - from);
    return minus ? -value : value;
  }

  /** `max` unsigned decimal numbers of this line into `out[at]…`; those that are not there become NaN. */
  numbers(out: Float64Array, at: number, max: number): void {
    this.pos = native.numbers(this.bytes, this.pos, this.end, out, at, max);
  }

  /** The digits of the `index`-th number after `from` as text: for those beyond 2^53. */
  digits(from: number, index: number): string {
    this.pos = from;
    for (let i = 0; i < index; i++) this.number();
    this.skipBlanks();
    const at = this.pos;
    this.number();
    return ascii(this.bytes, at, this.pos);
  }

  /** Whether `what` stands at `at`. */
  at(what: Uint8Array, at: number): boolean {
    return at >= 0 && same(what, this.bytes, at);
  }

  /** Throws what was found here where something else was `wanted`. */
  fail(wanted: string): never {
    this.skipBlanks();
    const from = this.pos;
    const until = Math.min(this.word(), from + 20);
    const found = encodeId(this.bytes, from, until);
    throw new ParseError(
      `Cannot parse ${this.path}: expected ${wanted}, got ${found === '' ? 'the end of a line' : `"${found}"`}`,
    );
  }
}

const one = new Float64Array(1);
/** What the plain loop walks with. */
const scanner = new Scan();

/** Whether `what` stands in `bytes` at `at`. */
export function same(what: Uint8Array, bytes: Uint8Array, at: number): boolean {
  const { length } = what;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== what[i]) return false;
  return true;
}

/** The bytes of an ASCII text. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Bytes as text, a byte a character: exact for ASCII. */
export const ascii = (bytes: Uint8Array, from = 0, until = bytes.length): string => native.latin(bytes, from, until);

/** How many of the first `length` bytes there are before the blanks at their end. A byte of `à` is one to trimEnd(). */
export function trimmed(bytes: Uint8Array, length: number): number {
  let n = length;
  for (let c = bytes[n - 1] ?? 0; c === BLANK || (c >= TAB && c <= 13); c = bytes[n - 1] ?? 0) n--;
  return n;
}

const plain = new Uint8Array(256);
for (const c of bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:@/+-')) plain[c] = 1;
const formula = new Set(bytesOf('=+-@'));

/**
 * A name that somebody chose, as a CSV cell that needs no quotes and that no spreadsheet takes for a formula: bytes outside
 * `A-Za-z0-9_.:@/+-`, and a leading `= + - @`, are percent-encoded.
 */
export function encodeId(bytes: Uint8Array, from = 0, until = bytes.length): string {
  let id = '';
  for (let i = from; i < until; i++) {
    const c = bytes[i] as number;
    const ok = plain[c] === 1 && !(i === from && formula.has(c));
    id += ok ? String.fromCharCode(c) : `%${(c < 16 ? '0' : '') + c.toString(16).toUpperCase()}`;
  }
  return id;
}

/** The name that an id stands for, as far as it is UTF-8. */
export function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
