/**
 * A recorder at work: what it read at this tick and the tick before, and the cells that follow. Here counters are
 * differenced and guarded, for all recorders: a counter that runs backwards gives no number, never a negative or a spike.
 */
import type { Guards } from './growth.ts';
import { guardsOf, native } from './growth.ts';
import type { Sample } from './recorder.ts';
import type { View } from './view.ts';

/** What would break a line, or a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must go
const control = /[\u0000-\u001f\u007f-\u009f]/g;

/** One thing (a CPU, a disk, the whole system) through time. Arrays are reused: next to nothing is allocated per tick. */
export class Entry {
  readonly key: string;
  now: Float64Array;
  before: Float64Array;
  readonly delta: Float64Array;
  /** The cells of the row, in the order of the view's columns; NaN is an empty cell. */
  readonly cells: Float64Array;
  /** Values beyond 2^53 by field, digit by digit. */
  exactNow: Map<number, bigint> | null = null;
  exactBefore: Map<number, bigint> | null = null;
  /** Texts by field. */
  textNow: Map<number, string> | null = null;
  textBefore: Map<number, string> | null = null;
  /** Whether it never had any of these. */
  isPlain = true;
  /** Monotonic milliseconds of `now`; NaN before the first reading. */
  at = Number.NaN;
  /** Seconds that the row covers; NaN without a base. */
  seconds = Number.NaN;
  /** The cells are those of the row before: a format may reuse their spelling. */
  same = false;
  hidden = false;
  /** What it was hidden with. */
  mark = Number.NaN;
  /** Whether any cell has a value. */
  some = false;
  /** A format's spelling of the cells, valid while `same`. */
  spelling: Uint8Array | null = null;
  /** Whether `delta` was all zero at the last tick. */
  still = false;
  seen = 0;

  constructor(key: string, fields: number, columns: number) {
    this.key = key;
    this.now = new Float64Array(fields);
    this.before = new Float64Array(fields);
    this.delta = new Float64Array(fields);
    this.cells = new Float64Array(columns);
  }
}

export class Series implements Sample {
  readonly view: View;
  /** The rows of this tick, in the order they were read. */
  readonly rows: Entry[] = [];
  now = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly guards: Guards;
  private readonly wanted: (key: string) => boolean;
  private readonly unwanted = new Set<string>();
  private current: Entry | null = null;
  private tick = 0;
  /** Rows of this tick that stay hidden, unread. */
  private stayed = 0;

  /** `narrow` tells a 32-bit kernel, whose `unsigned long` counters wrap. */
  constructor(view: View, narrow: boolean, wanted: (key: string) => boolean) {
    this.view = view;
    this.wanted = wanted;
    this.guards = guardsOf(Object.values(view.schema.fields), narrow);
  }

  /** Before a reading. `now` in whole monotonic milliseconds, so that printed intervals add up. */
  begin(now: number): void {
    this.now = now;
    this.tick++;
    this.stayed = 0;
    this.rows.length = 0;
    this.current = null;
  }

  stays(key: string, mark: number): boolean {
    const entry = this.entries.get(key);
    if (entry?.mark !== mark || entry.seen !== this.tick - 1) return false;
    entry.seen = this.tick;
    entry.at = this.now;
    this.stayed++;
    return true;
  }

  row(key: string): Float64Array | null {
    if (this.unwanted.size > 0 && this.unwanted.has(key)) return null;
    let entry = this.entries.get(key);
    if (!entry) {
      if (!this.wanted(key)) {
        this.unwanted.add(key);
        return null;
      }
      entry = new Entry(key, this.guards.slack.length, this.view.columns.length);
      this.entries.set(key, entry);
    }
    if (entry.seen !== this.tick) this.turn(entry);
    this.current = entry;
    return entry.now;
  }

  /** Makes what was now before, and now empty. */
  private turn(entry: Entry): void {
    const { now, before } = entry;
    entry.now = before;
    entry.before = now;
    native.blank(before);
    if (!entry.isPlain) {
      entry.exactBefore = entry.exactNow;
      entry.exactNow = null;
      entry.textBefore = entry.textNow;
      entry.textNow = null;
    }
    // Two samples within one millisecond have no rate.
    const { now: moment } = this;
    const seconds = (moment - entry.at) / 1000;
    entry.seconds = seconds > 0 ? seconds : Number.NaN;
    entry.at = moment;
    entry.seen = this.tick;
    if (entry.hidden) {
      entry.hidden = false;
      entry.mark = Number.NaN;
    }
    this.rows.push(entry);
  }

  exact(field: number, digits: string): void {
    if (!this.current) return;
    this.current.isPlain = false;
    this.current.exactNow ??= new Map();
    this.current.exactNow.set(field, BigInt(digits));
  }

  text(field: number, text: string): void {
    if (!this.current) return;
    this.current.isPlain = false;
    this.current.textNow ??= new Map();
    this.current.textNow.set(field, text.replace(control, ' '));
  }

  hide(mark = Number.NaN): void {
    if (!this.current) return;
    this.current.hidden = true;
    this.current.mark = mark;
  }

  /** After a reading: computes the rows, forgets what was not there. Returns whether there is anything to write. */
  finish(): boolean {
    let kept = 0;
    const { rows } = this;
    const all = rows.length;
    for (let i = 0; i < all; i++) {
      const entry = rows[i] as Entry;
      if (entry.hidden || !this.compute(entry)) continue;
      if (kept < i) rows[kept] = entry;
      kept++;
    }
    if (kept < all) rows.length = kept;
    if (all + this.stayed !== this.entries.size) this.sweep();
    return rows.length > 0;
  }

  /** After a reading that failed half way: what was read stays as it is, nothing is written. */
  drop(): void {
    this.rows.length = 0;
  }

  /** Forgets what was not there. Where changes are written, its end is one. */
  private sweep(): void {
    for (const [key, entry] of this.entries) {
      if (entry.seen === this.tick) continue;
      this.entries.delete(key);
      if (this.view.changes && !entry.hidden) this.rows.push(ended(entry));
    }
  }

  /** Fills `delta` and the cells; false when there is nothing to write. */
  private compute(entry: Entry): boolean {
    const { now, delta, seconds, isPlain } = entry;
    const { view, guards } = this;
    let still = native.difference(now, entry.before, delta, guards.slack, guards.wraps, seconds > 0);
    if (!isPlain) {
      exactDifference(entry);
      still = still && sameTexts(entry.textNow, entry.textBefore);
    }
    const same = still && entry.still;
    entry.same = same;
    entry.still = still;
    if (still && view.changes) return false;
    if (same) return entry.some;
    const some = view.program.run(delta, now, seconds, entry.cells) || (!isPlain && hasText(entry, view));
    entry.some = some;
    return some;
  }
}

/** The last row of what has gone: all its cells are empty. */
function ended(entry: Entry): Entry {
  entry.cells.fill(Number.NaN);
  entry.textNow = null;
  entry.exactNow = null;
  entry.spelling = null;
  entry.same = false;
  return entry;
}

function sameTexts(now: ReadonlyMap<number, string> | null, before: ReadonlyMap<number, string> | null): boolean {
  if (now === before) return true;
  if (now === null || before === null || now.size !== before.size) return false;
  for (const [field, text] of now) if (before.get(field) !== text) return false;
  return true;
}

/** Whether a column that is shown has a text. */
function hasText({ textNow }: Entry, view: View): boolean {
  return textNow !== null && view.columns.some(({ field }) => textNow.get(field));
}

/** Differences of counters that a double cannot hold. */
function exactDifference(entry: Entry): void {
  for (const [field, now] of entry.exactNow ?? []) {
    const before = entry.exactBefore?.get(field) ?? entry.before[field];
    if (before === undefined || Number.isNaN(before)) continue;
    const grown = now - BigInt(before);
    entry.delta[field] = grown < 0n || Number.isNaN(entry.seconds) ? Number.NaN : Number(grown);
  }
}
