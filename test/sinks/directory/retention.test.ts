import { describe, expect, test } from 'vitest';
import type { Limits } from '../../../src/sinks/directory/retention.ts';
import { Retention } from '../../../src/sinks/directory/retention.ts';
import { noLimits } from '../../fake/directory.ts';
import type { FakeEngine } from '../../fake.ts';
import { booted } from '../../fake.ts';

const day = 86_400_000;

/** Ten days of files with 100 bytes each; the last one is open. */
function tidied(limits: Partial<Limits>, prepare: (engine: FakeEngine) => void = () => {}) {
  const engine = booted();
  engine.clock.step(Date.UTC(2026, 2, 10, 12) - engine.clock.wall());
  engine.files.folders('/d/.sdr');
  for (let i = 1; i <= 10; i++) engine.files.put(`/d/cpurec-202603${String(i).padStart(2, '0')}.csv`, 'x'.repeat(100));
  engine.files.put('/d/notes.txt', 'x'.repeat(5000));
  prepare(engine);
  const told: string[] = [];
  const retention = new Retention(engine, '/d', { ...noLimits, ...limits }, (message) => told.push(message));
  const open = [{ file: 'cpurec-20260310.csv' }];
  retention.tick(engine.clock.monotonic(), open);
  const days = () =>
    engine.files
      .names('/d')
      .filter((name) => name.startsWith('cpurec'))
      .map((name) => name.replace('cpurec-202603', '').replace('.csv', ''))
      .sort();
  return { engine, retention, told, open, days };
}

describe('Retention', () => {
  test('without bounds removes nothing', () => {
    expect(tidied({}).days()).toHaveLength(10);
  });

  test('keeps files until their day ended so long ago', () => {
    expect(tidied({ keep: 3 * day }).days()).toEqual(['07', '08', '09', '10']);
    expect(tidied({ keep: 3.5 * day }).days()).toEqual(['07', '08', '09', '10']);
    expect(tidied({ keep: 3.6 * day }).days()).toEqual(['06', '07', '08', '09', '10']);
    expect(tidied({ keep: 0 }).days()).toEqual(['10']);
  });

  test('removes the oldest until all fit', () => {
    expect(tidied({ maxBytes: 350 }).days()).toEqual(['08', '09', '10']);
  });

  test('never removes what is open, nor what is not ours', () => {
    const { engine, days } = tidied({ maxBytes: 1 });
    expect(days()).toEqual(['10']);
    expect(engine.files.has('/d/notes.txt')).toBe(true);
  });

  test('keeps so much of the disk free, in bytes or as a share', () => {
    const nearlyFull = (engine: FakeEngine) => {
      engine.files.capacity = 20_000;
      engine.files.filler = 0;
      engine.files.filler = engine.files.space('/').freeBytes - 500;
    };
    expect(tidied({ minFree: 1200 }, nearlyFull).days()).toEqual(['03', '04', '05', '06', '07', '08', '09', '10']);
    expect(tidied({ minFree: 0.1 }, nearlyFull).days().length).toBeLessThan(8);
  });

  test('removes lower revisions of a day first, and compressed files too', () => {
    const { days } = tidied({ maxBytes: 950 }, ({ files }) => {
      files.put('/d/cpurec-20260301r0002.csv.gz', 'x'.repeat(50));
    });
    expect(days()).toContain('01r0002.gz');
    expect(days()).not.toContain('01');
  });

  test('looks once a minute, and when a file has changed', () => {
    const { engine, retention, open, days } = tidied({ maxBytes: 350 });
    engine.files.put('/d/cpurec-20260302.csv', 'x'.repeat(100));
    retention.tick(engine.clock.monotonic() + 59_000, open);
    expect(days()).toHaveLength(4);
    retention.tick(engine.clock.monotonic() + 60_000, open);
    expect(days()).toHaveLength(3);
    engine.files.put('/d/cpurec-20260311.csv', 'x'.repeat(100));
    retention.tick(engine.clock.monotonic() + 61_000, [{ file: 'cpurec-20260311.csv' }]);
    expect(days()).toEqual(['09', '10', '11']);
  });

  test('compresses closed files one at a time, and the original goes when its copy is there', async () => {
    const { engine, retention, open, days } = tidied({ compress: true });
    for (let i = 0; i < 12; i++) {
      await Promise.resolve();
      await Promise.resolve();
      retention.tick(engine.clock.monotonic() + i, open);
      expect(days()).toHaveLength(10);
    }
    expect(days().filter((name) => name.endsWith('.gz'))).toHaveLength(9);
    expect(days()).toContain('10');
    expect(engine.files.names('/d/.sdr')).toEqual([]);
  });

  test('a copy that cannot be made leaves the original', async () => {
    const { engine, told, days } = tidied({ compress: true }, (fake) => {
      fake.gzip = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    });
    await Promise.resolve();
    await Promise.resolve();
    expect(days()).toHaveLength(10);
    expect(told).toEqual(['Cannot compress /d/cpurec-20260301.csv: ENOSPC']);
    expect(engine.files.names('/d/.sdr')).toEqual([]);
  });

  test('what fails is told, and the recording goes on', () => {
    const { told } = tidied({ maxBytes: 1 }, ({ files }) => {
      files.fault = (call) => (call === 'names' ? 'EIO' : undefined);
    });
    expect(told).toEqual(['Cannot tidy up /d: EIO']);
  });
});
