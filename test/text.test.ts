import { assert, double, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Text, utf8 } from '../src/text.ts';

function fixed(value: number, decimals: number): string {
  const text = new Text();
  text.fixed(value, decimals);
  return Buffer.from(text.view()).toString();
}

describe('Text.fixed()', () => {
  test.each([
    [0, 2, '0.00'],
    [-0, 2, '0.00'],
    [-0.001, 2, '0.00'],
    [-1.5, 1, '-1.5'],
    [-273.15, 0, '-273'],
    [0.5, 0, '1'],
    [99.999, 2, '100.00'],
    [2 ** 31, 0, '2147483648'],
    [2 ** 31 + 0.5, 3, '2147483648.500'],
    [2 ** 53 - 1, 0, '9007199254740991'],
    [2 ** 53 + 2, 0, '9007199254740994'],
    [2 ** 64, 2, '18446744073709551616.00'],
    [1e20, 0, '100000000000000000000'],
    [123456789.123456, 6, '123456789.123456'],
    [Number.NaN, 2, ''],
    [Number.POSITIVE_INFINITY, 2, ''],
    [Number.NEGATIVE_INFINITY, 0, ''],
  ])('%d with %d decimals is %j', (value, decimals, text) => {
    expect(fixed(value, decimals)).toBe(text);
  });

  test('agrees with toFixed, but for the last digit of what lies half way between two', () => {
    const values = double({ min: -1e15, max: 1e15, noNaN: true });
    assert(
      property(values, integer({ min: 0, max: 9 }), (value, decimals) => {
        const text = fixed(value, decimals);
        const wanted = value.toFixed(decimals).replace(/^-(?=[0.]*$)/, '');
        if (text === wanted) return;
        const scaled = Math.abs(value) * 10 ** decimals;
        expect(Math.abs(scaled - Math.floor(scaled) - 0.5)).toBeLessThan(scaled * 2 ** -51 + 1e-9);
        expect(text.length - wanted.length).toBeLessThanOrEqual(1);
        expect(Math.abs(Number(text) - value) * 10 ** decimals).toBeLessThan(0.5 + scaled * 2 ** -50 + 1e-9);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('Text.cells()', () => {
  test('spells what fixed() spells, a comma before each', () => {
    const text = new Text();
    const values = Float64Array.of(1.005, Number.NaN, -2.5, 7, Number.POSITIVE_INFINITY);
    expect(text.cells(values, Uint8Array.of(2, 2, 1, 0, 2))).toBe(true);
    expect(Buffer.from(text.view()).toString()).toBe(`,${fixed(1.005, 2)},,-2.5,7,`);
  });

  test('writes nothing when a number has more digits than a double is sure of', () => {
    const text = new Text();
    text.ascii('x');
    expect(text.cells(Float64Array.of(1, 2 ** 60), Uint8Array.of(0, 2))).toBe(false);
    expect(Buffer.from(text.view()).toString()).toBe('x');
  });
});

test('the buffer grows and keeps what is in it', () => {
  const text = new Text();
  const word = 'abcdefghij'.repeat(100);
  for (let i = 0; i < 20; i++) text.ascii(word);
  text.raw(utf8('é€😀'));
  text.byte(10);
  expect(Buffer.from(text.view()).toString()).toBe(`${word.repeat(20)}é€😀\n`);
  text.clear();
  expect(text.view().length).toBe(0);
});
