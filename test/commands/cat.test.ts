/** `sdr cat`: what was recorded comes back, each row once, in order of time, byte for byte. */
import { chmodSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { cat } from '../../src/commands/cat.ts';
import { SdrError } from '../../src/errors.ts';
import { folder, ran } from '../read/world.ts';

const head = 'time,device,interval_s,cpu_pct\n';
/** 2026-11-21T00:00Z. */
const day = 1_795_219_200;
const row = (time: number, cell = '1.00') => `${time},cpu0,1.000,${cell}\n`;

async function refused(words: readonly string[], values = {}): Promise<{ exit: string; message: string }> {
  try {
    await ran(cat, words, values);
  } catch (error) {
    if (error instanceof SdrError) return { exit: error.exit, message: error.message };
    throw error;
  }
  return { exit: 'none', message: '' };
}

describe('which rows', () => {
  test('files of several days are one, with one header', async () => {
    const root = folder({
      'cpurec-20261122.csv': head + row(day + 86_400),
      'cpurec-20261121.csv': head + row(day) + row(day + 1),
      'diskrec-20261121.csv': 'time,device,interval_s,iops\n',
      'notes.txt': 'x',
    });
    const { exit, out } = await ran(cat, [root, 'cpurec']);
    expect(out).toBe(head + row(day) + row(day + 1) + row(day + 86_400));
    expect(exit).toBe('done');
  });

  test('files that overlap after a clock setback are merged by time, the older file first', async () => {
    const root = folder({
      'cpurec-20261121.csv': head + row(day + 10, 'a') + row(day + 20, 'a') + row(day + 20, 'b') + row(day + 40, 'a'),
      'cpurec-20261121r0001.csv':
        head + row(day + 5, 'c') + row(day + 20, 'c') + row(day + 30, 'c') + row(day + 50, 'c'),
    });
    const { out } = await ran(cat, [root, 'cpurec']);
    const found = out.split('\n').slice(1, -1);
    expect(found.map((line) => `${Number(line.split(',')[0]) - day}${line.split(',')[3]}`)).toEqual(
      '5c 10a 20a 20b 20c 30c 40a 50c'.split(' '),
    );
  });

  test('since is in, until is out, and files of other days stay closed', async () => {
    const root = folder({
      'cpurec-20261120.csv': 'not opened',
      'cpurec-20261121.csv': head + [1, 2, 3, 4].map((n) => row(day + n)).join(''),
    });
    const { out, err } = await ran(cat, [root, 'cpurec'], { since: String(day + 2), until: '2026-11-21T00:00:04Z' });
    expect(out).toBe(head + row(day + 2) + row(day + 3));
    expect(err).toBe('');
  });

  test('a span counts back from now', async () => {
    const root = folder({ 'cpurec-20261121.csv': head + row(day) + row(day + 3600) });
    const { out } = await ran(cat, [root, 'cpurec'], { since: '30m' }, { now: (day + 3601) * 1000 });
    expect(out).toBe(head + row(day + 3600));
  });

  test('a time without rows leaves the header', async () => {
    const root = folder({ 'cpurec-20261121.csv': head + row(day) });
    expect(await ran(cat, [root, 'cpurec'], { since: '2027-01-01' })).toMatchObject({ exit: 'done', out: head });
  });

  test('the first rows of a large file are not read', async () => {
    const rows = Array.from({ length: 86_400 }, (_, n) => row(day + n, String(n)));
    const root = folder({ 'cpurec-20261121.csv': head + rows.join('') });
    for (const n of [0, 1, 2000, 43_200, 86_399]) {
      const { out } = await ran(cat, [root, 'cpurec'], { since: String(day + n), until: String(day + n + 3) });
      expect(out).toBe(head + rows.slice(n, n + 3).join(''));
    }
  });
});

describe('what is in the way', () => {
  test('compressed files are read, and the plain one where both are', async () => {
    const root = folder({
      'cpurec-20261120.csv.gz': gzipSync(head + row(day - 1)),
      'cpurec-20261121.csv': head + row(day),
      'cpurec-20261121.csv.gz': gzipSync(head).subarray(0, 9),
    });
    expect((await ran(cat, [root, 'cpurec'])).out).toBe(head + row(day - 1) + row(day));
  });

  test('a compressed file cut short is a warning, the others go on', async () => {
    const root = folder({
      'cpurec-20261120.csv.gz': gzipSync(head + row(day - 1)).subarray(0, 30),
      'cpurec-20261121.csv': head + row(day),
    });
    const { exit, out, err } = await ran(cat, [root, 'cpurec']);
    expect({ exit, out }).toEqual({ exit: 'partial', out: head + row(day) });
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('a torn last line is left out in silence', async () => {
    const root = folder({ 'cpurec-20261121.csv': `${head}${row(day)}${row(day + 1).slice(0, -1)}` });
    expect(await ran(cat, [root, 'cpurec'])).toMatchObject({ exit: 'done', out: head + row(day), err: '' });
  });

  test('lines that are not rows are left out with one warning', async () => {
    const text = `${head}${row(day)}1795,cpu0\n${'\0'.repeat(200)}\n${head},,,\n${row(day + 1)}\n${row(day + 2)}`;
    const root = folder({ 'cpurec-20261121.csv': text });
    const { out, err } = await ran(cat, [root, 'cpurec']);
    expect(out).toBe(head + row(day) + row(day + 1) + row(day + 2));
    expect(err).toMatch(/^sdr: .*cpurec-20261121\.csv: 5 lines are not a row of its header; left out\n$/);
  });

  test('a run of NULs longer than any line is not kept in memory', async () => {
    const root = folder({ 'cpurec-20261121.csv': `${head}${row(day)}${'\0'.repeat(3e6)}\n${row(day + 2)}` });
    expect((await ran(cat, [root, 'cpurec'])).out).toBe(head + row(day) + row(day + 2));
  });

  test('an empty file in a directory is a warning', async () => {
    const root = folder({ 'cpurec-20261120.csv': '', 'cpurec-20261121.csv': head + row(day) });
    expect(await ran(cat, [root, 'cpurec'])).toMatchObject({ exit: 'partial', out: head + row(day) });
  });

  test('a reader that goes away ends it in silence', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => row(day + n)).join('');
    const root = folder({ 'cpurec-20261121.csv': head + rows });
    const { exit, err, writes } = await ran(cat, [root, 'cpurec'], {}, { room: 1000 });
    // The header, a chunk, and no attempt at the rest.
    expect({ exit, err, writes }).toEqual({ exit: 'done', err: '', writes: 2 });
  });
});

describe('which columns', () => {
  const root = () =>
    folder({
      'cpurec-20261121.csv': head + row(day),
      'cpurec-20261122.csv': `time,device,interval_s,cpu_pct,mhz\n${day + 86_400},cpu0,1.000,2.00,2400\n`,
    });

  test('columns of all files are united, new ones at the right', async () => {
    expect((await ran(cat, [root(), 'cpurec'])).out).toBe(
      `time,device,interval_s,cpu_pct,mhz\n${day},cpu0,1.000,1.00,\n${day + 86_400},cpu0,1.000,2.00,2400\n`,
    );
  });

  test('wanted columns come with time and key', async () => {
    expect((await ran(cat, [root(), 'cpurec'], { columns: ['mhz,time'] })).out).toBe(
      `time,device,mhz\n${day},cpu0,\n${day + 86_400},cpu0,2400\n`,
    );
  });

  test('JSON has null for what is missing and numbers as they were written', async () => {
    expect((await ran(cat, [root(), 'cpurec'], { format: 'json', columns: ['cpu_pct', 'mhz'] })).out).toBe(
      `{"recorder":"cpurec","time":${day},"device":"cpu0","cpu_pct":1.00,"mhz":null}\n` +
        `{"recorder":"cpurec","time":${day + 86_400},"device":"cpu0","cpu_pct":2.00,"mhz":2400}\n`,
    );
  });

  test('a table is aligned', async () => {
    expect((await ran(cat, [root(), 'cpurec'], { format: 'table', columns: ['cpu_pct', 'mhz'] })).out).toBe(
      '      time  device        cpu_pct      mhz\n' +
        `${day}  cpu0             1.00        -\n` +
        `${day + 86_400}  cpu0             2.00     2400\n`,
    );
  });

  test('quoted text of a last column stays one cell', async () => {
    const text = `time,item,value\n${day},model,"ACME ""X"", rev 2"\n`;
    const directory = folder({ 'hdwrec-20261121.csv': text });
    expect((await ran(cat, [directory, 'hdwrec'])).out).toBe(text);
    const { out } = await ran(cat, [directory, 'hdwrec'], { format: 'json' });
    expect(JSON.parse(out)).toMatchObject({ item: 'model', value: 'ACME "X", rev 2' });
  });

  test('local time is ISO 8601 with its offset', async () => {
    const { out } = await ran(cat, [root(), 'cpurec'], { local: true, columns: ['cpu_pct'] });
    const [, first = ''] = out.split('\n');
    expect(first).toMatch(/^2026-11-2\dT\d\d:\d\d:00[+-]\d\d:\d\d,cpu0,1\.00$/);
    expect(Date.parse(first.split(',')[0] ?? '')).toBe(day * 1000);
  });
});

describe('words', () => {
  test('the default directory is the one of systemd', async () => {
    const root = folder({ 'cpurec-20261121.csv': head + row(day) });
    expect((await ran(cat, ['cpurec'], {}, { env: { STATE_DIRECTORY: root } })).out).toBe(head + row(day));
  });

  test('files need no recorder, whatever they are called', async () => {
    const root = folder({ 's.csv': head + row(day + 1), 't.csv': head + row(day) });
    expect((await ran(cat, [`${root}/s.csv`, `${root}/t.csv`])).out).toBe(head + row(day) + row(day + 1));
  });

  test('a directory of one recorder needs no word', async () => {
    const root = folder({ 'cpurec-20261121.csv': head + row(day) });
    expect((await ran(cat, [root])).exit).toBe('done');
  });

  test('files of different recorders are refused', async () => {
    const root = folder({ 's.csv': head, 'sysrec-20261121.csv': 'time,interval_s,cpu_pct\n' });
    const { exit, message } = await refused([`${root}/s.csv`, `${root}/sysrec-20261121.csv`]);
    expect(exit).toBe('usage');
    expect(message).toMatch(/^Files of different recorders: .*s\.csv \(cpurec\), .*csv \(sysrec\)$/);
    expect((await refused([`${root}/s.csv`, 'diskrec'])).message).toContain('is not a file of diskrec');
  });

  test.each([
    [['cpurek'], {}, 'usage', /^Unknown recorder "cpurek": did you mean cpurec\?$/],
    [['cpurec'], { columns: ['cpu_pc'] }, 'usage', /^Unknown column "cpu_pc": did you mean cpu_pct\?$/],
    [['diskrec'], {}, 'unavailable', /^No files of diskrec in \/.*$/],
    [['none/x.csv'], {}, 'unavailable', /^Cannot read none\/x\.csv: there is no such file$/],
    [['cpurec', 'sysrec'], {}, 'usage', /^cat: expected one recorder, got cpurec, sysrec$/],
    [['cpurec'], { since: 'noon' }, 'usage', /^--since "noon": expected epoch seconds, 2026-11-21/],
    [['cpurec'], { since: '2', until: '1' }, 'usage', /^--since "2" is not before --until "1"$/],
  ])('%j %j is refused', async (words, values, exit, message) => {
    const found = await refused([folder({ 'cpurec-20261121.csv': head }), ...words], values);
    expect(found.exit).toBe(exit);
    expect(found.message).toMatch(message);
  });

  test('a file that is not ours is refused by its name, and one that may not be read', async () => {
    const root = folder({ 'x.csv': 'a,b\n1,2\n', 'y.csv': head });
    expect((await refused([`${root}/x.csv`])).message).toMatch(/x\.csv is not a file of sdr/);
    chmodSync(`${root}/y.csv`, 0);
    // Root may read everything.
    if (process.getuid?.() !== 0) expect((await refused([`${root}/y.csv`])).exit).toBe('permission');
  });
});
