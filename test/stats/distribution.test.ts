/** Percentiles are those of all values: exactly while they are small or few, within 1/128 of them otherwise. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget, Distribution, few, small } from '../../src/stats/distribution.ts';
import { middleOf, stepOf } from '../../src/stats/octaves.ts';

const plenty = 2 ** 30;

function distributionOf(values: readonly number[], budget = plenty): Distribution {
  const distribution = new Distribution(new Budget(budget));
  distribution.add(Float64Array.from(values), values.length);
  return distribution;
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const everyRank = (values: readonly number[]): number[] => values.map((_, i) => i);

/** Every value is as near to the one at its rank as promised. */
function expectNear(found: readonly number[], values: readonly number[]): void {
  const wrong = sorted(values).filter((value, i) => Math.abs((found[i] as number) - value) > Math.abs(value) / 128);
  expect(found).toHaveLength(values.length);
  expect(wrong).toEqual([]);
}

const size = fc.oneof(fc.nat(200), fc.nat(20_000), fc.nat(2 ** 31), fc.nat({ max: 2 ** 52 }), fc.constantFrom(2 ** 66));
const value = fc.tuple(size, fc.boolean()).map(([n, isNegative]) => (isNegative && n > 0 ? -n : n));

describe('exactly', () => {
  test('small values, however many', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(small - 1), { maxLength: 3000 }), (values) => {
        const distribution = distributionOf(values);
        expect(distribution.ranked(everyRank(values))).toEqual(sorted(values));
        expect(distribution.isExact).toBe(true);
      }),
    );
  });

  test('a few different values of any size among small ones', () => {
    const any = fc.array(value, { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(any, fc.array(fc.nat(small - 1)), fc.nat(40), (large, little, times) => {
        const values = [...Array.from({ length: times }, () => large).flat(), ...little];
        expect(distributionOf(values).ranked(everyRank(values))).toEqual(sorted(values));
      }),
    );
  });

  test('as many different large values as promised, not one more', () => {
    const values = Array.from({ length: few }, (_, i) => small + i * 4096);
    const distribution = distributionOf([...values, ...values]);
    expect(distribution.isExact).toBe(true);
    expect(distribution.ranked([0, 2 * few - 1])).toEqual([values[0], values.at(-1)]);
    distribution.one(small - 1);
    expect(distribution.isExact).toBe(true);
    distribution.one(1);
    distribution.one(2 ** 40);
    expect(distribution.isExact).toBe(false);
  });
});

describe('nearly', () => {
  const spread = Array.from({ length: few + 1 }, (_, i) => (i + 1) * 1_000_003);

  test('values of all sizes and signs', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 300 }), (more) => {
        const values = [...spread, ...more];
        expectNear(distributionOf(values).ranked(everyRank(values)), values);
      }),
    );
  });

  test('whatever memory there is, and exactly below 128', () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.array(value, { maxLength: 300 }), (budget, values) => {
        const found = distributionOf(values, budget).ranked(everyRank(values));
        expectNear(found, values);
        expect(found.filter((n) => Math.abs(n) < 128)).toEqual(sorted(values).filter((n) => Math.abs(n) < 128));
      }),
    );
  });

  test('memory is shared, and given back when exactness has ended', () => {
    const budget = new Budget(70_000);
    const first = new Distribution(budget);
    first.one(small - 1);
    expect(budget.take(10_000)).toBe(false);
    for (const each of spread) first.one(each);
    expect(budget.take(70_000)).toBe(true);
  });
});

test('forgetting leaves nothing behind', () => {
  const distribution = distributionOf([1, 5, 70_000, -3]);
  distribution.clear();
  expect(distribution.ranked([0])).toEqual([]);
  distribution.one(70_000);
  expect(distribution.ranked([0])).toEqual([70_000]);
});

test('a step grows with its value, and its middle is near', () => {
  const positive = fc.oneof(fc.nat(1000), fc.nat({ max: 2 ** 52 }), fc.double({ min: 1, max: 2 ** 100, noNaN: true }));
  fc.assert(
    fc.property(positive.map(Math.floor), positive.map(Math.floor), (a, b) => {
      expect(Math.sign(stepOf(a) - stepOf(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      expect(stepOf(0 - a)).toBe(0 - stepOf(a));
      expect(Math.abs(middleOf(stepOf(a)) - a)).toBeLessThanOrEqual(a < 128 ? 0 : a / 128);
      expect(stepOf(middleOf(stepOf(a)))).toBe(stepOf(a));
    }),
  );
});
