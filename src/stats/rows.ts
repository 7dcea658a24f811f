/** Statistics as rows of CSV: one for each column of each device that had rows in a window. */
import { timeText } from '../batch.ts';
import { bytesOf, encodeId } from '../parse.ts';
import type { Text } from '../text.ts';
import type { Statistic } from '../windows.ts';
import { statistics, statisticsOf } from '../windows.ts';
import type { Percentile } from './columns.ts';
import { columnName, ranksOf, statisticNames, windowName } from './columns.ts';
import type { Device } from './device.ts';
import type { Kind, Tally, Wanted } from './tally.ts';
import { divided } from './totals.ts';

const COMMA = 44;
const LF = 10;
/** A mean has so many decimals more than its column. */
const meanDigits = 2;

/** What rows look like. */
export interface Layout {
  readonly wanted: readonly Wanted[];
  readonly percentiles: readonly Percentile[];
  /** The name of the key column; null when a sample is one row. */
  readonly key: string | null;
  /** Whether rows are those of the Library of Monitoring Objects: they name their window, and have the statistics that it lists. */
  readonly isLibrary: boolean;
}

/** The names of the header. */
export const namesOf = ({ key, isLibrary, percentiles }: Layout): readonly string[] => [
  'time',
  ...(isLibrary ? [windowName] : []),
  ...(key === null ? [] : [key]),
  columnName,
  ...statisticNames(percentiles),
];

/** A counter's own values have no middle. */
const ofCounter = statistics.filter((name) => name !== 'MEAN' && name !== 'PERCENTILE');

const shownOf = (kind: Kind, isLibrary: boolean): ReadonlySet<Statistic> =>
  new Set(kind === 'counter' && !isLibrary ? ofCounter : statisticsOf[kind]);

export class Rows {
  private readonly layout: Layout;
  private readonly shown: readonly ReadonlySet<Statistic>[];
  private readonly ranks: (count: number) => readonly number[];

  constructor(layout: Layout) {
    this.layout = layout;
    this.shown = layout.wanted.map(({ kind }) => shownOf(kind, layout.isLibrary));
    this.ranks = (count) => ranksOf(layout.percentiles, count);
  }

  /** Spells what a device came to in a window that began at `start`, milliseconds. */
  device(start: number, fractional: boolean, window: string, device: Device, out: Text): void {
    const { key, isLibrary, wanted } = this.layout;
    const gaps = device.steps.gaps();
    const time = `${timeText(start, fractional)}${isLibrary ? `,${window}` : ''}`;
    wanted.forEach(({ name }, slot) => {
      out.ascii(time);
      if (key !== null) {
        out.byte(COMMA);
        out.raw(device.bytes);
      }
      out.byte(COMMA);
      out.ascii(name);
      this.statistics(device.tallies[slot] as Tally, this.shown[slot] as ReadonlySet<Statistic>, out);
      out.ascii(`,${gaps ?? ''}`);
      out.byte(LF);
    });
  }

  private statistics(tally: Tally, shown: ReadonlySet<Statistic>, out: Text): void {
    const ranked = tally.finish(this.ranks);
    const { totals, growth, digits } = tally;
    const { count, scale } = totals;
    const isWord = count === 0 && tally.words > 0;
    const has = (name: Statistic): boolean => count > 0 && shown.has(name);
    const sum = growth === null ? totals.sum : growth.grown;
    const cells = [
      isWord ? tally.words : count,
      has('MIN') ? fixed(totals.min, scale) : '',
      has('MEAN') ? fixed(divided(totals.sum * 10n ** BigInt(meanDigits), BigInt(count)), scale + meanDigits) : '',
      has('MAX') ? fixed(totals.max, scale) : '',
      has('SUM') && sum !== null ? fixed(sum, growth === null ? scale : growth.scale) : '',
      isWord ? word(tally.word) : has('LAST') ? fixed(totals.last, scale) : '',
      ...this.layout.percentiles.map((_, i) => (has('PERCENTILE') ? fixed(ranked[i] as number, digits) : '')),
    ];
    out.ascii(`,${cells.join(',')}`);
  }
}

/** An integer with a point before the last `decimals` of its digits. */
function fixed(value: number | bigint, decimals: number): string {
  const text = String(value);
  if (decimals === 0) return text;
  const isNegative = text.startsWith('-');
  const digits = (isNegative ? text.slice(1) : text).padStart(decimals + 1, '0');
  return `${isNegative ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Text as it is where it needs no quotes: only the last column of a file may have them. */
function word(text: string): string {
  if (text.startsWith('"')) return encodeId(bytesOf(text.slice(1, -1).replaceAll('""', '"')));
  return /^[=+\-@]|"/.test(text) ? encodeId(bytesOf(text)) : text;
}
