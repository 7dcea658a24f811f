/** What `sdr doctor` makes of the time that a disk takes to flush. */
import { expect, test } from 'vitest';
import type { Check } from '../../src/doctor/check.ts';
import { flushCheck } from '../../src/doctor/flush.ts';
import type { Engine, Files } from '../../src/host.ts';
import { nodeEngine } from '../../src/hosts/node.ts';

interface Found {
  readonly check: Check;
  readonly flushes: number;
  readonly log: readonly string[];
}

/** On a disk whose flushes take so long, one after the other, the last again and again. */
function flushing(times: readonly number[], failure = ''): Found {
  const log: string[] = [];
  let now = 1000;
  let flushes = 0;
  const files: Partial<Files> = {
    open(path) {
      if (failure !== '') throw Object.assign(new Error(failure), { code: failure });
      log.push(`open ${path}`);
      return 7;
    },
    write: (_, from) => from.length,
    fsync() {
      now += times[Math.min(flushes++, times.length - 1)] ?? 0;
    },
    close: () => void log.push('close'),
    unlink: (path) => void log.push(`unlink ${path}`),
  };
  const bare = nodeEngine();
  const engine = { ...bare, files: files as Files, clock: { ...bare.clock, monotonic: () => now } } satisfies Engine;
  const check = flushCheck({ engine, recorders: [], root: '', directory: '/data' }, '/data');
  return { check, flushes, log };
}

test('a fast disk bears everything', () => {
  const { check, flushes, log } = flushing([0.2]);
  expect(check).toMatchObject({ ok: true, mend: '' });
  expect(check.text).toBe(
    '0.2 ms for 4 KiB, at worst 0.2 ms of 40: bears --fsync every 10ms; a collector commits 5000 times a second, 10000 rows/s in groups of 2',
  );
  expect(flushes).toBe(40);
  const path = `/data/.sdr-doctor-flush.${nodeEngine().pid}`;
  expect(log).toEqual([`open ${path}`, 'close', `unlink ${path}`]);
});

test('a card of 25 ms bears a second, and a collector in larger groups', () => {
  const { check } = flushing([20, 25, 30, 25]);
  expect(check.ok).toBe(true);
  expect(check.text).toContain(
    'bears --fsync every 1s; a collector commits 40 times a second, 10000 rows/s in groups of 250',
  );
});

test('one that stalls now and then is told with what helps, and measured no longer than needed', () => {
  const { check, flushes } = flushing([30, 30, 30, 1400, 30]);
  expect(check).toMatchObject({ ok: null, mend: expect.stringContaining('--flush 60s') });
  expect(check.text).toContain('at worst 1400 ms');
  expect(flushes).toBeLessThan(8);
});

test('one that is always slow bears minutes', () => {
  const { check, flushes } = flushing([5700]);
  expect([check.ok, flushes]).toEqual([null, 1]);
  expect(check.text).toContain('bears --fsync every 5m');
});

test('one that cannot be written is no fault of it', () => {
  expect(flushing([1], 'EROFS').check).toMatchObject({ ok: null, text: 'cannot be measured (EROFS)' });
});
