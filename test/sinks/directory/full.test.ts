/** Disks that are full, break, or are FAT. */
import { describe, expect, test } from 'vitest';
import type { Files } from '../../../src/host.ts';
import { data, day, filesOf, Rows, wellFormed } from '../../fake/directory.ts';
import { booted } from '../../fake.ts';

const file = `${data}/cpurec-20260301.csv`;
const calls: readonly (keyof Files)[] = ['open', 'write', 'link', 'unlink', 'fsync', 'fstat', 'names', 'close', 'stat'];
const later = (after: readonly number[]) => after.map((ms) => ms + 20_000);

describe('a full disk', () => {
  test('drops rows, counts them, and recording goes on when there is room', () => {
    const engine = booted();
    const rows = new Rows(engine).put(1000);
    engine.files.capacity = 0;
    rows.put(2000, 3000);
    engine.files.capacity = 1e9;
    rows.put(4000);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1, 4] });
    expect(rows.counts.droppedRows).toBe(2);
    expect(rows.told[0]).toBe(`Cannot write to ${data}: ENOSPC; rows are dropped until it works again`);
  });

  test('at midnight drops what has no file, and the old file stays as it is', () => {
    const engine = booted();
    const rows = new Rows(engine).put(1000);
    engine.files.capacity = 0;
    rows.put(day, day + 1000);
    engine.files.capacity = 1e9;
    rows.put(day + 2000);
    const found = filesOf(engine);
    expect(found['cpurec-20260301.csv']).toEqual([1]);
    expect(Object.values(found).flat()).toEqual([1, 86_402]);
    expect(rows.counts.droppedRows).toBe(2);
  });

  test.each([1, 5, 12, 13, 14, 25, 26, 38])(
    'that takes %d bytes of three rows keeps whole lines and counts the others',
    (room) => {
      const engine = booted();
      const rows = new Rows(engine, { flush: 60_000 }).put(1000);
      rows.sink.flush();
      engine.files.fault = (call, path) => (call === 'write' && path === file ? room : undefined);
      rows.put(2000, 3000, 4000);
      rows.sink.flush();
      engine.files.fault = null;
      expect(wellFormed(engine, 'cpurec-20260301.csv')).toBe(true);
      const kept = (filesOf(engine)['cpurec-20260301.csv'] ?? []).length - 1;
      expect(kept).toBe(Math.floor(room / 13));
      expect(rows.counts.droppedRows).toBe(3 - kept);
      rows.put(5000);
      rows.sink.flush();
      expect(filesOf(engine)['cpurec-20260301.csv']?.at(-1)).toBe(5);
    },
  );

  test('that takes a part and then cannot cut it leaves the file for a new one', () => {
    const engine = booted();
    const rows = new Rows(engine).put(1000);
    engine.files.fault = (call) => (call === 'write' ? 4 : call === 'ftruncate' ? 'EIO' : undefined);
    rows.put(2000);
    engine.files.fault = null;
    rows.put(3000);
    expect(filesOf(engine)['cpurec-20260301r0001.csv']).toEqual([3]);
    expect(rows.counts.droppedRows).toBe(1);
  });

  test('when a part was kept no time comes twice, even if the clock falls back among the kept ones', () => {
    const engine = booted();
    const rows = new Rows(engine, { flush: 60_000 }).put(1000);
    rows.sink.flush();
    engine.files.fault = (call, path) => (call === 'write' && path === file ? 26 : undefined);
    rows.put(2000, 3000, 4000);
    rows.sink.flush();
    engine.files.fault = null;
    rows.put(2500);
    rows.sink.flush();
    expect(filesOf(engine)['cpurec-20260301.csv']).toEqual([1, 2, 3]);
  });
});

describe.each(['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE'])('%s', (code) => {
  test.each(calls)('at any %s leaves whole files and ends with the cause', (call) => {
    for (let at = 1; at <= 12; at++) {
      const engine = booted();
      const rows = new Rows(engine, { flush: 1000 }).put(1000);
      rows.sink.flush();
      let left = at;
      engine.files.fault = (each, path) => (each === call && path.startsWith(data) && --left === 0 ? code : undefined);
      for (const ms of later([2000, 3000, day, day + 1000, 1000])) {
        rows.put(ms);
        rows.sink.flush();
      }
      engine.files.fault = null;
      rows.put(day * 2);
      rows.sink.close();
      const found = filesOf(engine);
      for (const name of Object.keys(found)) expect(wellFormed(engine, name), `${call} ${at} ${name}`).toBe(true);
      const kept = Object.values(found).flat().length;
      // A row that is there although its write seemed to fail may be counted; one that is not there must be.
      expect(kept + rows.counts.droppedRows, `${call} ${at}`).toBeGreaterThanOrEqual(7);
      expect(kept).toBeGreaterThanOrEqual(6);
    }
  });
});

describe('a file system without link()', () => {
  test('has claims and files all the same', () => {
    const engine = booted();
    engine.files.hasLinks = false;
    const first = new Rows(engine).put(1000, 2000, day);
    expect(() => new Rows(engine.process(101))).toThrow('Cannot record cpurec in /data/sdr: process 100 does');
    first.sink.close();
    new Rows(engine.process(102)).put(day + 1000);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1, 2], 'cpurec-20260302.csv': [86_400, 86_401] });
  });

  test('leaves no half-made file when it is full', () => {
    const engine = booted();
    engine.files.hasLinks = false;
    const rows = new Rows(engine).put(1000);
    engine.files.fault = (call, path) => (call === 'write' && path.endsWith('.csv') ? 'ENOSPC' : undefined);
    rows.put(day);
    engine.files.fault = null;
    rows.put(day + 1000);
    for (const name of Object.keys(filesOf(engine))) expect(wellFormed(engine, name)).toBe(true);
  });
});
