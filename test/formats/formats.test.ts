/** What every format promises, and what each spells. */
import { describe, expect, test } from 'vitest';
import { formats } from '../../src/format.ts';
import { Csv } from '../../src/formats/csv.ts';
import { Json } from '../../src/formats/json.ts';
import { Table } from '../../src/formats/table.ts';
import { text as textField, words } from '../../src/schema.ts';
import { Series } from '../../src/series.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';
import { Toys, toy } from '../fake/recorder.ts';

const view = viewOf(toy, { columns: ['interval_s', 'reads_per_s', 'await_ms', 'size_bytes'] });

/** Two samples of two toys, the second one spelled. */
function spelled(format: Csv | Json | Table, apart = 4000, fractional = false): string {
  const toys = new Toys(view);
  toys.sample(1000, { a: [500, 0, 0, 7], 'b%2C': [1, 0, 0, 1] });
  toys.sample(apart, { a: [540, 0, 400, 7], 'b%2C': [1, 0, 0, 1], c: [9, 0, 0, 3] });
  const out = new Text();
  format.rows(toys.batch(1_700_000_005_000, fractional), out);
  return format.head(view) + Buffer.from(out.view()).toString();
}

/** The predecessor's layout is of its recorders only: krd.test.ts. */
const general = Object.entries(formats).filter(([name]) => name !== 'krd');

describe.each(general)('%s', (_, make) => {
  test('ends every row with a line feed and has no number that is none', () => {
    const text = spelled(make() as Csv);
    expect(text.endsWith('\n')).toBe(true);
    expect(text).not.toMatch(/NaN|Infinity|undefined|\r/);
  });
});

describe('csv', () => {
  test('quotes a text that needs it, and leaves what is missing out', () => {
    const shown = viewOf({
      ...toy,
      key: 'item',
      fields: { value: textField('value', '/x', 'x') },
      columns: { value: words('value', 'x') },
    });
    const series = new Series(shown, false, () => true);
    const texts = ['plain', 'a, "b"', '', 'ünï', '=1+1'];
    series.begin(0);
    texts.forEach((text, i) => {
      series.row(`i${i}`);
      series.text(0, text);
    });
    series.finish();
    const batch = { view: shown, time: 5000, fractional: false, rows: series.rows };
    const out = new Text();
    new Csv().rows(batch, out);
    expect(Buffer.from(out.view()).toString()).toBe('5,i0,plain\n5,i1,"a, ""b"""\n5,i3,ünï\n5,i4,=1+1\n');
    out.clear();
    new Json().rows(batch, out);
    const objects = Buffer.from(out.view()).toString().trimEnd().split('\n');
    expect(objects.map((line) => JSON.parse(line).value)).toEqual(texts.filter((text) => text !== ''));
  });

  test('is a header, then rows with empty cells for what could not be measured', () => {
    expect(spelled(new Csv())).toBe(
      'time,device,interval_s,reads_per_s,await_ms,size_bytes\n' +
        '1700000005,a,4.000,10.00,10.00,7\n' +
        '1700000005,b%2C,4.000,0.00,,1\n' +
        '1700000005,c,,,,3\n',
    );
  });

  test('has times of three decimals when the interval is not of whole seconds', () => {
    expect(spelled(new Csv(), 500, true).split('\n')[1]).toBe('1700000005.000,a,0.500,80.00,10.00,7');
  });

  test('a rate times its interval gives the count back, however long the interval', () => {
    for (const seconds of [1, 7, 99, 101, 999, 3600, 86_400, 864_000]) {
      for (const count of [1, 3, 12_345, 999_999]) {
        const toys = new Toys(view);
        toys.sample(1000, { a: [0, 0, 0, 0] });
        toys.sample(seconds * 1000, { a: [count, 0, 0, 0] });
        const out = new Text();
        new Csv().rows(toys.batch(0), out);
        const [, , interval, rate] = Buffer.from(out.view()).toString().split(',').map(Number);
        expect(Math.round((interval as number) * (rate as number))).toBe(count);
      }
    }
  });
});

describe('json', () => {
  test('is one object a line, null where CSV has an empty cell', () => {
    const lines = spelled(new Json()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        recorder: 'toyrec',
        time: 1_700_000_005,
        device: 'a',
        interval_s: 4,
        reads_per_s: 10,
        await_ms: 10,
        size_bytes: 7,
      },
      {
        recorder: 'toyrec',
        time: 1_700_000_005,
        device: 'b%2C',
        interval_s: 4,
        reads_per_s: 0,
        await_ms: null,
        size_bytes: 1,
      },
      {
        recorder: 'toyrec',
        time: 1_700_000_005,
        device: 'c',
        interval_s: null,
        reads_per_s: null,
        await_ms: null,
        size_bytes: 3,
      },
    ]);
  });

  test('spells the same digits as CSV', () => {
    const [, ...rows] = spelled(new Csv()).trimEnd().split('\n');
    const objects = spelled(new Json()).trimEnd().split('\n');
    for (const [i, row] of rows.entries()) {
      const cells = [...(objects[i] ?? '').matchAll(/":("[^"]*"|[^,}]*)/g)].map(([, cell = '']) =>
        cell.replaceAll('"', ''),
      );
      expect(cells.slice(1).map((cell) => (cell === 'null' ? '' : cell))).toEqual(row.split(','));
    }
  });
});

describe('table', () => {
  test('has headings that come again, and rows that stand under them', () => {
    const table = new Table();
    const toys = new Toys(view);
    const out = new Text();
    for (let i = 0; i < 100; i++) {
      toys.sample(1000, { a: [i, 0, 0, 7] });
      table.rows(toys.batch(i * 1000), out);
    }
    const lines = Buffer.from(out.view()).toString().split('\n');
    const headings = lines.filter((line) => line.includes('reads_per_s'));
    expect(headings.length).toBe(3);
    expect(lines[1]?.length).toBe(headings[0]?.length);
    expect(lines[1]).toMatch(/ - +- +7$/);
  });
});
