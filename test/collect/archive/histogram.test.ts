/** How long commits took: quantiles are at most 9 % too high, the worst is exact. */
import { expect, test } from 'vitest';
import { Histogram } from '../../../src/collect/archive/histogram.ts';

test('a histogram tells quantiles, the worst, and counts up to each octave', () => {
  const histogram = new Histogram();
  expect([histogram.quantile(0.5), histogram.worst, histogram.count]).toEqual([0, 0, 0]);
  for (let ms = 1; ms <= 1000; ms++) histogram.add(ms);
  for (const share of [0.01, 0.5, 0.99]) {
    const exact = 1000 * share;
    expect(histogram.quantile(share)).toBeGreaterThanOrEqual(exact);
    expect(histogram.quantile(share)).toBeLessThan(exact * 1.1);
  }
  expect([histogram.quantile(1), histogram.worst, histogram.count, histogram.sum]).toEqual([1000, 1000, 1000, 500_500]);
  const limits = [...histogram.cumulative()];
  for (const [limit, count] of limits) expect(count).toBe(Math.min(1000, Math.floor(limit)));
});

test('a histogram takes what is too short or too long for it', () => {
  const histogram = new Histogram();
  for (const ms of [0, 1e-9, 1e12]) histogram.add(ms);
  expect([histogram.count, histogram.worst, histogram.quantile(0.5)]).toEqual([3, 1e12, 0.001]);
  expect(histogram.quantile(1)).toBe(1e12);
  const [last = 0, below] = [...histogram.cumulative()].at(-1) ?? [];
  expect([Number.isFinite(last), below]).toEqual([true, 2]);
});

test('a histogram tells what came since a moment, never less than it was and at most 9 % more', () => {
  const histogram = new Histogram();
  for (const ms of [0.5, 700, 3000]) histogram.add(ms);
  const shot = histogram.shot();
  expect(histogram.since(shot)).toMatchObject({ count: 0, worst: 0 });
  for (let ms = 1; ms <= 1000; ms++) histogram.add(ms);
  const later = histogram.since(shot);
  expect(later.count).toBe(1000);
  for (const [figure, exact] of [
    [later.quantile(0.5), 500],
    [later.quantile(0.99), 990],
    [later.worst, 1000],
  ] as const) {
    expect(figure).toBeGreaterThanOrEqual(exact);
    expect(figure).toBeLessThan(exact * 1.0906);
  }
  expect(histogram.since(new Uint32Array()).count).toBe(1003);
});
