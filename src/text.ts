/**
 * Text as bytes in a buffer that is kept and reused: what the formats of the hot path write into, so that a sample makes no
 * string at all.
 */

const ZERO = 48;
const COMMA = 44;
const POINT = 46;
const MINUS = 45;
const LF = 10;
const SMALL = 0x7fffffff;
const powers = Array.from({ length: 17 }, (_, i) => 10 ** i);

/**
 * Spells a comma and a number for each of `values` at `at`, with its `decimals` (0–9), rounded half away from zero; the comma
 * alone when the number is NaN or infinite. Returns the end of it; -1 when a number has more digits than a double is sure of.
 * There is room for {@link widest} bytes a value.
 */
export type Cells = (bytes: Uint8Array, at: number, values: Float64Array, decimals: Uint8Array) => number;

/**
 * Writes ASCII at `at`; then, unless `value` is null, a comma and the number with its decimals, as {@link Text.fixed} spells it.
 * Returns the end of it; -1 when the text or the number needs more care. There is room for the text and {@link widest} bytes more.
 */
export type Lead = (bytes: Uint8Array, at: number, text: string, value: number | null, decimals: number) => number;

/**
 * A whole line at `at`: `text`, a comma and `key` unless that is null, then as {@link Lead} and {@link Cells} do, or what is `spelled` of
 * the values already, and LF. Returns the end of it; -1 when one of them takes more care, or more room than {@link widest} bytes a value.
 */
export type Row = (
  bytes: Uint8Array,
  at: number,
  text: string,
  key: string | null,
  value: number | null,
  values: Float64Array,
  decimals: Uint8Array,
  spelled: Uint8Array | null,
) => number;

/** The loops over bytes, which an engine without a compiler replaces by its own (src/hosts/quickjs.ts). */
export const native: { cells: Cells; lead: Lead; row: Row; encode: (text: string) => Uint8Array } = {
  row(bytes, at, text, key, value, values, decimals, spelled) {
    let end = native.lead(bytes, at, key === null ? text : `${text},${key}`, value, 3);
    if (end < 0) return -1;
    if (spelled === null) {
      end = native.cells(bytes, end, values, decimals);
      if (end < 0) return -1;
    } else {
      if (spelled.length > widest * values.length) return -1;
      bytes.set(spelled, end);
      end += spelled.length;
    }
    bytes[end] = LF;
    return end + 1;
  },
  lead(bytes, at, text, value, decimals) {
    let end = at;
    for (let i = 0; i < text.length; i++) bytes[end++] = text.charCodeAt(i);
    if (value === null) return end;
    bytes[end++] = COMMA;
    return fixed(bytes, end, value, decimals);
  },
  encode: plainUtf8,
  cells(bytes, at, values, decimals) {
    let end = at;
    for (let i = 0; i < values.length; i++) {
      bytes[end++] = COMMA;
      end = fixed(bytes, end, values[i] as number, decimals[i] as number);
      if (end < 0) return -1;
    }
    return end;
  },
};

/** Bytes that a comma and a number take at most. */
const widest = 24;
/** What toFixed would spell with an exponent is garbage: 2^64 sectors are ten times as much, and copied digit by digit. */
const huge = 1e21;

function fixed(bytes: Uint8Array, at: number, value: number, decimals: number): number {
  if (!Number.isFinite(value)) return at;
  const scaled = Math.round(Math.abs(value) * (powers[decimals] as number));
  if (scaled > Number.MAX_SAFE_INTEGER) return -1;
  if (value >= 0 || scaled === 0) return digits(bytes, at, scaled, decimals);
  bytes[at] = MINUS;
  return digits(bytes, at + 1, scaled, decimals);
}

/** `scaled` as decimal digits, a point before the last `decimals` of them. */
function digits(bytes: Uint8Array, start: number, scaled: number, decimals: number): number {
  let width = decimals + 1;
  while (width < 16 && scaled >= (powers[width] as number)) width++;
  const end = start + width + (decimals > 0 ? 1 : 0);
  let at = end;
  let n = scaled;
  let left = width;
  // Small integers are divided as such; only what does not fit into 31 bits needs doubles.
  for (; n > SMALL; left--) {
    const rest = Math.floor(n / 10);
    if (width - left === decimals && decimals > 0) bytes[--at] = POINT;
    bytes[--at] = ZERO + (n - rest * 10);
    n = rest;
  }
  for (; left > 0; left--) {
    const rest = (n / 10) | 0;
    if (width - left === decimals && decimals > 0) bytes[--at] = POINT;
    bytes[--at] = ZERO + (n - rest * 10);
    n = rest;
  }
  return end;
}

export class Text {
  bytes = new Uint8Array(4096);
  length = 0;
  /** How many bytes there is room for: asking the array itself is dear where nothing is compiled. */
  private room = 4096;

  clear(): void {
    this.length = 0;
  }

  /** Room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.room) return;
    this.room = Math.max(this.room * 2, this.length + more);
    const bigger = new Uint8Array(this.room);
    bigger.set(this.bytes.subarray(0, this.length));
    this.bytes = bigger;
  }

  byte(code: number): void {
    this.reserve(1);
    this.bytes[this.length++] = code;
  }

  /** ASCII text; other characters are the caller's business. */
  ascii(text: string): void {
    this.lead(text, null);
  }

  /** ASCII text; then, unless it is null, a comma and a number with three decimals. */
  lead(text: string, value: number | null): void {
    this.reserve(text.length + widest);
    const end = native.lead(this.bytes, this.length, text, value, 3);
    if (end >= 0) this.length = end;
    else this.slowly(text, value);
  }

  private slowly(text: string, value: number | null): void {
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
    if (value === null) return;
    this.byte(COMMA);
    this.fixed(value, 3);
  }

  raw(from: Uint8Array, length = from.length): void {
    this.reserve(length);
    this.bytes.set(length === from.length ? from : from.subarray(0, length), this.length);
    this.length += length;
  }

  /** A number with exactly `decimals` decimals (0–9); nothing when it is NaN or beyond all that is measured. Zero has no sign. */
  fixed(value: number, decimals: number): void {
    if (!(Math.abs(value) < huge)) return;
    this.reserve(widest);
    const end = fixed(this.bytes, this.length, value, decimals);
    if (end < 0) this.ascii(value.toFixed(decimals));
    else this.length = end;
  }

  /** A line of `count` values as {@link Row} spells it; false, and nothing written, when something in it takes more care. */
  row(
    text: string,
    key: string | null,
    value: number | null,
    values: Float64Array,
    decimals: Uint8Array,
    count: number,
    spelled: Uint8Array | null,
  ): boolean {
    const { length } = this;
    const more = text.length + (key === null ? 0 : key.length) + widest * (count + 1) + 2;
    if (length + more > this.room) this.reserve(more);
    const end = native.row(this.bytes, length, text, key, value, values, decimals, spelled);
    if (end < 0) return false;
    this.length = end;
    return true;
  }

  /** A comma and {@link fixed} for each value; false, and nothing written, when one has too many digits for that. */
  cells(values: Float64Array, decimals: Uint8Array): boolean {
    this.reserve(widest * values.length);
    const end = native.cells(this.bytes, this.length, values, decimals);
    if (end >= 0) this.length = end;
    return end >= 0;
  }

  /** What has been written, as a view that the next write may overwrite. */
  view(from = 0): Uint8Array {
    return this.bytes.subarray(from, this.length);
  }
}

/** UTF-8 bytes of any text; half a character of two halves becomes U+FFFD. */
export const utf8 = (text: string): Uint8Array => native.encode(text);

/** Neither engine has to have a TextEncoder. */
function plainUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const c = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    if (c < 0x80) bytes.push(c);
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63));
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  }
  return Uint8Array.from(bytes);
}

const scratch = new Text();

/** A number as every format spells it, with exactly `decimals` decimals; '' when there is none. */
export function fixedText(value: number, decimals: number): string {
  scratch.clear();
  scratch.fixed(value, decimals);
  return String.fromCharCode(...scratch.view());
}
