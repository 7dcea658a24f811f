import { expect, test } from 'vitest';
import { saysFailures } from '../../../src/collect/archive/syncfs.ts';

test.each([
  ['4.19.0-26-amd64', false],
  ['5.4.0', false],
  ['5.8.0-1', true],
  ['5.10.0-30-arm64', true],
  ['6.1.0', true],
  ['10.0-rc1', true],
  ['', false],
])('a flush of the whole file system of Linux %j tells of failures: %j', (kernel, says) => {
  expect(saysFailures(kernel)).toBe(says);
});
