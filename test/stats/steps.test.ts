/** A gap is where rows are further apart than usual. */
import { expect, test } from 'vitest';
import { Steps } from '../../src/stats/steps.ts';

function gapsOf(...steps: readonly number[]): number | null {
  const all = new Steps();
  for (const step of steps) all.add(step);
  return all.gaps();
}

test('steps of more than one and a half intervals are gaps, however long', () => {
  expect(gapsOf(Number.NaN, 1000, 1000, 1500, 1501, 1000, 86_400_000)).toBe(2);
});

test('the usual interval is the step that came most often, wherever it came', () => {
  expect(gapsOf(60_000, 10_000, 10_000, 10_000, 60_000)).toBe(2);
  expect(gapsOf(10_000, 60_000, 60_000, 60_000)).toBe(0);
});

test('of two steps that came equally often the shorter one is usual', () => {
  expect(gapsOf(1000, 2000, 1000, 2000)).toBe(2);
});

test('rows of one time and rows of an earlier one are no steps', () => {
  expect(gapsOf(0, 0, 0, -5, 1000, 0, 1000, 3000)).toBe(1);
});

test('no rows, no gaps', () => {
  expect(gapsOf()).toBe(0);
  expect(gapsOf(Number.NaN)).toBe(0);
});

test('a gap counts in the window in which it ends, by what was usual before', () => {
  const steps = new Steps();
  for (const step of [300, 300, 300]) steps.add(step);
  expect(steps.gaps()).toBe(0);
  steps.add(900);
  expect(steps.gaps()).toBe(1);
  steps.add(300);
  expect(steps.gaps()).toBe(0);
});

test('where no step is usual there is no number', () => {
  expect(gapsOf(...Array.from({ length: 5000 }, (_, i) => i + 1))).toBe(null);
});
