/** Recorded files to statistics: each row goes into its window, each window that has ended is printed. */
import type { World } from '../command.ts';
import type { Engine } from '../host.ts';
import { chunksOf, Lines } from '../read/lines.ts';
import type { Window } from '../read/merge.ts';
import { inOrder, mayHold } from '../read/merge.ts';
import type { Recorded } from '../read/recorded.ts';
import { unreadable } from '../read/sources.ts';
import { Text } from '../text.ts';
import type { Devices } from './device.ts';
import type { Printer } from './printer.ts';
import type { Progress } from './progress.ts';
import type { Layout } from './rows.ts';
import { Rows } from './rows.ts';
import type { Places } from './scan.ts';
import { Summary } from './summary.ts';

/** Files, and what is wanted of them. */
export interface Task {
  readonly world: World;
  readonly files: readonly Recorded[];
  readonly layout: Layout;
  /** Whose memory is used again by each pass. */
  readonly devices: Devices;
  readonly print: Printer;
  readonly progress: Progress;
}

/** One pass over the files: windows of this length, or one of everything. */
export interface Pass {
  readonly span: Window;
  readonly every: number | null;
  /** The name of its windows in the Library of Monitoring Objects, else ''. */
  readonly name: string;
}

/** Reads the files once and prints; returns whether all rows were read and counted. */
export function summarise(task: Task, { span, every, name }: Pass): boolean {
  const { world, files, layout, devices, print, progress } = task;
  const places = new Map(files.map((file) => [file, placesOf(file.names, layout)]));
  const spelled = new Rows(layout);
  const text = new Text();
  devices.restart();
  const summary = new Summary(devices, every, ({ start, fractional }, present) => {
    text.clear();
    for (const device of present) spelled.device(start, fractional, name, device, text);
    print(text);
  });
  const inside = files.filter(({ source }) => mayHold(source, span));
  const rows = inOrder(world, inside, span);
  let each = rows.next();
  for (; !each.done; each = rows.next()) {
    const { file, lines } = each.value;
    summary.row(lines, places.get(file) as Places);
    progress.add(lines.end - lines.start);
  }
  progress.end();
  summary.close();
  tell(world, layout, summary);
  return each.value && summary.late === 0;
}

/** Which cells of a file's rows are wanted. */
function placesOf(names: readonly string[], { wanted, key }: Layout): Places {
  const keyCell = key === null ? -1 : names.indexOf(key);
  const slots = names.map((name, cell) =>
    // The first one counts when a name comes twice.
    names.indexOf(name) === cell ? wanted.findIndex((column) => column.name === name) : -1,
  );
  const last = Math.max(keyCell, ...slots.map((slot, cell) => (slot < 0 ? -1 : cell)));
  return { slots: Int16Array.from(slots.slice(0, last + 1)), key: keyCell };
}

/** What a person should know of these numbers. */
function tell({ report }: World, { wanted }: Layout, { late, inexact, strange }: Summary): void {
  if (late > 0) {
    const rows = late === 1 ? 'A row comes' : `${late} rows come`;
    report.warn('late rows', `${rows} after a later window began, since the files are not in order of time; left out`);
  }
  for (const slot of strange)
    report.warn(`words ${slot}`, `Cells of ${wanted[slot]?.name} that are no numbers are left out`);
  if (inexact > 0) report.verbose(`The percentiles of ${inexact} rows are within 0.8 %, all others exact`);
}

/** The time of the last row of all files, milliseconds; -Infinity when there is none. Throws an SdrError. */
export function lastTimeOf(world: World, files: readonly Recorded[]): number {
  const days = files.map(({ source }) => source.name?.day ?? '');
  const newest = [...days].sort().at(-1);
  const times = files
    .filter((_, i) => days[i] === '' || days[i] === newest)
    .map(({ path, names }) => readable(path, () => endOf(world.engine, path, names.length)));
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}

const tail = 262_144;

/** Bytes of some files. Throws an SdrError. */
export function sizeOf({ engine }: World, files: readonly Recorded[]): number {
  return files.reduce((sum, { path }) => sum + readable(path, () => engine.files.stat(path).size), 0);
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The time of a file's last row. Of a plain one only its end is read. */
function endOf(engine: Engine, path: string, width: number): number {
  const size = path.endsWith('.gz') ? 0 : engine.files.stat(path).size;
  let last = Number.NEGATIVE_INFINITY;
  for (const from of [Math.max(0, size - tail), 0]) {
    const lines = new Lines(chunksOf(engine, path, from));
    // The first line is the header, or a piece of a row.
    lines.line();
    while (lines.row(width)) last = Math.max(last, lines.time);
    if (last > 0) break;
  }
  return last;
}
