/** What a tally says of cells is what exact arithmetic says of them, however they come. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from '../../src/stats/distribution.ts';
import { Cells } from '../../src/stats/scan.ts';
import type { Kind } from '../../src/stats/tally.ts';
import { Tally } from '../../src/stats/tally.ts';
import { divided } from '../../src/stats/totals.ts';

const places = { slots: Int16Array.from([-1, 0]), key: -1 };

/** Takes cells as a device does. */
function take(tally: Tally, texts: readonly string[]): void {
  const cells = new Cells(1);
  for (const text of texts) {
    const bytes = Buffer.from(`17,${text}\n`);
    cells.read(bytes, 0, places);
    if (cells.decimals[0] === tally.digits && tally.length < tally.batch.length) {
      tally.batch[tally.length++] = cells.units[0] as number;
    } else tally.take(cells, 0, bytes);
  }
}

function tallyOf(kind: Kind, texts: readonly string[]): Tally {
  const tally = new Tally(kind, new Budget(2 ** 30));
  take(tally, texts);
  return tally;
}

/** A number as it stands in a cell. */
function cellOf(units: bigint, decimals: number): string {
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, '0');
  const fraction = decimals > 0 ? `.${digits.slice(-decimals)}` : '';
  return `${units < 0n ? '-' : ''}${digits.slice(0, digits.length - decimals)}${fraction}`;
}

const scale = 6;
/** A cell, and what it is worth in millionths. */
const cell = fc
  .tuple(
    fc.oneof(fc.bigInt(-20_000n, 20_000n), fc.bigInt(-(2n ** 53n), 2n ** 53n), fc.bigInt(-(2n ** 70n), 2n ** 70n)),
    fc.constantFrom(0, 2, 2, 2, 3, scale),
  )
  .map(([units, decimals]) => ({ text: cellOf(units, decimals), worth: units * 10n ** BigInt(scale - decimals) }));

const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);
/** In millionths. */
const worth = (units: bigint, { totals }: Tally): bigint => units * 10n ** BigInt(scale - totals.scale);

describe('totals', () => {
  test('are exact, whatever the sizes and decimals', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 1500 }), (cells) => {
        const tally = tallyOf(
          'gauge',
          cells.map(({ text }) => text),
        );
        tally.finish(() => []);
        const values = cells.map((each) => each.worth);
        const { count, min, max, sum, last } = tally.totals;
        expect(count).toBe(values.length);
        expect([min, max, sum, last].map((units) => worth(units, tally))).toEqual([
          values.reduce(lesser),
          values.reduce(greater),
          values.reduce((total, each) => total + each, 0n),
          values.at(-1),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  test('of each window are its own', () => {
    const some = fc.array(cell, { minLength: 1, maxLength: 700 });
    fc.assert(
      fc.property(some, some, (first, second) => {
        const tally = tallyOf(
          'gauge',
          first.map(({ text }) => text),
        );
        tally.finish(() => []);
        tally.clear();
        take(
          tally,
          second.map(({ text }) => text),
        );
        tally.finish(() => []);
        expect(tally.totals.count).toBe(second.length);
        expect(worth(tally.totals.sum, tally)).toBe(second.reduce((total, each) => total + each.worth, 0n));
        expect(worth(tally.totals.min, tally)).toBe(second.map((each) => each.worth).reduce(lesser));
      }),
      { numRuns: 40 },
    );
  });

  test('leave out empty cells and words', () => {
    const tally = tallyOf('gauge', ['1', '', 'n/a', '3', '']);
    tally.finish(() => []);
    expect(tally.totals).toMatchObject({ count: 2, sum: 4n });
    expect(tally).toMatchObject({ words: 1, word: 'n/a' });
  });
});

describe('percentiles', () => {
  test('are values, in order, also of more than a batch', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5000, max: 10_000 }), { minLength: 1, maxLength: 3000 }), (units) => {
        const tally = tallyOf(
          'gauge',
          units.map((each) => cellOf(BigInt(each), 2)),
        );
        const ranked = tally.finish((count) => Array.from({ length: count }, (_, i) => i));
        if (tally.isExact) expect(ranked).toEqual([...units].sort((a, b) => a - b));
        expect(ranked).toHaveLength(units.length);
      }),
      { numRuns: 40 },
    );
  });

  test('that stand for their neighbours stay between the least and the largest', () => {
    const units = Array.from({ length: 5000 }, (_, i) => 1_000_000 + 7 * i);
    const tally = tallyOf('gauge', units.map(String));
    const [first, last] = tally.finish((count) => [0, count - 1]);
    expect(tally.isExact).toBe(false);
    expect(first).toBeGreaterThanOrEqual(1_000_000);
    expect(last).toBeLessThanOrEqual(1_034_993);
  });

  test('take more decimals from the first rows', () => {
    expect(tallyOf('gauge', ['1.50', '2.000', '3']).finish(() => [0, 1, 2])).toEqual([1500, 2000, 3000]);
  });
});

describe('growth of a counter', () => {
  const counter = fc.oneof(fc.bigInt(0n, 10_000n), fc.bigInt(0n, 2n ** 64n - 1n));

  test('is the sum of all steps forward, from window to window', () => {
    fc.assert(
      fc.property(fc.array(counter, { maxLength: 1500 }), fc.nat(1500), (values, cut) => {
        const tally = new Tally('counter', new Budget(2 ** 30));
        const grown = [values.slice(0, cut), values.slice(cut)].map((window) => {
          take(tally, window.map(String));
          tally.finish(() => []);
          const found = tally.growth?.grown ?? 0n;
          tally.clear();
          return found;
        });
        const steps = values.slice(1).map((value, i) => value - (values[i] as bigint));
        const wanted = steps.filter((step) => step > 0n).reduce((sum, step) => sum + step, 0n);
        expect(grown.reduce((sum, each) => sum + each, 0n)).toBe(wanted);
      }),
      { numRuns: 60 },
    );
  });

  test('is unknown from one value', () => {
    const tally = tallyOf('counter', ['5']);
    tally.finish(() => []);
    expect(tally.growth?.grown).toBe(null);
  });
});

test('a quotient is rounded half away from zero', () => {
  expect([7n, 8n, -7n, -5n, 5n, 0n].map((value) => divided(value, 2n))).toEqual([4n, 4n, -4n, -3n, 3n, 0n]);
  expect(divided(10n, 3n)).toBe(3n);
  expect(divided(11n, 3n)).toBe(4n);
});
