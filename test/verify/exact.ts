/** On devices that only our load uses, totals are exact: what was sent is what is written, to the byte. */
import { blank, fault, type Line, spanOf } from './compare.ts';
import { cell, type Recording, type Row } from './csv.ts';
import type { Known } from './load.ts';
import type { Oracles } from './oracle.ts';
import type { Timeline } from './timeline.ts';

/** Σ round(rate × interval_s). */
const totalOf = (rows: readonly Row[], column: string): number =>
  rows.reduce((sum, row) => sum + Math.round(cell(row, column) * row.interval), 0);

/** A line for each counted column of each of our own devices, and one for each total that was known beforehand. */
export function exactLines(
  recording: Recording,
  oracles: Oracles,
  timeline: Timeline,
  known: readonly Known[],
  rename: (column: string) => string,
): Line[] {
  const { recorder, columns, rows } = recording;
  const mine = known.filter((each) => each.recorder === recorder);
  const lines: Line[] = [];
  for (const device of new Set(mine.map((each) => each.device))) {
    const { rows: own, from, to, seconds } = spanOf(rows.filter((row) => row.device === device));
    if (own.length === 0) {
      lines.push(fault(recorder, device, 'device', 'not recorded'));
      continue;
    }
    const line = (what: string, column: string, total: number): Line => ({
      ...blank,
      recorder,
      device,
      column: `Σ ${column} (${what})`,
      ours: totalOf(own, column),
      kernel: total,
    });
    for (const column of columns.filter((name) => oracles[name]?.counted)) {
      const truth = oracles[column]?.truth(timeline.view(from, to, seconds), device) ?? Number.NaN;
      lines.push(line('kernel', column, Math.round(truth * seconds)));
    }
    for (const { column, total } of mine.filter((each) => each.device === device)) {
      if (columns.includes(rename(column))) lines.push(line('load', rename(column), total));
    }
  }
  return lines;
}

/** Rows of `--counters` as rates: the growth since the row before. Columns without an oracle among `oracles` stay. */
export function fromCounters(recording: Recording, oracles: Oracles): Recording {
  const last = new Map<string, Row>();
  const rows: Row[] = [];
  for (const row of recording.rows) {
    const before = last.get(row.device);
    last.set(row.device, row);
    if (before === undefined) continue;
    const cells = new Map(row.cells);
    for (const column of recording.columns.filter((name) => oracles[name]?.kind === 'rate')) {
      const rate = (cell(row, column) - cell(before, column)) / row.interval;
      cells.set(column, Number.isNaN(rate) ? '' : `${rate}`);
    }
    rows.push({ ...row, cells });
  }
  return { ...recording, rows };
}

/** `reads_per_s` is `reads_total` with `--counters`; sums of two counters have no counter of their own. */
export const asCounter = (column: string): string => column.replace(/_per_s$/, '_total');
