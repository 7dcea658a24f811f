/**
 * The predecessor's layout, for its users' scripts: fields between colons in its order, no header, kB, `NA` for what has no source.
 * The numbers are ours; where they differ from what it computed, sdr-krd(5) says so.
 */
import type { Batch } from '../../batch.ts';
import { timeText } from '../../batch.ts';
import { SdrError } from '../../errors.ts';
import type { Format } from '../../format.ts';
import type { Entry } from '../../series.ts';
import type { Text } from '../../text.ts';
import { fixedText, utf8 } from '../../text.ts';
import type { View } from '../../view.ts';
import { inventory } from './inventory.ts';
import type { Cell, Layout } from './layouts.ts';
import { layouts } from './layouts.ts';

/** The recorders that have a layout. */
export const recorded: readonly string[] = [...Object.keys(layouts), inventory.recorder];

export class Krd implements Format {
  private readonly places = new Map<View, ReadonlyMap<string, number>>();

  /** Nothing. Throws a usage error for what has no such layout. */
  head({ schema, columns, counters }: View): string {
    if (!recorded.includes(schema.name)) {
      throw new SdrError('usage', `${schema.name} has no krd layout: expected one of ${recorded.join(', ')}`);
    }
    if (counters || columns.length !== Object.keys(schema.columns).length) {
      throw new SdrError('usage', 'The krd layout is fixed: --columns and --counters are of other formats');
    }
    return '';
  }

  rows(batch: Batch, out: Text): void {
    const { name, key } = batch.view.schema;
    const time = timeText(batch.time, batch.fractional);
    if (name === inventory.recorder) {
      out.raw(utf8(`${[time, ...inventory.cells(batch.rows)].join(':')}\n`));
      return;
    }
    const layout = layouts[name] as Layout;
    for (const entry of batch.rows) {
      if (layout.skips?.test(entry.key)) continue;
      const id = key === null ? [] : [entry.key.replaceAll(':', '%3A')];
      out.ascii(`${[time, ...id, ...layout.cells.map((cell) => this.spelled(cell, batch.view, entry))].join(':')}\n`);
    }
  }

  private spelled({ of, by, share, digits, empty }: Cell, view: View, entry: Entry): string {
    if (of.length === 0) return empty;
    const sum = of.reduce((total, column) => total + this.value(column, view, entry), 0) / by;
    return fixedText(share === '' ? sum : (100 * sum) / this.value(share, view, entry), digits) || empty;
  }

  private value(column: string, view: View, entry: Entry): number {
    let places = this.places.get(view);
    if (!places) {
      places = new Map(view.columns.map(({ name }, i) => [name, i]));
      this.places.set(view, places);
    }
    return entry.cells[places.get(column) ?? -1] ?? Number.NaN;
  }
}
