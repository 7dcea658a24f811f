/** Aligned columns for eyes. Its width depends on names and numbers alone, never on the terminal. */
import type { Batch } from '../batch.ts';
import { exactText, textOf, timeText } from '../batch.ts';
import type { Format } from '../format.ts';
import type { Text } from '../text.ts';
import { fixedText, utf8 } from '../text.ts';
import type { View } from '../view.ts';

/** Narrower columns jump about as values change. */
const least = 7;
/** Headings come again after this many rows, as vmstat and sar do. */
const page = 40;

export class Table implements Format {
  private shown: View | null = null;
  private rowsSince = 0;

  head(): string {
    return '';
  }

  rows(batch: Batch, out: Text): void {
    const { view } = batch;
    if (this.shown !== view || this.rowsSince >= page) {
      out.ascii(this.shown === null ? headings(view) : `\n${headings(view)}`);
      this.shown = view;
      this.rowsSince = 0;
    }
    for (const entry of batch.rows) {
      const cells = [timeText(batch.time, batch.fractional).padStart(timeWidth)];
      if (view.schema.key !== null) cells.push(entry.key.padEnd(keyWidth));
      if (view.interval) cells.push(text(entry.seconds, 3).padStart(intervalWidth));
      view.columns.forEach((column, i) => {
        const words = textOf(batch, entry, i) ?? exactText(batch, entry, i);
        const cell = words ?? text(entry.cells[i] as number, column.digits);
        cells.push(cell.padStart(Math.max(least, column.name.length)));
      });
      out.raw(utf8(`${cells.join('  ').trimEnd()}\n`));
      this.rowsSince++;
    }
  }
}

const timeWidth = 10;
const keyWidth = 12;
const intervalWidth = 'interval_s'.length;

function headings(view: View): string {
  const names = ['time'.padStart(timeWidth)];
  if (view.schema.key !== null) names.push(view.schema.key.padEnd(keyWidth));
  if (view.interval) names.push('interval_s');
  for (const { name } of view.columns) names.push(name.padStart(least));
  return `${names.join('  ').trimEnd()}\n`;
}

const text = (value: number, digits: number): string => fixedText(value, digits) || '-';
