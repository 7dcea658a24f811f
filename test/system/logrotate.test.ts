/** examples/logrotate.conf with a real logrotate: no row is lost, every file has its header, no name is used twice. */
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { column, faults, filesOf, read, tableOf } from './csv.ts';
import { needs } from './needs.ts';
import { folder, lines, output, quoted, sdr, start, until } from './program.ts';

const tool = needs('logrotate');
const example = readFileSync('examples/logrotate.conf', 'utf8');

/** The example for a folder of ours, run as who runs this. */
function configured(directory: string): string {
  const path = join(directory, '..', 'logrotate.conf');
  const text = example
    .replaceAll('/var/lib/sdr', directory)
    .replace(/^ *su .*\n/gm, '')
    .replace(/createolddir.*/, 'createolddir 0755');
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

function rotate(directory: string, ...options: string[]): void {
  output(['logrotate', ...options, '-s', join(directory, '..', 'logrotate.state'), configured(directory)]);
}

const unpacked = (path: string): string =>
  path.endsWith('.gz') ? gunzipSync(readFileSync(path)).toString() : read(path);

function data(): string {
  const at = join(folder(), 'data');
  mkdirSync(at, { mode: 0o755 });
  return at;
}

describe('the example for logrotate', tool, () => {
  test('turns the file that cron appends to: each has its header, and each row is there once', () => {
    const at = data();
    const runs = 6;
    for (let i = 0; i < runs; i++) {
      expect(output(['sh', '-c', `${quoted(['record', 'sysrec'])} >> ${at}/s.csv`])).toBe('');
      if (i % 2 === 1) {
        rotate(at, '-f');
        expect(existsSync(join(at, 's.csv'))).toBe(false);
      }
    }
    const files = readdirSync(at).filter((name) => name.startsWith('s.csv-'));
    expect(files).toHaveLength(3);
    const texts = files.map((name) => unpacked(join(at, name)));
    expect(texts.flatMap((text) => faults(text))).toEqual([]);
    expect(texts.flatMap((text) => tableOf(text).rows)).toHaveLength(runs);
  });

  test('moves the days that are a week old, and leaves those that are being written', async () => {
    const at = data();
    const old = 'time,device\n1577836800,cpu0\n';
    for (const name of ['cpurec-20200101.csv', 'cpurec-20200101r0001.csv']) {
      writeFileSync(join(at, name), old);
      utimesSync(join(at, name), 1577836800, 1577836800);
    }
    const state = ['cpurec-20200101.csv', 'cpurec-20200101r0001.csv'].map(
      (name) => `"${join(at, name)}" 2020-1-1-0:0:0\n`,
    );
    writeFileSync(join(at, '..', 'logrotate.state'), `logrotate state -- version 2\n${state.join('')}`);
    const running = start(['record', 'cpurec', '50ms', '-o', at]);
    await until(() => filesOf(at, 'cpurec').length === 3, 'the file of today');
    rotate(at);
    const [today = ''] = filesOf(at, 'cpurec');
    expect(filesOf(at, 'cpurec')).toEqual([today]);
    expect(readdirSync(join(at, 'old')).sort()).toEqual(['cpurec-20200101.csv.1.gz', 'cpurec-20200101r0001.csv.1.gz']);
    for (const name of readdirSync(join(at, 'old'))) expect(unpacked(join(at, 'old', name))).toBe(old);
    const before = lines(read(today)).length;
    await until(() => lines(read(today)).length > before, 'more rows in the same file');
    expect((await running.stop()).status).toBe(0);
  });

  test('even when it takes the file that is being written, no row is lost and no name is used twice', async () => {
    const at = data();
    const running = start(['record', 'cpurec', '20ms', '-o', at]);
    for (let turn = 0; turn < 3; turn++) {
      await until(() => filesOf(at, 'cpurec').some((file) => lines(read(file)).length > 10), `rows of turn ${turn}`);
      rotate(at, '-f');
    }
    expect((await running.stop()).status).toBe(0);
    expect(sdr(['record', 'cpurec', '20ms', '3', '-o', at])).toMatchObject({ status: 0, stderr: '' });
    const moved = readdirSync(join(at, 'old'));
    const names = [...moved, ...readdirSync(at)].flatMap((name) => /^cpurec-\d{8}(r\d{4})?\.csv/.exec(name)?.[0] ?? []);
    expect(names.length).toBeGreaterThanOrEqual(4);
    expect(new Set(names).size).toBe(names.length);
    const texts = [...moved.map((name) => join(at, 'old', name)), ...filesOf(at, 'cpurec')].map(unpacked);
    expect(texts.flatMap((text) => faults(text))).toEqual([]);
    const times = texts.flatMap((text) => column(tableOf(text), 'time').filter((_, i, all) => all[i] !== all[i - 1]));
    expect(new Set(times).size).toBe(times.length);
  });
});
