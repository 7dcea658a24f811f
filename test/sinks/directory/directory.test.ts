import { describe, expect, test } from 'vitest';
import { data, day, filesOf, head, noon, Rows, wellFormed } from '../../fake/directory.ts';
import { booted, reboot } from '../../fake.ts';

/** A power cut that leaves every name, and of the bytes only those that were synced. */
function namesOnly(): () => number {
  let call = 0;
  return () => (call++ % 2 === 0 ? 0.999 : 0);
}

describe('files', () => {
  test('come into being with their header and are appended to', () => {
    const engine = booted();
    const rows = new Rows(engine).put(1000);
    expect(engine.files.text(`${data}/cpurec-20260301.csv`)).toBe(`${head}${noon / 1000 + 1},1\n`);
    rows.put(2000, 3000);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1, 2, 3] });
    expect(rows.counts).toMatchObject({ droppedRows: 0, writtenBytes: 39 });
  });

  test('are one a UTC day', () => {
    const engine = booted();
    new Rows(engine).put(1000, day / 2, day / 2 + 1000);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1], 'cpurec-20260302.csv': [43_200, 43_201] });
  });

  test('are split at their greatest size', () => {
    const engine = booted();
    new Rows(engine, { maxFile: 30 }).put(1000, 2000, 3000, 4000, 5000);
    expect(filesOf(engine)).toEqual({
      'cpurec-20260301.csv': [1, 2],
      'cpurec-20260301r0001.csv': [3, 4],
      'cpurec-20260301r0002.csv': [5],
    });
  });

  test('are continued by the next run of the same boot', () => {
    const engine = booted();
    const first = new Rows(engine).put(1000);
    first.sink.close();
    new Rows(engine.process(101)).put(2000);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1, 2] });
  });

  test.each([
    ['another boot', (engine: ReturnType<typeof booted>) => reboot(engine, 'boot-2'), {}],
    ['another header', () => {}, { head: 'time,b\n' }],
    ['another time format', () => {}, { fractional: true }],
    [
      'a file that vanished',
      (engine: ReturnType<typeof booted>) => engine.files.unlink(`${data}/cpurec-20260301.csv`),
      {},
    ],
    [
      'a file that shrank',
      (engine: ReturnType<typeof booted>) => engine.files.put(`${data}/cpurec-20260301.csv`, head),
      {},
    ],
    [
      'a file that was replaced',
      (engine: ReturnType<typeof booted>) => {
        engine.files.put(`${data}/other`, `${head}${noon / 1000 + 1},1\n${noon / 1000 + 9},1\n`);
        engine.files.rename(`${data}/other`, `${data}/cpurec-20260301.csv`);
      },
      {},
    ],
  ])('are not continued after %s', (_, happen, wish) => {
    const engine = booted();
    new Rows(engine).put(1000).sink.close();
    happen(engine);
    new Rows(engine.process(101), wish).put(20_000);
    expect(filesOf(engine)['cpurec-20260301r0001.csv']).toEqual([20]);
  });

  test.each([
    ['vanished', (engine: ReturnType<typeof booted>) => engine.files.unlink(`${data}/cpurec-20260301.csv`)],
    ['shrank', (engine: ReturnType<typeof booted>) => engine.files.put(`${data}/cpurec-20260301.csv`, '')],
    [
      'was replaced',
      (engine: ReturnType<typeof booted>) => {
        engine.files.put(`${data}/x`, `${head}999,1\n999,1\n`);
        engine.files.rename(`${data}/x`, `${data}/cpurec-20260301.csv`);
      },
    ],
  ])('that %s under our hands are left for the next name', (_, happen) => {
    const engine = booted();
    const rows = new Rows(engine).put(1000);
    happen(engine);
    rows.put(2000, 3000);
    expect(filesOf(engine)['cpurec-20260301r0001.csv']).toEqual([2, 3]);
    expect(rows.counts.droppedRows).toBe(0);
  });

  test('a clock that fell behind the last time begins a new file, and no time comes twice in one', () => {
    const engine = booted();
    const rows = new Rows(engine).put(1000, 2000, 2000, 1000, 2000, 3000);
    expect(rows.feed.accepts(noon + 3000)).toBe(false);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1, 2], 'cpurec-20260301r0001.csv': [1, 2, 3] });
  });
});

describe('names', () => {
  test('are never used twice when the day goes back and comes again', () => {
    const engine = booted();
    new Rows(engine).put(1000, day, 2000, day + 1000, 3000);
    expect(filesOf(engine)).toEqual({
      'cpurec-20260301.csv': [1],
      'cpurec-20260301r0001.csv': [2],
      'cpurec-20260301r0003.csv': [3],
      'cpurec-20260302.csv': [86_400],
      'cpurec-20260302r0002.csv': [86_401],
    });
  });

  test('of files that were removed are not used again', () => {
    const engine = booted();
    const rows = new Rows(engine).put(1000);
    for (let i = 2; i < 6; i++) {
      engine.files.unlink(`${data}/${Object.keys(filesOf(engine))[0]}`);
      rows.put(i * 1000);
    }
    expect(Object.keys(filesOf(engine))).toEqual(['cpurec-20260301r0004.csv']);
  });

  test('of compressed files count', () => {
    const engine = booted();
    engine.files.put(`${data}/cpurec-20260301.csv.gz`, 'gz');
    engine.files.put(`${data}/cpurec-20260301r0007.csv.gz`, 'gz');
    new Rows(engine).put(1000);
    expect(engine.files.has(`${data}/cpurec-20260301r0008.csv`)).toBe(true);
  });

  test('in the way are passed over, even when they came after the names were read', () => {
    const engine = booted();
    const rows = new Rows(engine);
    engine.files.put(`${data}/cpurec-20260301.csv`, 'not ours');
    rows.put(1000);
    expect(engine.files.text(`${data}/cpurec-20260301.csv`)).toBe('not ours');
    expect(filesOf(engine)['cpurec-20260301r0001.csv']).toEqual([1]);
  });

  test('are known from the files when .sdr was lost', () => {
    const engine = booted();
    new Rows(engine).put(1000, day);
    for (const name of engine.files.names(`${data}/.sdr`)) engine.files.unlink(`${data}/.sdr/${name}`);
    new Rows(engine.process(101)).put(day + 5000);
    expect(filesOf(engine)['cpurec-20260302r0001.csv']).toEqual([86_405]);
  });

  test('are written down before they are used: a power cut that takes the file leaves the name taken', () => {
    const engine = booted();
    new Rows(engine).put(1000);
    engine.files.powerLoss(() => 0);
    expect(filesOf(engine)).toEqual({});
    reboot(engine, 'boot-2');
    new Rows(engine.process(101)).put(2000);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301r0001.csv': [2] });
  });

  test.each([true, false])('stay taken when the power fails again and again (closed before: %s)', (isClosed) => {
    const engine = booted();
    const first = new Rows(engine).put(1000);
    engine.files.unlink(`${data}/cpurec-20260301.csv`);
    if (isClosed) first.sink.close();
    for (const boot of ['boot-2', 'boot-3', 'boot-4']) {
      engine.files.powerLoss(namesOnly());
      reboot(engine, boot);
      engine.alive.clear();
      new Rows(engine.process(101));
    }
    engine.alive.clear();
    new Rows(engine.process(102)).put(3000);
    expect(Object.keys(filesOf(engine))).toEqual(['cpurec-20260301r0001.csv']);
  });
});

describe('the end of a file', () => {
  const torn = [
    ['a torn line', '1772366402,', [1]],
    ['a run of NULs', '\0'.repeat(70_000), [1]],
    ['a torn line with NULs', '17723664\0\0\0', [1]],
    ['NULs that end in a line', '17723\0\0\n', [1]],
  ] as const;

  test.each(torn)('with %s is cut back to the last line, with one warning', (_, tail, kept) => {
    const engine = booted();
    new Rows(engine).put(1000);
    const path = `${data}/cpurec-20260301.csv`;
    engine.files.put(path, engine.files.text(path) + tail);
    engine.alive.delete(100);
    const rows = new Rows(engine.process(101)).put(5000);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [...kept, 5] });
    expect(wellFormed(engine, 'cpurec-20260301.csv')).toBe(true);
    expect(rows.told).toEqual([expect.stringMatching(/ended inside a line: cut \d+ bytes$/)]);
  });

  test.each(torn)('with %s is cut back after a power cut too, in every file, and none is continued', (_, tail) => {
    const engine = booted();
    new Rows(engine).put(1000, day, day + 1000);
    for (const name of Object.keys(filesOf(engine))) {
      engine.files.put(`${data}/${name}`, engine.files.text(`${data}/${name}`) + tail);
    }
    reboot(engine, 'boot-2');
    const rows = new Rows(engine.process(101));
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1], 'cpurec-20260302.csv': [86_400, 86_401] });
    for (const name of Object.keys(filesOf(engine))) expect(wellFormed(engine, name)).toBe(true);
    expect(rows.told).toHaveLength(2);
  });

  test('of a file without a whole line is nothing at all', () => {
    const engine = booted();
    new Rows(engine).put(1000);
    engine.files.put(`${data}/cpurec-20260301.csv`, 'time,');
    reboot(engine, 'boot-2');
    new Rows(engine.process(101)).put(2000);
    expect(engine.files.text(`${data}/cpurec-20260301.csv`)).toBe('');
    expect(filesOf(engine)['cpurec-20260301r0001.csv']).toEqual([2]);
  });
});

describe('a flush window', () => {
  test('gathers rows and writes them at once', () => {
    const engine = booted();
    const rows = new Rows(engine, { flush: 60_000 });
    for (let i = 1; i <= 6; i++) {
      rows.put(i * 10_000);
      engine.clock.pass(10_000);
    }
    expect(filesOf(engine)).toEqual({});
    rows.put(70_000);
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [10, 20, 30, 40, 50, 60, 70] });
  });

  test('is split at midnight and where time goes back', () => {
    const engine = booted();
    const rows = new Rows(engine, { flush: 60_000 }).put(day / 2 - 2000, day / 2 - 1000, day / 2, day / 2 + 1000, 5000);
    rows.sink.flush();
    expect(filesOf(engine)).toEqual({
      'cpurec-20260301.csv': [43_198, 43_199],
      'cpurec-20260301r0001.csv': [5],
      'cpurec-20260302.csv': [43_200, 43_201],
    });
  });

  test('ends with the recording', () => {
    const engine = booted();
    new Rows(engine, { flush: 60_000 }).put(1000, 2000).sink.close();
    expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1, 2] });
  });

  test('takes no time twice', () => {
    const rows = new Rows(booted(), { flush: 60_000 }).put(1000);
    expect(rows.feed.accepts(noon + 1000)).toBe(false);
    expect(rows.feed.accepts(noon + 2000)).toBe(true);
  });
});

test('--fsync: what was written survives a power cut', () => {
  const engine = booted();
  new Rows(engine, { fsync: true }).put(1000, 2000);
  engine.files.powerLoss(() => 0.99);
  expect(filesOf(engine)).toEqual({ 'cpurec-20260301.csv': [1, 2] });
});
