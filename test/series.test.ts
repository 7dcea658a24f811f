import { describe, expect, test } from 'vitest';
import { Csv } from '../src/formats/csv.ts';
import { text, words } from '../src/schema.ts';
import { Series } from '../src/series.ts';
import { Text } from '../src/text.ts';
import { viewOf } from '../src/view.ts';
import { Toys, toy } from './fake/recorder.ts';

const view = viewOf(toy, { columns: ['interval_s', 'reads_per_s', 'await_ms', 'size_bytes'] });
const none = Number.NaN;

function csv(toys: Toys): string {
  const out = new Text();
  new Csv().rows(toys.batch(5000), out);
  return Buffer.from(out.view()).toString();
}

describe('Series', () => {
  test('a first sighting has its gauges, and no rate', () => {
    const toys = new Toys(view);
    expect(toys.sample(1000, { a: [500, 0, 0, 7] })).toEqual({ a: [none, none, 7] });
    expect(toys.series.rows[0]?.seconds).toBeNaN();
  });

  test('there is no row when all of its cells are empty, then or later', () => {
    const toys = new Toys(viewOf(toy, { columns: ['await_ms'] }));
    for (let i = 0; i < 4; i++) expect(toys.read(1000, { a: [500, 0, 0, 7] })).toBe(false);
    expect(toys.sample(1000, { a: [510, 0, 20, 7] })).toEqual({ a: [2] });
    for (let i = 0; i < 4; i++) expect(toys.read(1000, { a: [510, 0, 20, 7] })).toBe(false);
  });

  test('rates are over the time that this row covers', () => {
    const toys = new Toys(view);
    toys.sample(1000, { a: [500, 0, 0, 7] });
    expect(toys.sample(4000, { a: [540, 0, 400, 7] })).toEqual({ a: [10, 10, 7] });
    expect(toys.series.rows[0]?.seconds).toBe(4);
  });

  test('a device that went away and came back has lost its base', () => {
    const toys = new Toys(view);
    toys.sample(1000, { a: [500, 0, 0, 7], b: [1, 0, 0, 1] });
    toys.sample(1000, { b: [2, 0, 0, 1] });
    expect(toys.sample(1000, { a: [900, 0, 0, 7], b: [4, 0, 0, 1] })).toEqual({ a: [none, none, 7], b: [2, 0, 1] });
    expect(toys.sample(1000, { a: [901, 0, 0, 7], b: [4, 0, 0, 1] })['a']).toEqual([1, 0, 7]);
  });

  test('a counter that ran backwards gives an empty cell once', () => {
    const toys = new Toys(view);
    toys.sample(1000, { a: [500, 0, 0, 7] });
    expect(toys.sample(1000, { a: [3, 0, 0, 7] })).toEqual({ a: [none, none, 7] });
    expect(toys.sample(1000, { a: [5, 0, 0, 7] })).toEqual({ a: [2, 0, 7] });
  });

  test('a counter that could not be read gives empty cells until it has a base again', () => {
    const toys = new Toys(view);
    toys.sample(1000, { a: [500, 0, 0, 7] });
    expect(toys.sample(1000, { a: [none, 0, 0, 7] })).toEqual({ a: [none, none, 7] });
    expect(toys.sample(1000, { a: [510, 0, 0, 7] })['a']?.[0]).toBeNaN();
    expect(toys.sample(1000, { a: [515, 0, 0, 7] })['a']?.[0]).toBe(5);
  });

  test('two samples within one millisecond have no rate', () => {
    const toys = new Toys(view);
    toys.sample(1000, { a: [500, 0, 0, 7] });
    expect(toys.sample(0, { a: [510, 0, 0, 7] })).toEqual({ a: [none, none, 7] });
  });

  test('rows come in the order in which they were asked for, each once', () => {
    const toys = new Toys(view);
    toys.series.begin(1);
    for (const key of ['b', 'a', 'b']) toys.series.row(key)?.fill(1);
    toys.series.finish();
    expect(toys.series.rows.map(({ key }) => key)).toEqual(['b', 'a']);
  });

  test('what the user does not want is asked about once and never read', () => {
    const asked: string[] = [];
    const toys = new Toys(view, (key) => {
      asked.push(key);
      return key !== 'b';
    });
    for (let i = 0; i < 3; i++)
      expect(Object.keys(toys.sample(1000, { a: [1, 1, 1, 1], b: [1, 1, 1, 1] }))).toEqual(['a']);
    expect(asked).toEqual(['a', 'b']);
  });

  test('what is hidden stays a base and is not written', () => {
    const toys = new Toys(view);
    toys.series.begin(1000);
    toys.series.row('a')?.set([1, 0, 0, 1]);
    toys.series.hide();
    expect(toys.series.finish()).toBe(false);
    toys.now = 1000;
    expect(toys.sample(1000, { a: [4, 0, 0, 1] })['a']?.[0]).toBe(3);
  });

  test('what is hidden with a mark stays a base unread while it has that mark, and spans only the last sample', () => {
    const toys = new Toys(view);
    toys.series.begin(1000);
    toys.series.row('a')?.set([1, 0, 0, 1]);
    toys.series.hide(7);
    toys.series.finish();
    for (const now of [2000, 3000]) {
      toys.series.begin(now);
      expect(toys.series.stays('a', 8)).toBe(false);
      expect(toys.series.stays('a', 7)).toBe(true);
      expect(toys.series.finish()).toBe(false);
    }
    toys.now = 3000;
    expect(toys.sample(1000, { a: [4, 0, 0, 1] })['a']?.[0]).toBe(3);
    expect(toys.series.rows[0]?.seconds).toBe(1);
    toys.series.begin(5000);
    expect(toys.series.stays('a', 7)).toBe(false);
  });

  test('a row that was not asked for at the sample before does not stay', () => {
    const toys = new Toys(view);
    toys.series.begin(1000);
    toys.series.row('a')?.set([1, 0, 0, 1]);
    toys.series.hide(7);
    toys.series.finish();
    toys.series.begin(2000);
    toys.series.drop();
    toys.series.begin(3000);
    expect(toys.series.stays('a', 7)).toBe(false);
  });

  test('after a reading that failed nothing is written', () => {
    const toys = new Toys(view);
    toys.sample(1000, { a: [1, 0, 0, 1] });
    toys.series.begin(3000);
    toys.series.drop();
    expect(toys.series.rows).toEqual([]);
    toys.now = 3000;
    expect(toys.sample(1000, { a: [7, 0, 0, 1] })['a']?.[0]).toBe(3 / 1);
  });

  test('a device that stands still is spelled as one that is computed anew', () => {
    const still = new Toys(view);
    const fresh = new Toys(view);
    for (const values of [1, 2, 2, 2, 2, 3, 3, 2].map((n) => [n, 0, 0, n] as const)) {
      still.sample(1000, { a: values });
      fresh.sample(1000, { a: values });
      for (const row of fresh.series.rows) row.spelling = null;
      expect(csv(still)).toBe(csv(fresh));
    }
  });
});

describe('values beyond 2^53', () => {
  const counters = viewOf(toy, { counters: true, columns: ['reads_total', 'read_bytes_total'] });

  function exact(toys: Toys, digits: string): string {
    toys.now += 1000;
    toys.series.begin(toys.now);
    const values = toys.series.row('a') as Float64Array;
    values.set([Number(digits), Number(digits), 0, 0]);
    toys.series.exact(0, digits);
    toys.series.exact(1, digits);
    toys.series.finish();
    return csv(toys);
  }

  test('are copied digit by digit, in base units', () => {
    const toys = new Toys(counters);
    expect(exact(toys, '9007199254740993')).toBe('5,a,9007199254740993,4611686018427388416\n');
    expect(exact(toys, '18446744073709551615')).toBe('5,a,18446744073709551615,9444732965739290426880\n');
  });

  test('have exact differences', () => {
    const toys = new Toys(viewOf(toy, { columns: ['reads_per_s'] }));
    exact(toys, '18446744073709551000');
    expect(exact(toys, '18446744073709551007')).toBe('5,a,7.00\n');
    expect(toys.read(1000, { a: [3, 0, 0, 0] })).toBe(false);
  });

  test('have a difference to one that a double holds', () => {
    const toys = new Toys(viewOf(toy, { columns: ['reads_per_s'] }));
    toys.sample(1000, { a: [9007199254740990, 0, 0, 0] });
    expect(exact(toys, '9007199254740993')).toBe('5,a,3.00\n');
  });
});

describe('with --changes', () => {
  const items = {
    ...toy,
    key: 'item',
    fields: { value: text('value', '/x', 'x') },
    columns: { value: words('value', 'x') },
  };

  /** The rows of samples of items, one after the other. */
  function changesOf(...samples: readonly Readonly<Record<string, string>>[]): string[] {
    const series = new Series(viewOf(items, { changes: true }), false, () => true);
    return samples.map((sample, i) => {
      series.begin(1000 * i);
      for (const [key, value] of Object.entries(sample)) {
        series.row(key);
        series.text(0, value);
      }
      series.finish();
      return series.rows.map((row) => `${row.key}=${row.textNow?.get(0) ?? ''}`).join(' ');
    });
  }

  test('the first sample is written whole, then what differs', () => {
    const a = { a: '1', b: '2' };
    expect(changesOf(a, a, { a: '1', b: '3' }, { a: '1', b: '3' })).toEqual(['a=1 b=2', '', 'b=3', '']);
  });

  test('what vanished is written once more, empty, and whole when it is back', () => {
    expect(changesOf({ a: '1', b: '2' }, { a: '1' }, { a: '1' }, { a: '1', b: '2' })).toEqual([
      'a=1 b=2',
      'b=',
      '',
      'b=2',
    ]);
  });

  test('rates are written as ever', () => {
    expect(viewOf(toy, { changes: true }).changes).toBe(false);
  });
});
