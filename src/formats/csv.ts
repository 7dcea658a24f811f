/**
 * The CSV dialect (sdr-csv(5)): header once, epoch seconds, empty cells for what could not be measured, no quotes. Spelled into
 * bytes by hand, because it runs at every tick and must make no garbage: `npm run bench -- --csv` puts csv-stringify beside it,
 * which takes four times as long and costs a third of everything else in a sample; it does not run on QuickJS at all.
 */
import type { Batch } from '../batch.ts';
import { exactText, rateDigits, textOf, timeText } from '../batch.ts';
import type { Format } from '../format.ts';
import type { Entry } from '../series.ts';
import type { Text } from '../text.ts';
import { utf8 } from '../text.ts';
import type { View } from '../view.ts';

const COMMA = 44;
const LF = 10;

export class Csv implements Format {
  head(view: View): string {
    return `${view.header}\n`;
  }

  rows(batch: Batch, out: Text): void {
    const { view, rows } = batch;
    const { decimals, hasText, interval } = view;
    const hasKey = view.schema.key !== null;
    const time = timeText(batch.time, batch.fractional);
    const columns = view.columns.length;
    const count = rows.length;
    for (let i = 0; i < count; i++) {
      const entry = rows[i] as Entry;
      const { spelling, seconds } = entry;
      const key = hasKey ? entry.key : null;
      const shown = interval ? seconds : null;
      const spelled = entry.same ? spelling : null;
      const isUsual = spelled !== null || !entry.still;
      const isPlain = isUsual && !(seconds > 100) && !hasText && entry.exactNow === null;
      if (!isPlain || !out.row(time, key, shown, entry.cells, decimals, columns, spelled)) {
        this.row(batch, entry, time, shown, out);
      } else if (spelled !== spelling) {
        entry.spelling = null;
      }
    }
  }

  /** A row that stands still, or that takes more care. */
  private row(batch: Batch, entry: Entry, time: string, seconds: number | null, out: Text): void {
    out.lead(batch.view.schema.key === null ? time : `${time},${entry.key}`, seconds);
    const from = out.length;
    if (entry.same && entry.spelling && !(entry.seconds > 100)) out.raw(entry.spelling);
    else this.cells(batch, entry, out);
    // Things that stand still are spelled once: a thousand idle disks cost next to nothing.
    if (!entry.still || entry.seconds > 100) entry.spelling = null;
    else if (!entry.same || !entry.spelling) entry.spelling = out.bytes.slice(from, out.length);
    out.byte(LF);
  }

  private cells(batch: Batch, entry: Entry, out: Text): void {
    const { columns, decimals } = batch.view;
    const { cells, seconds } = entry;
    const isPlain = !(seconds > 100) && entry.exactNow === null && !batch.view.hasText;
    if (isPlain && out.cells(cells, decimals)) return;
    for (let i = 0; i < columns.length; i++) {
      const { digits, isRate } = columns[i] as (typeof columns)[number];
      out.byte(COMMA);
      const exact = exactText(batch, entry, i);
      const text = textOf(batch, entry, i);
      if (text !== null) out.raw(utf8(quoted(text)));
      else if (exact !== null) out.ascii(exact);
      else out.fixed(cells[i] as number, isRate ? rateDigits(digits, seconds) : digits);
    }
  }
}

/** A text as RFC 4180 wants it. Only the last column may need it, so that awk's other columns stay where they are. */
const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
