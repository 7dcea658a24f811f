import { describe, expect, test } from 'vitest';
import { recorders } from '../recorders/index.ts';
import { indexes, Program, spelled } from '../src/formula.ts';
import { toy } from './fake/recorder.ts';

const names = Object.keys(toy.columns);
const columns = Object.values(toy.columns);

function cells(delta: readonly number[], now: readonly number[], seconds: number): Record<string, number> {
  const out = new Float64Array(columns.length);
  new Program(columns, toy.fields).run(Float64Array.from(delta), Float64Array.from(now), seconds, out);
  return Object.fromEntries(names.map((name, i) => [name, out[i] as number]));
}

describe('Program', () => {
  test('computes each kind of column in base units', () => {
    expect(cells([10, 20, 500, Number.NaN], [30, 40, 900, 70], 2)).toEqual({
      reads_per_s: 5,
      read_bytes_per_s: 5120,
      busy_pct: 25,
      share_pct: (100 * 10) / (10 + 20 * 512),
      await_ms: 50,
      size_bytes: 70,
      size_pct: 70,
      twice: 20,
    });
  });

  test('a share or mean of nothing is no value, a rate of nothing is 0', () => {
    const found = cells([0, 0, 0, Number.NaN], [30, 40, 900, 0], 1);
    expect(found['share_pct']).toBeNaN();
    expect(found['await_ms']).toBeNaN();
    expect(found['reads_per_s']).toBe(0);
  });

  test('what rounding and jitter put above the most is cut off', () => {
    expect(cells([0, 0, 1300, 0], [0, 0, 0, 0], 1)['busy_pct']).toBe(100);
  });

  test('a field that was not read empties its columns, and no other', () => {
    const found = cells([Number.NaN, 20, 500, 0], [1, 1, 1, 1], 1);
    expect(found['reads_per_s']).toBeNaN();
    expect(found['twice']).toBeNaN();
    expect(found['read_bytes_per_s']).toBe(10_240);
  });

  test('without a base only levels have values', () => {
    const none = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
    const found = cells(none, [1, 2, 3, 4], Number.NaN);
    expect(Object.keys(found).filter((name) => !Number.isNaN(found[name]))).toEqual(['size_bytes', 'size_pct']);
  });
});

test('spelled() says every formula of every recorder without a hole', () => {
  for (const recorder of recorders) {
    for (const { formula } of Object.values(recorder.columns)) {
      expect(spelled(formula)).not.toMatch(/undefined|NaN|^$/);
    }
  }
  const { busy_pct: busy, await_ms: mean, size_pct: part } = toy.columns;
  expect(spelled((busy as (typeof columns)[number]).formula)).toBe('100 × Δms / interval_s');
  expect(spelled((mean as (typeof columns)[number]).formula)).toBe('1000 × Δms / Δreads');
  expect(spelled((part as (typeof columns)[number]).formula)).toBe('100 × size / (size + reads)');
});

test('indexes() numbers the fields in their order', () => {
  expect(indexes(toy.fields)).toEqual({ reads: 0, sectors: 1, ms: 2, size: 3 });
});
