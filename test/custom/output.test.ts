/** What programs print, as items. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemsOf, most } from '../../src/custom/output.ts';

const latin1 = (text: string) => Buffer.from(text).toString('latin1');
const rows = (text: string) =>
  itemsOf(latin1(text).split('\n')).map(({ id, value, text: words }) => [id, value, words]);

describe('lines', () => {
  test.each([
    ['a name and a value', 'load 0.5', ['load', 0.5, '']],
    ['a colon', 'battery.charge: 100', ['battery.charge', 100, '']],
    ['a colon without a blank', 'temp:45', ['temp', 45, '']],
    ['an equals sign', 'volt = 13.60', ['volt', 13.6, '']],
    ['an equals sign without blanks', 'volt=13.60', ['volt', 13.6, '']],
    ['a name of several words', 'input voltage: 230.5 V', ['input%20voltage', 230.5, 'V']],
    ['a unit without a blank', 'charge: 87%', ['charge', 87, '%25']],
    ['a unit that is no ASCII, and remarks', 'Core 0: +45.0°C  (high = +80.0°C)', ['Core%200', 45, '%C2%B0C']],
    ['a letter with the byte of a blank in it', 'à 1', ['%C3%A0', 1, '']],
    ['a sign', 'offset: -3.25 ms', ['offset', -3.25, 'ms']],
    ['an exponent', 'drift 1.5e-3', ['drift', 0.0015, '']],
    ['a word', 'ups.status: OL CHRG', ['ups.status', Number.NaN, 'OL%20CHRG']],
    ['a date, which is no number', 'date 2001/09/25', ['date', Number.NaN, '2001/09/25']],
    ['a time of day', 'since 12:30', ['since', Number.NaN, '12:30']],
    ['a version, which is no number', 'version 2.8.0', ['version', Number.NaN, '2.8.0']],
    ['hexadecimal, which is no number', 'flags 0x5', ['flags', Number.NaN, '0x5']],
    ['nan and inf', 'x: nan', ['x', Number.NaN, 'nan']],
    ['a thousands separator', 'bytes: 1,234', ['bytes', Number.NaN, '1%2C234']],
    ['a formula', '=1+1 7', ['%3D1+1', 7, '']],
    ['an empty value', 'name:', ['name', Number.NaN, '']],
  ])('%s', (_, line, item) => {
    expect(rows(line)).toEqual([item]);
  });

  test('that say nothing are left out', () => {
    expect(rows('Done\n: 5')).toEqual([]);
  });

  test('with one name are told apart', () => {
    expect(rows('a: 1\na: 2\nb: 3\na: 4').map(([id]) => id)).toEqual(['a', 'a~2', 'b', 'a~3']);
  });

  test('beyond the limit are left out', () => {
    expect(itemsOf(Array.from({ length: most + 5 }, (__, i) => `n${i} ${i}`))).toHaveLength(most);
  });
});

describe('CSV', () => {
  test('of one row has the names of its header', () => {
    expect(rows('temperature.gpu,utilization.gpu [%]\n45,97 %')).toEqual([
      ['temperature.gpu', 45, ''],
      ['utilization.gpu%20%5B%25%5D', 97, '%25'],
    ]);
  });

  test('of several rows says whose they are', () => {
    expect(rows('name, temp\n"GPU 0, left", 45\nGPU1, 50')).toEqual([
      ['GPU%200%2C%20left/temp', 45, ''],
      ['GPU1/temp', 50, ''],
    ]);
  });

  test('with a short row has empty items', () => {
    expect(rows('k,a,b\nx,1,2\ny,3')).toEqual([
      ['x/a', 1, ''],
      ['x/b', 2, ''],
      ['y/a', 3, ''],
      ['y/b', Number.NaN, ''],
    ]);
  });
});

test('whatever is printed, ids and texts need no quotes and ids are there once', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }).map(latin1), fc.string())), (lines) => {
      const items = itemsOf(lines);
      for (const { id, text } of items) expect(id + text).toMatch(/^[A-Za-z0-9_.:@/+%~-]*$/);
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    }),
  );
});
