/** Rows come out the same however a file is cut into chunks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lines } from '../../src/read/lines.ts';

/** Rows of three cells as they stand in the file. */
function rowsOf(chunks: readonly Uint8Array[]): { rows: string[]; skipped: number } {
  const lines = new Lines(chunks);
  const rows: string[] = [];
  while (lines.row(3)) rows.push(Buffer.from(lines.bytes.subarray(lines.start, lines.end)).toString('latin1'));
  return { rows, skipped: lines.skipped };
}

const good = fc.tuple(fc.nat(), fc.stringMatching(/^[a-z0-9.]{0,9}$/), fc.nat()).map((cells) => `${cells.join(',')}\n`);
const bad = fc.constantFrom('\n', '1,2\n', '1,2,3,4\n', 'time,a,b\n', '1.,2\n', '1,\0,3\n', '-1,a,b\n');
const cuts = fc.array(fc.nat(400), { maxLength: 12 });

test('any split of a file into chunks gives the same rows', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(good, bad)), cuts, fc.constantFrom('', '1,2', '12,3,4'), (lines, places, torn) => {
      const bytes = Buffer.from(lines.join('') + torn);
      const ends = [...places.map((place) => Math.min(place, bytes.length)), bytes.length].sort((a, b) => a - b);
      const chunks = ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
      const whole = rowsOf([bytes]);
      expect(rowsOf(chunks)).toEqual(whole);
      expect(whole.rows.length + whole.skipped).toBe(lines.length);
    }),
  );
});

test.each([
  ['17,a,b\n', 17_000, false],
  ['17.500,a,b\n', 17_500, true],
  ['1795219200.001,a,b\n', 1_795_219_200_001, true],
])('the time of %j', (text, time, fractional) => {
  const lines = new Lines([Buffer.from(text)]);
  expect(lines.row(3)).toBe(true);
  expect({ time: lines.time, fractional: lines.fractional }).toEqual({ time, fractional });
});

test('cells are cut at commas, but not inside quotes', () => {
  const lines = new Lines([Buffer.from('1,,"a,""b"""\n')]);
  expect(lines.row(3)).toBe(true);
  lines.split();
  expect([0, 1, 2].map((i) => lines.cell(i))).toEqual(['1', '', '"a,""b"""']);
});
