import { describe, expect, test } from 'vitest';
import { recorders } from '../recorders/index.ts';
import { viewOf } from '../src/view.ts';
import { toy } from './fake/recorder.ts';

describe('viewOf()', () => {
  test('shows all columns behind time, key and interval', () => {
    expect(viewOf(toy).header).toBe(
      'time,device,interval_s,reads_per_s,read_bytes_per_s,busy_pct,share_pct,await_ms,size_bytes,size_pct,twice',
    );
  });

  test('picks columns in the order of the recorder, time and key always', () => {
    const { header } = viewOf(toy, { columns: ['size_bytes', 'time', 'reads_per_s', 'device'] });
    expect(header).toBe('time,device,reads_per_s,size_bytes');
    expect(viewOf(toy, { columns: ['interval_s'] }).header).toBe('time,device,interval_s');
  });

  test('a column that there is not is refused with the nearest one', () => {
    expect(() => viewOf(toy, { columns: ['read_per_s'] })).toThrow(
      'Unknown toyrec column "read_per_s": did you mean reads_per_s?',
    );
  });

  test('with counters each rate and share becomes what it is made of, once; gauges stay', () => {
    expect(viewOf(toy, { counters: true }).header).toBe(
      'time,device,interval_s,reads_total,read_bytes_total,busy_s_total,size_bytes,size_pct',
    );
  });

  test('a counter of seconds keeps the digits of its unit', () => {
    const view = viewOf(toy, { counters: true });
    expect(view.columns.find(({ name }) => name === 'busy_s_total')?.digits).toBe(3);
  });

  test.each(recorders)('$name has lower-case names with a unit, each once, in both spellings', (recorder) => {
    for (const counters of [false, true]) {
      const names = viewOf(recorder, { counters }).header.split(',');
      expect(new Set(names).size).toBe(names.length);
      expect(names[0]).toBe('time');
      for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    }
  });

  test.each(recorders)('$name shows idle time among its counters', (recorder) => {
    const { header } = viewOf(recorder, { counters: true });
    if (header.includes('user_s_total')) expect(header).toContain('idle_s_total');
  });
});
