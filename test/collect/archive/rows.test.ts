import { array, assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { countLines } from '../../../src/collect/archive/rows.ts';

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
