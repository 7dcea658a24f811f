import { array, assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { countLines } from '../../../src/collect/archive/rows.ts';

test('long lines, short lines and both are counted', () => {
  const lengths = array(constantFrom(0, 3, 20, 47, 48, 49, 147, 400), { maxLength: 60 });
  assert(
    property(lengths, integer({ min: 0, max: 7 }), (list, offset) => {
      const text = list.map((length) => `${'7'.repeat(length)}\n`).join('');
      const bytes = Buffer.from(`${'\n'.repeat(offset)}${text}`).subarray(offset);
      expect(countLines(bytes)).toBe(list.length);
      expect(countLines(Uint8Array.from(bytes))).toBe(list.length);
    }),
  );
});

test('lines are counted wherever the bytes lie and whatever they are', () => {
  const bytes = array(constantFrom(0, 9, 10, 11, 0x0a ^ 0x80, 0x8a, 0xff, 49), { maxLength: 40 });
  assert(
    property(bytes, integer({ min: 0, max: 7 }), (list, offset) => {
      const room = new Uint8Array(list.length + offset + 4).fill(10);
      room.set(list, offset);
      const counted = countLines(room.subarray(offset, offset + list.length));
      expect(counted).toBe(list.filter((byte) => byte === 10).length);
    }),
    { numRuns: 2000 },
  );
});
