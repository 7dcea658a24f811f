/**
 * The rows of one recorded file, one after the other, a chunk in memory at a time. A line that is no row (torn in the middle of a
 * file, a run of NULs) is skipped; the last one without LF is left out: a recorder may be writing it.
 */
import type { Engine, Files } from '../host.ts';
import { ascii } from '../parse.ts';

const LF = 10;
const COMMA = 44;
const POINT = 46;
const QUOTE = 34;
const ZERO = 48;
const NINE = 57;
const chunk = 65_536;
/** No line of ours is this long: what is longer is garbage, and not kept in memory. */
const longest = 1_048_576;

/** The bytes of a file from `from` on, each chunk a buffer of its own. */
export function* chunksOf(engine: Engine, path: string, from = 0): Generator<Uint8Array> {
  if (path.endsWith('.gz')) {
    yield* engine.gunzip(path);
    return;
  }
  const { files } = engine;
  const fd = files.open(path, 'read');
  try {
    // Pipes have no positions.
    const isFile = files.fstat(fd).kind === 'file';
    for (let at = from; ; ) {
      const bytes = new Uint8Array(chunk);
      const n = files.read(fd, bytes, 0, chunk, isFile ? at : -1);
      if (n === 0) return;
      at += n;
      yield bytes.subarray(0, n);
    }
  } finally {
    files.close(fd);
  }
}

/** A position in the lines of a file. */
export class Lines {
  /** The line is `bytes[start]` until `bytes[end]`, its LF included. Chunks are never written over. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** The row's `time`, milliseconds since the epoch. */
  time = Number.NaN;
  /** Whether it has decimals. */
  fractional = false;
  /** Lines that were no rows. */
  skipped = 0;
  /** Where each cell begins; behind the last one where one more would. */
  readonly cells: number[] = [];
  private readonly chunks: Iterator<Uint8Array>;
  private isOverlong = false;
  /** Where the next NUL and quote stand in `bytes`; Infinity when there is none. */
  private nul = -1;
  private quote = -1;

  constructor(chunks: Iterable<Uint8Array>) {
    this.chunks = chunks[Symbol.iterator]();
  }

  /** The next line, whatever it is, without its LF; null at the end. */
  line(): string | null {
    return this.advance() ? ascii(this.bytes, this.start, this.end - 1) : null;
  }

  /** Moves to the next row of `width` cells; false at the end. */
  row(width: number): boolean {
    while (this.advance()) {
      if (!this.isOverlong && this.isRow(width)) return true;
      this.isOverlong = false;
      this.skipped++;
    }
    return false;
  }

  /** Gives the file back before its end. */
  close(): void {
    this.chunks.return?.();
  }

  /** Finds where the cells of this row begin. */
  split(): void {
    const { bytes, cells, end } = this;
    cells.length = 0;
    cells.push(this.start);
    let isQuoted = false;
    for (let i = this.start; i < end; i++) {
      const c = bytes[i];
      if (c === QUOTE) isQuoted = !isQuoted;
      else if (c === COMMA && !isQuoted) cells.push(i + 1);
    }
    cells.push(end);
  }

  /** A cell as text, a byte a character, after {@link split}. */
  cell(i: number): string {
    return ascii(this.bytes, this.cells[i], (this.cells[i + 1] as number) - 1);
  }

  private advance(): boolean {
    for (;;) {
      const lf = this.bytes.indexOf(LF, this.end);
      if (lf >= 0) {
        this.start = this.end;
        this.end = lf + 1;
        return true;
      }
      const { done, value } = this.chunks.next();
      if (done) return false;
      this.take(value);
    }
  }

  /** Puts a chunk behind what is left of the one before. */
  private take(next: Uint8Array): void {
    let rest = this.bytes.subarray(this.end);
    if (rest.length > longest) {
      rest = rest.subarray(0, 1);
      this.isOverlong = true;
    }
    this.end = 0;
    this.nul = -1;
    this.quote = -1;
    this.bytes = next;
    if (rest.length === 0) return;
    this.bytes = new Uint8Array(rest.length + next.length);
    this.bytes.set(rest);
    this.bytes.set(next, rest.length);
  }

  private isRow(width: number): boolean {
    const { bytes, start, end } = this;
    // The engine's own search is the fastest loop over bytes, and on QuickJS by far.
    if (this.nul < start) this.nul = foundAt(bytes, 0, start);
    if (this.nul < end) return false;
    if (this.quote < start) this.quote = foundAt(bytes, QUOTE, start);
    if (this.quote < end) {
      this.split();
      return this.cells.length === width + 1 && this.hasTime();
    }
    let cells = 1;
    for (let i = bytes.indexOf(COMMA, start); i >= 0 && i < end && cells <= width; i = bytes.indexOf(COMMA, i + 1))
      cells++;
    return cells === width && this.hasTime();
  }

  private hasTime(): boolean {
    this.time = timeAt(this.bytes, this.start);
    if (Number.isNaN(this.time)) return false;
    const comma = this.bytes.indexOf(COMMA, this.start);
    this.fractional = comma - this.start > 4 && this.bytes[comma - 4] === POINT;
    return true;
  }
}

/** Where a byte stands at `from` or behind it; Infinity when nowhere. */
function foundAt(bytes: Uint8Array, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/** The `time` that a row begins with, milliseconds; NaN when it does not. */
function timeAt(bytes: Uint8Array, start: number): number {
  let i = start;
  let whole = 0;
  let c = bytes[i] as number;
  for (; c >= ZERO && c <= NINE; c = bytes[++i] as number) whole = whole * 10 + (c - ZERO);
  if (i === start) return Number.NaN;
  if (c === COMMA) return whole * 1000;
  if (c !== POINT) return Number.NaN;
  let unit = 100;
  let milliseconds = 0;
  c = bytes[++i] as number;
  for (; c >= ZERO && c <= NINE; c = bytes[++i] as number) {
    milliseconds += unit * (c - ZERO);
    unit /= 10;
  }
  return c === COMMA ? whole * 1000 + Math.round(milliseconds) : Number.NaN;
}

/**
 * Where to begin reading a plain file for rows from `since` on: a line's beginning at or before the first of them. Times in a file of
 * a directory go up (a clock that falls behind begins another file), so halving finds it.
 */
export function placeOf(files: Files, path: string, head: number, since: number): number {
  const fd = files.open(path, 'read');
  const bytes = new Uint8Array(chunk);
  try {
    let low = head;
    let high = files.fstat(fd).size;
    while (high - low > chunk) {
      const middle = Math.floor((low + high) / 2);
      const n = files.read(fd, bytes, 0, chunk, middle);
      const begin = bytes.indexOf(LF) + 1;
      const time = begin > 0 && begin + 20 < n ? timeAt(bytes, begin) : Number.NaN;
      // No row here: reading from `low` is slower, and right.
      if (Number.isNaN(time)) break;
      if (time < since) low = middle + begin;
      else high = middle;
    }
    return low;
  } finally {
    files.close(fd);
  }
}
