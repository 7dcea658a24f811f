/**
 * A year of a small board in an injected clock and store: the recorder, its clock, its files and their retention are the real
 * ones. Of 3.15 million samples (10 s) CI runs every one; `LONG=1` runs three years with other seeds.
 */
import { expect, test } from 'vitest';
import { Year } from './year.ts';

const day = 86_400_000;
const collect = (globalThis as { gc?: () => void }).gc;

const years = process.env['LONG'] ? [1, 2, 3] : [1];

for (const seed of years) {
  test(`a year with power cuts, clock steps and a full card loses nothing, reuses no name and stays within bounds (seed ${seed})`, () => {
    const year = new Year(seed, { days: 365, cuts: 200, setbacks: 50, fills: 30, kills: 60, restarts: 60 });
    const heaps: number[] = [];
    for (let quarter = 1; quarter <= 4; quarter++) {
      year.until((quarter * 365 * day) / 4);
      collect?.();
      heaps.push(process.memoryUsage().heapUsed);
    }
    year.end();
    expect(year.faults).toEqual([]);
    expect(year.did).toMatchObject({ cuts: 200, setbacks: 50, fills: 30, kills: 60, restarts: 60 });
    expect(year.samples).toBeGreaterThan(3_000_000);
    expect(year.midnights).toBe(365);
    expect(year.dropped).toBeGreaterThan(0);
    // What grows with time grows every quarter; the first one warms up.
    const [, second = 0, , last = 0] = heaps;
    if (collect) expect(last - second).toBeLessThan(4e6);
  });
}

test.each([false, true])(
  'two months with a power cut every few hours: names and files stay in order (FAT: %s)',
  (isFat) => {
    const year = new Year(7, { days: 60, cuts: 400, setbacks: 20, fills: 20, kills: 40, restarts: 40, isFat });
    year.until(60 * day);
    year.end();
    expect(year.faults).toEqual([]);
    expect(year.did).toMatchObject({ cuts: 400, setbacks: 20, kills: 40, restarts: 40 });
  },
);
