/** What a row of statistics holds: names and meanings, declared once for the header, the help and the pages. */
import { SdrError } from '../errors.ts';
import type { Note } from '../recorder.ts';
import { percentiles as usual } from '../windows.ts';
import { few, small } from './distribution.ts';
import { wide } from './steps.ts';

/** `p99.9` of 99.9 %. */
export interface Percentile {
  readonly name: string;
  /** Thousandths of a per cent are whole, so that ranks are exact. */
  readonly thousandths: number;
}

/** The column that names the column; before it stand time, window (with `--lmo`) and the key. */
export const columnName = 'column';
export const windowName = 'window';

const before = {
  count: 'cells that hold a value; empty ones do not count',
  min: 'the smallest value',
  mean: 'the sum divided by the count, with two decimals more than the column has; none of a counter (…_total)',
  max: 'the largest value',
  sum: 'the exact sum; of a counter, its growth from row to row, without what ran backwards (a restart)',
  last: 'the value of the last row that has one; also of text',
} as const;

const gaps =
  `places where rows of the device are more than ${wide} × their usual interval apart, which is the step from row to row that came ` +
  'most often so far; a gap counts where it ends';

const nearestRank =
  'the value that this percentage of all values lies below, itself one of them (nearest rank, as mlr computes it); none of a counter';

/** The statistics in the order of the header. */
export const statisticNames = (percentiles: readonly Percentile[]): readonly string[] => [
  ...Object.keys(before),
  ...percentiles.map(({ name }) => name),
  'gaps',
];

const percentileOf = (text: string): Percentile => ({
  name: `p${Number(text)}`,
  thousandths: Math.round(Number(text) * 1000),
});

/** `50,95,99.9`, the smallest first; the usual ones when nothing was typed. Throws a usage error. */
export function percentilesOf(typed: readonly string[]): readonly Percentile[] {
  const texts = typed.flatMap((list) => list.split(','));
  for (const text of texts) {
    if (/^(100|\d{1,2})(\.\d{1,3})?$/.test(text) && Number(text) <= 100) continue;
    throw new SdrError('usage', `--percentiles "${text}": expected numbers from 0 to 100, such as 50,99,99.9`);
  }
  const found = (texts.length > 0 ? texts : usual.map(String)).map(percentileOf);
  const known = new Map(found.map((percentile) => [percentile.thousandths, percentile]));
  return [...known.values()].sort((a, b) => a.thousandths - b.thousandths);
}

/** The ranks, from 0, of percentiles among `count` values, going up as the percentiles do. */
export function ranksOf(percentiles: readonly Percentile[], count: number): number[] {
  return percentiles.map(({ thousandths }) => Math.min(count - 1, Math.floor((thousandths * count) / 100_000)));
}

/** How good percentiles are, in one sentence. */
export const exactness =
  `exact while at most ${few} different values of a device's column are negative or larger than ${small - 1} units of its last ` +
  'decimal (no percentage is); beyond, and with more than 64 CPUs or some 50 busy disks, within 0.8 % of the value';

/** For the page of the command. */
export const notes: readonly Note[] = [
  ...Object.entries({ ...before, percentiles: `${nearestRank}; ${exactness}`, gaps }).map(([title, text]) => ({
    title,
    text,
  })),
];
