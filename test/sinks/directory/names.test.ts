import { assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { byAge, dayMs, dayOf, fileName, parseName, startOf } from '../../../src/sinks/directory/names.ts';

test('every name that is made is read back', () => {
  const time = integer({ min: 0, max: 4_000_000_000 });
  assert(
    property(
      constantFrom('cpurec', 'sysrec', 'my_rec2'),
      time,
      integer({ min: 0, max: 123_456 }),
      (recorder, s, revision) => {
        const day = dayOf(s * 1000);
        expect(parseName(fileName(recorder, day, revision))).toEqual({ recorder, day, revision, compressed: false });
        expect(parseName(`${fileName(recorder, day, revision)}.gz`)?.compressed).toBe(true);
        expect(startOf(day)).toBe(Math.floor((s * 1000) / dayMs) * dayMs);
      },
    ),
  );
});

test.each([
  'cpurec.csv',
  'cpurec-2026031.csv',
  'cpurec-20260301r1.csv',
  'cpurec-20260301.csv.gz.tmp',
  '.cpurec-20260301.csv',
  'Cpurec-20260301.csv',
  '../x-20260301.csv',
  'cpurec-20260301.csv~',
  '',
])('%j is not ours', (name) => {
  expect(parseName(name)).toBeNull();
});

test('files are older by day, then by revision as a number', () => {
  const sorted = ['x-20260302.csv', 'x-20260301r10000.csv', 'x-20260301r0002.csv', 'x-20260301.csv']
    .map((name) => parseName(name))
    .filter((name) => name !== null)
    .sort(byAge);
  expect(sorted.map(({ day, revision }) => `${day} ${revision}`)).toEqual([
    '20260301 0',
    '20260301 2',
    '20260301 10000',
    '20260302 0',
  ]);
});
