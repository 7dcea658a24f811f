/**
 * The rows of many files in order of `time`. Names are unique, time is the order: files may overlap after the clock was set back.
 * Rows of one time keep their order, those of the older file first.
 */
import type { World } from '../command.ts';
import { errno } from '../host.ts';
import { dayMs, startOf } from '../sinks/directory/names.ts';
import { chunksOf, Lines, placeOf } from './lines.ts';
import type { Recorded } from './recorded.ts';
import type { Source } from './sources.ts';

/** From `since` on, before `until`; milliseconds since the epoch. */
export interface Window {
  readonly since: number;
  readonly until: number;
}

export const everything: Window = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

const dayFrom = ({ name }: Source): number => (name ? startOf(name.day) : Number.NEGATIVE_INFINITY);

/** Whether a file can hold rows of a time: rows are in the file of their UTC day. */
export function mayHold(source: Source, { since, until }: Window): boolean {
  return source.name === null || (dayFrom(source) < until && dayFrom(source) + dayMs > since);
}

/** One file's rows within a window. */
export class Rows {
  readonly file: Recorded;
  readonly lines: Lines;
  private readonly world: World;
  private readonly window: Window;
  /** Whether something of the file could not be read. */
  isBroken = false;

  constructor(world: World, file: Recorded, window: Window) {
    const { engine } = world;
    const { source, path, head } = file;
    this.world = world;
    this.file = file;
    this.window = window;
    const isLate = window.since > dayFrom(source) && source.name !== null && !path.endsWith('.gz');
    const from = isLate ? this.guarded(0, () => placeOf(engine.files, path, head, window.since)) : 0;
    this.lines = new Lines(chunksOf(engine, path, from));
    if (from === 0) this.guarded(null, () => this.lines.line());
  }

  /** Moves to the next row; false at the end, also when the rest cannot be read. */
  next(): boolean {
    return this.guarded(false, () => this.move()) || this.end();
  }

  private move(): boolean {
    const { lines, file, window } = this;
    while (lines.row(file.names.length)) {
      if (lines.time >= window.since && lines.time < window.until) return true;
      // Time goes up within a file of ours; what else is called .csv may be in any order.
      if (lines.time >= window.until && file.source.name !== null) return false;
    }
    return false;
  }

  private end(): false {
    const { skipped } = this.lines;
    this.lines.close();
    if (skipped > 0) {
      const { path } = this.file;
      const many = skipped === 1 ? 'a line is' : `${skipped} lines are`;
      this.world.report.warn(`${path} lines`, `${path}: ${many} not a row of its header; left out`);
    }
    return false;
  }

  private guarded<T>(otherwise: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (errno(error) === '') throw error;
      const { path } = this.file;
      this.isBroken = true;
      this.world.report.warn(`${path} read`, `Cannot read ${path}: ${(error as Error).message}; the rest is left out`);
      return otherwise;
    }
  }
}

/**
 * All rows, each as its file standing on it. A file is opened when the time comes to its day, so that a year of them is not open at
 * once; `files` come oldest first.
 */
export function* inOrder(world: World, files: readonly Recorded[], window: Window): Generator<Rows, boolean> {
  const waiting = [...files].sort((a, b) => order(dayFrom(a.source), dayFrom(b.source)));
  const open: Rows[] = [];
  let isWhole = true;
  for (let opened = 0; ; ) {
    const due = open.reduce((time, { lines }) => Math.min(time, lines.time), Number.POSITIVE_INFINITY);
    while (opened < waiting.length && (open.length === 0 || dayFrom((waiting[opened] as Recorded).source) <= due)) {
      const rows = new Rows(world, waiting[opened++] as Recorded, window);
      if (rows.next()) open.push(rows);
      else isWhole &&= !rows.isBroken;
    }
    const rows = earliest(open);
    if (!rows) return isWhole;
    yield rows;
    if (rows.next()) continue;
    isWhole &&= !rows.isBroken;
    open.splice(open.indexOf(rows), 1);
  }
}

const order = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** The older file wins when times are equal. */
function earliest(open: readonly Rows[]): Rows | undefined {
  let [first] = open;
  for (const rows of open) if (first && rows.lines.time < first.lines.time) first = rows;
  return first;
}
