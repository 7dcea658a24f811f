/**
 * Which summary statistics are kept of a column, and over which windows: what the Library of Monitoring Objects lists and what
 * `sdr stats --lmo` computes. The windows, and the step at which each is worth looking at, are those that the predecessor's
 * collectors have always used, so its users' pages keep their time axes.
 */

/** A span of time that ends now, looked at in steps. */
export interface Window {
  /** As `--every` takes it: `5m`, `3h`, `180d`. */
  readonly name: string;
  readonly milliseconds: number;
  /** One value of each statistic covers this much of it, in milliseconds. */
  readonly resolution: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const over = (name: string, milliseconds: number, resolution: number): Window => ({ name, milliseconds, resolution });

/** The shortest first. */
export const windows: readonly Window[] = [
  over('5m', 5 * minute, 5 * minute),
  over('30m', 30 * minute, 30 * minute),
  over('3h', 3 * hour, minute),
  over('6h', 6 * hour, 5 * minute),
  over('12h', 12 * hour, 15 * minute),
  over('1d', day, 30 * minute),
  over('3d', 3 * day, hour),
  over('7d', 7 * day, 3 * hour),
  over('30d', 30 * day, 12 * hour),
  over('90d', 90 * day, day),
  over('180d', 180 * day, 2 * day),
];

/** The windows in which a recorder with this shortest interval (milliseconds) has a row; their steps are no shorter than it. */
export function windowsFrom(interval: number): readonly Window[] {
  return windows
    .filter(({ milliseconds }) => milliseconds >= interval)
    .map((window) => ({ ...window, resolution: Math.max(window.resolution, interval) }));
}

/** All of them, in the order in which they are listed. */
export const statistics = ['MIN', 'MAX', 'MEAN', 'SUM', 'COUNT', 'LAST', 'PERCENTILE'] as const;

export type Statistic = (typeof statistics)[number];

/** Which percentiles PERCENTILE stands for. */
export const percentiles: readonly number[] = [50, 95, 99];

/**
 * What is worth knowing of a column, by its kind. A counter's own values say nothing in sum: its SUM is its growth, from row to row of
 * one device, without what ran backwards. Of words there is a last one, and how many there were.
 */
export const statisticsOf: Readonly<
  Record<'time' | 'key' | 'text' | 'gauge' | 'rate' | 'counter', readonly Statistic[]>
> = {
  time: [],
  key: [],
  text: ['COUNT', 'LAST'],
  gauge: statistics,
  rate: statistics,
  counter: ['SUM', 'COUNT', 'LAST'],
};
