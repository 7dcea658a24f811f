import { describe, expect, test } from 'vitest';
import { age, count, duration, interval, size, sizeOrShare, span } from '../src/amount.ts';

describe('interval()', () => {
  test.each([
    ['5', 5000],
    ['.5', 500],
    ['0.01', 10],
    ['10ms', 10],
    ['500ms', 500],
    ['1m', 60_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['0.1', 100],
    ['0.3', 300],
    ['1.001', 1001],
  ])('%s is %d ms', (text, ms) => {
    expect(interval(text)).toBe(ms);
  });

  test.each(['0', '-1', '9ms', '0.001', '367d', '1e3', '5 s', 'abc', '', '1,5', '.', 'Infinity', '0x10', '5S'])(
    '%j is refused with what was wanted',
    (text) => {
      expect(() => interval(text)).toThrow(/^Interval ".*": expected /);
    },
  );

  test('a part of a millisecond is refused', () => {
    expect(() => interval('10.5ms')).toThrow('Interval "10.5ms": expected whole milliseconds');
    expect(() => interval('0.0125')).toThrow('expected whole milliseconds');
  });
});

test('duration() of what is none is not a number', () => {
  expect(duration('x')).toBeNaN();
  expect(duration('0')).toBe(0);
});

test('span() names what it was for', () => {
  expect(span('28d', 'X')).toBe(28 * 86_400_000);
  expect(() => span('soon', 'X')).toThrow('X "soon": expected a duration such as 60s, 5m or 28d');
});

test('age() wants a unit, so that 28 is not taken for 28 seconds', () => {
  expect([age('28d', '--keep'), age('1.5h', '--keep')]).toEqual([28 * 86_400_000, 5_400_000]);
  for (const text of ['28', '0', '1.5', '.5']) {
    expect(() => age(text, '--keep')).toThrow(`--keep "${text}": expected a duration with its unit, such as 28d`);
  }
  expect(() => age('long', '--keep')).toThrow('--keep "long": expected a duration such as 60s, 5m or 28d');
});

test('count() takes whole numbers from 1', () => {
  expect(count('10')).toBe(10);
  for (const text of ['0', '-1', '1.5', 'x', '', '99999999999999999999']) {
    expect(() => count(text)).toThrow(`Count "${text}": expected a whole number from 1`);
  }
});

test('size() takes powers of 1024', () => {
  expect([size('1', 'x'), size('4K', 'x'), size('256M', 'x'), size('1GiB', 'x'), size('2tb', 'x')]).toEqual([
    1,
    4096,
    256 * 2 ** 20,
    2 ** 30,
    2 ** 41,
  ]);
  for (const text of ['0', '', '-5', '1.5G', '5X', 'M']) {
    expect(() => size(text, '--max-file')).toThrow(`--max-file "${text}": expected a size such as 256M or 1G`);
  }
});

test('sizeOrShare() takes a size, or a share as a percentage', () => {
  expect(sizeOrShare('5%', 'x')).toBe(0.05);
  expect(sizeOrShare('1M', 'x')).toBe(2 ** 20);
  for (const text of ['0%', '100%', '101%']) expect(() => sizeOrShare(text, '--min-free')).toThrow('less than 100%');
});
