/** One JSON object a line, with the names of the CSV; null for an empty cell. Valid line by line whatever ends the program. */
import type { Batch } from '../batch.ts';
import { exactText, rateDigits, textOf, timeText } from '../batch.ts';
import type { Format } from '../format.ts';
import type { Entry } from '../series.ts';
import type { Text } from '../text.ts';
import { fixedText, utf8 } from '../text.ts';

export class Json implements Format {
  head(): string {
    return '';
  }

  rows(batch: Batch, out: Text): void {
    for (const entry of batch.rows) {
      // Ids are ASCII without quotes (encodeId), so nothing needs escaping.
      const { name, key } = batch.view.schema;
      const parts = [`"recorder":"${name}"`, `"time":${timeText(batch.time, batch.fractional)}`];
      if (key !== null) parts.push(`"${key}":"${entry.key}"`);
      if (batch.view.interval) parts.push(`"interval_s":${number(entry.seconds, 3)}`);
      out.raw(utf8(`{${[...parts, ...cellsOf(batch, entry)].join(',')}}\n`));
    }
  }
}

function cellsOf(batch: Batch, entry: Entry): string[] {
  return batch.view.columns.map((column, i) => {
    const digits = column.isRate ? rateDigits(column.digits, entry.seconds) : column.digits;
    const text = textOf(batch, entry, i);
    const value = text === null ? exactText(batch, entry, i) : JSON.stringify(text);
    return `"${column.name}":${value ?? number(entry.cells[i] as number, digits)}`;
  });
}

const number = (value: number, digits: number): string => fixedText(value, digits) || 'null';
