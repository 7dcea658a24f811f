/** How many files are held open where nobody says it. */
import { expect, test } from 'vitest';
import { openFilesBeside } from '../../src/collect/files.ts';

test('connections have their descriptors first, and files what is left', () => {
  expect(openFilesBeside(16_384, 20_000)).toBe(3552);
  expect(openFilesBeside(16_384, 1_048_576)).toBe(4096);
});

test('where there are too few for all connections, files have an eighth', () => {
  expect(openFilesBeside(16_384, 1024)).toBe(128);
  expect(openFilesBeside(16_384, 4096)).toBe(512);
});

test('the limit of this process is known', () => {
  expect(openFilesBeside(1)).toBeGreaterThan(0);
  expect(openFilesBeside(1)).toBeLessThanOrEqual(4096);
});
