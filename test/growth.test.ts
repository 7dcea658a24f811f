import { assert, boolean, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, guardOf } from '../src/growth.ts';

const plain = { slack: 0, wraps: false };
const wrapping = { slack: 0, wraps: true };
const top = 2 ** 32;

describe('growth()', () => {
  test.each([
    ['is the difference of a counter that grew', 150, 100, plain, 50],
    ['is 0 when it stands still', 100, 100, plain, 0],
    ['is not known when it ran backwards', 99, 100, plain, Number.NaN],
    ['is 0 when it went back by less than its slack', 95, 100, { slack: 10, wraps: false }, 0],
    ['is not known when it went back by its slack', 90, 100, { slack: 10, wraps: false }, Number.NaN],
    ['follows a wrap at 2^32', 10, top - 5, wrapping, 15],
    ['does not take a reset of a low counter for a wrap', 10, 2 ** 31, wrapping, Number.NaN],
    ['does not take a step of half the range for a wrap', 2 ** 31 + 10, 2 ** 31 + 11, wrapping, Number.NaN],
    ['does not wrap a counter that was beyond 32 bits', 10, top + 5, wrapping, Number.NaN],
    ['is not known without a number now', Number.NaN, 5, plain, Number.NaN],
    ['is not known without a number before', 5, Number.NaN, plain, Number.NaN],
  ])('%s', (_, now, before, guard, wanted) => {
    expect(growth(now, before, guard)).toBe(wanted);
  });

  test('is never negative, and never more than half the range from a wrap', () => {
    const u32 = integer({ min: 0, max: top - 1 });
    assert(
      property(u32, u32, boolean(), integer({ min: 0, max: 100 }), (now, before, wraps, slack) => {
        const grown = growth(now, before, { slack, wraps });
        if (Number.isNaN(grown)) expect(now).toBeLessThan(before);
        else expect(grown).toBeGreaterThanOrEqual(0);
        if (now < before && grown > 0) expect(grown).toBeLessThan(2 ** 31);
      }),
    );
  });
});

test('unsigned long wraps on a 32-bit kernel only, u32 on every one, u64 on none', () => {
  const wraps = (width: 'u32' | 'ulong' | 'u64', narrow: boolean) => guardOf({ slack: 0, width }, narrow).wraps;
  expect([wraps('u32', false), wraps('ulong', false), wraps('u64', true)]).toEqual([true, false, false]);
  expect([wraps('u32', true), wraps('ulong', true)]).toEqual([true, true]);
});
