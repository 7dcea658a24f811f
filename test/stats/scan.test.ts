/** The cells of a row are the numbers that they spell, whatever stands beside them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cells, EMPTY, LONG, MOST, WORD } from '../../src/stats/scan.ts';

/** What slot 0 holds after reading a row of which cell 2 is wanted. */
function read(cell: string): { units: number; decimals: number; text: string } {
  const bytes = Buffer.from(`17,cpu0,${cell},9\n`);
  const cells = new Cells(1);
  cells.read(bytes, 0, { slots: Int16Array.from([-1, -1, 0]), key: 1 });
  expect(bytes.toString('latin1', cells.keyStart, cells.keyEnd)).toBe('cpu0');
  const text = bytes.toString('latin1', cells.starts[0], cells.ends[0]);
  return { units: cells.units[0] as number, decimals: cells.decimals[0] as number, text };
}

test('a number is its digits and how many of them are decimals', () => {
  fc.assert(
    fc.property(fc.integer({ min: -MOST, max: MOST }), fc.nat(15), (units, decimals) => {
      const digits = String(Math.abs(units)).padStart(decimals + 1, '0');
      const whole = digits.slice(0, digits.length - decimals);
      const cell = `${units < 0 ? '-' : ''}${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''}`;
      expect(read(cell)).toEqual({ units, decimals, text: cell });
    }),
  );
});

test.each([
  ['', EMPTY],
  ['-', WORD],
  ['.', WORD],
  ['.5', WORD],
  ['5.', WORD],
  ['1.2.3', WORD],
  ['+1', WORD],
  [' 1', WORD],
  ['1e5', WORD],
  ['NaN', WORD],
  ['12abc', WORD],
  ['0x10', WORD],
  ['-r---b', WORD],
  ['4503599627370497', LONG],
  ['18446744073709551615', LONG],
  ['1234567890123456.78', LONG],
  ['9'.repeat(41), WORD],
  ['0.0000000000000001', WORD],
])('"%s" is no number for a batch', (cell, code) => {
  expect(read(cell)).toMatchObject({ decimals: code, text: cell });
});

test('minus zero is zero', () => {
  expect(Object.is(read('-0.00').units, 0)).toBe(true);
});

test('a quoted cell is one, with its commas', () => {
  expect(read('"ACME ""X"", 2"')).toMatchObject({ decimals: WORD, text: '"ACME ""X"", 2"' });
  const bytes = Buffer.from('17,"a,b",5\n');
  const cells = new Cells(1);
  cells.read(bytes, 0, { slots: Int16Array.from([-1, -1, 0]), key: -1 });
  expect(cells.units[0]).toBe(5);
});

test('what a file does not have is not left over from the file before', () => {
  const cells = new Cells(2);
  cells.read(Buffer.from('17,5,6\n'), 0, { slots: Int16Array.from([-1, 0, 1]), key: -1 });
  cells.read(Buffer.from('18,7\n'), 0, { slots: Int16Array.from([-1, 0]), key: -1 });
  expect([...cells.decimals]).toEqual([0, EMPTY]);
});
