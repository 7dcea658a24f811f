/** Times as people type them and as `--local` prints them. */
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { localTime, when } from '../../src/read/when.ts';

const now = 1_795_240_000_000;
const zone = process.env['TZ'];
const at = (text: string, local = false): number => when(text, '--since', now, local);

afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test.each([
  ['1795219200', 1_795_219_200_000],
  ['1795219200.25', 1_795_219_200_250],
  ['2026-11-21', 1_795_219_200_000],
  ['2026-11-21T04:00', 1_795_233_600_000],
  ['2026-11-21 04:00:30Z', 1_795_233_630_000],
  ['2026-11-21T04:00:00.5Z', 1_795_233_600_500],
  ['2026-11-21T06:00:00+02:00', 1_795_233_600_000],
  ['1h', now - 3_600_000],
  ['500ms', now - 500],
])('%s is a time', (text, wanted) => {
  expect(at(text)).toBe(wanted);
});

test.each([
  '',
  'noon',
  '2026-02-30',
  '2026-13-01',
  '2026-11-21T25:00',
  '2026-11-21T04',
  '-1h',
  '1w',
  '2026-11-21T04:60',
])('"%s" is refused', (text) => {
  expect(() => at(text)).toThrow(/^--since ".*": expected epoch seconds/);
});

test('bytes do not depend on the time zone but with --local', () => {
  process.env['TZ'] = 'Asia/Kathmandu';
  expect(at('2026-11-21')).toBe(1_795_219_200_000);
  expect(at('2026-11-21', true)).toBe(1_795_219_200_000 - (5 * 60 + 45) * 60_000);
  expect(localTime(1_795_219_200_250, true)).toBe('2026-11-21T05:45:00.250+05:45');
  process.env['TZ'] = 'America/St_Johns';
  expect(localTime(1_795_219_200_000, false)).toBe('2026-11-20T20:30:00-03:30');
});

test('what --local prints can be typed', () => {
  process.env['TZ'] = 'Europe/Helsinki';
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (time) => {
      expect(at(localTime(time, true))).toBe(time);
    }),
  );
});
