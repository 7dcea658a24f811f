/** The files of a directory: rotated, torn, deleted, bounded and flushed, seen from outside. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { claimOf, rewriteClaim } from './claims.ts';
import { column, faults, faultsIn, filesOf, read, tableOf, times } from './csv.ts';
import { mount, needs, needsRoot } from './needs.ts';
import { folder, lines, output, sdr, start, until } from './program.ts';

const record = (directory: string, ...more: string[]) =>
  sdr(['record', 'cpurec', '10ms', '5', '-o', directory, ...more]);

const today = (): string => new Date().toISOString().slice(0, 10).replaceAll('-', '');
const only = (directory: string): string => {
  const files = filesOf(directory);
  expect(files).toHaveLength(1);
  return files[0] ?? '';
};

describe('logrotate', needs('logrotate'), () => {
  const rotate = (directory: string, how: string): void => {
    const config = join(directory, '..', 'logrotate.conf');
    writeFileSync(config, `${directory}/*.csv {\n  su root root\n  rotate 9\n  nomail\n  ${how}\n}\n`);
    output(['logrotate', '-f', '-s', join(directory, '..', 'logrotate.state'), config]);
  };

  test.each(['nocreate', 'create', 'copytruncate'])(
    '%s: every file starts with the header, no row twice',
    async (how) => {
      const directory = join(folder(), 'data');
      const running = start(['record', 'sysrec', '10ms', '-o', directory, '-v']);
      for (let round = 1; round <= 3; round++) {
        const before = new Set(times(directory, 'sysrec'));
        const fresh = () => times(directory, 'sysrec').filter((time) => !before.has(time));
        await until(() => fresh().length > 20, `rows of round ${round}`);
        rotate(directory, how);
      }
      await until(() => times(directory, 'sysrec').length > 20, 'rows at last');
      const end = await running.stop();
      expect(end.status).toBe(0);
      // What `create` made is empty: its name is not ours any more.
      const all = readdirSync(directory)
        .filter((name) => name.startsWith('sysrec'))
        .map((name) => read(join(directory, name)))
        .filter((text) => text !== '');
      expect(all).toHaveLength(4);
      for (const text of all) expect(faults(text)).toEqual([]);
      const ticks = all
        .flatMap((text) => column(tableOf(text), 'time'))
        .map((time) => Math.round(Number(time) * 100))
        .sort((a, b) => a - b);
      expect(new Set(ticks).size).toBe(ticks.length);
      const gaps = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) + 1 - ticks.length;
      // Rows between the copy and the truncation are lost to everybody: never use copytruncate.
      if (how !== 'copytruncate') expect(end.stderr).toContain(`0 rows dropped, ${gaps} ticks missed`);
    },
  );
});

describe('a file that the run before left', () => {
  test.each([
    ['a torn row', '1795238742.240,cpu0,0.0'],
    ['a run of NULs', '\0'.repeat(5000)],
    ['a torn row, then NULs', '1795238742\0\0\0\0'],
    ['NULs with a line end', '\0\0\0\n'],
  ])('with %s at its end is cut back to its last whole line with one warning, and continued', (_, tail) => {
    const directory = folder();
    record(directory);
    const file = only(directory);
    const kept = read(file);
    appendFileSync(file, tail, 'latin1');
    const again = record(directory);
    expect(again.status).toBe(0);
    expect(lines(again.stderr)).toEqual([`sdr: ${file} ended inside a line: cut ${tail.length} bytes`]);
    expect(only(directory)).toBe(file);
    expect(read(file).startsWith(kept)).toBe(true);
    expect(times(directory, 'cpurec')).toHaveLength(10);
    expect(faultsIn(directory)).toEqual({});
  });

  test.each([
    [
      'of an older version, with other columns',
      (text: string) => text.replace(/,mhz\n/, '\n').replace(/,\d+\n/g, '\n'),
    ],
    ['without a header', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ['that somebody emptied', () => ''],
    ['that somebody shortened', (text: string) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)],
  ])('%s stays as it is, and the next name is taken', (_, change) => {
    const directory = folder();
    record(directory);
    const file = only(directory);
    const text = change(read(file));
    writeFileSync(file, text);
    expect(record(directory).status).toBe(0);
    expect(filesOf(directory).map((name) => basename(name))).toEqual([basename(file), `cpurec-${today()}r0001.csv`]);
    expect(read(file)).toBe(text);
    expect(faults(read(filesOf(directory)[1] ?? ''))).toEqual([]);
  });

  test.each([
    ['--columns', ['--columns', 'idle_pct,user_pct']],
    ['--counters', ['--counters']],
  ])('with other columns, by %s, is not continued', (_, more) => {
    const directory = folder();
    for (const options of [[], more, more, []]) expect(record(directory, ...options).status).toBe(0);
    const [first = '', second = '', third = ''] = filesOf(directory);
    expect(filesOf(directory)).toHaveLength(3);
    expect(read(first).split('\n')[0]).not.toBe(read(second).split('\n')[0]);
    expect(read(first).split('\n')[0]).toBe(read(third).split('\n')[0]);
    expect(faultsIn(directory)).toEqual({});
  });

  test('of whole seconds is not continued with thousandths', () => {
    const directory = folder();
    expect(sdr(['record', 'cpurec', '1', '1', '-o', directory]).status).toBe(0);
    expect(record(directory).status).toBe(0);
    const [whole, fractional] = filesOf(directory).map((file) => column(tableOf(read(file)), 'time')[0]);
    expect(whole).toMatch(/^\d+$/);
    expect(fractional).toMatch(/^\d+\.\d{3}$/);
  });

  test('of another boot is not continued', () => {
    const directory = folder();
    record(directory);
    rewriteClaim(directory, 'cpurec', (text) =>
      text.replace(/"boot":"[^"]*"/, '"boot":"00000000-0000-4000-8000-000000000000"'),
    );
    const kept = read(only(directory));
    record(directory);
    expect(filesOf(directory)).toHaveLength(2);
    expect(read(filesOf(directory)[0] ?? '')).toBe(kept);
  });

  test('is no reason to use its name again when it and .sdr are gone', () => {
    const directory = folder();
    record(directory, '--max-file', '300');
    const before = filesOf(directory);
    expect(before.length).toBeGreaterThan(1);
    for (const file of before) rmSync(file);
    record(directory, '--max-file', '300');
    expect(filesOf(directory).filter((file) => before.includes(file))).toEqual([]);
  });

  test.each([
    ['a link to a file of somebody', (file: string, notes: string) => symlinkSync(notes, file)],
    ['a copy that ends inside a line', (file: string, notes: string) => copyFileSync(notes, file)],
    ['a directory', (file: string) => mkdirSync(file)],
    ['a pipe', (file: string) => output(['mkfifo', file])],
  ])('whose name is %s by now is not touched, and the next name is taken', (_, put) => {
    const directory = folder();
    record(directory);
    const file = only(directory);
    const notes = join(folder(), 'notes');
    writeFileSync(notes, 'my own\nnotes without an end');
    rmSync(file);
    put(file, notes);
    const before = statSync(file).size;
    const under = ['timeout', '20'];
    const again = sdr(['record', 'cpurec', '10ms', '5', '-o', directory], { under });
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(statSync(file).size).toBe(before);
    expect(read(notes)).toBe('my own\nnotes without an end');
    expect(faults(read(join(directory, `cpurec-${today()}r0001.csv`)))).toEqual([]);
  });

  test('is never looked for outside of the directory, whatever .sdr says', () => {
    const at = folder();
    const directory = join(at, 'data');
    record(directory);
    writeFileSync(join(at, 'notes'), 'my own\nnotes without an end');
    rewriteClaim(directory, 'cpurec', (text) => text.replace(/"file":"[^"]*"/, '"file":"../notes"'));
    rewriteClaim(directory, 'cpurec', (text) => text.replace(/"(inode|size)":("[^"]*"|\d+)/g, '"$1":""'));
    expect(record(directory)).toMatchObject({ status: 0, stderr: '' });
    expect(read(join(at, 'notes'))).toBe('my own\nnotes without an end');
  });

  test('that is not ours but has the name is left alone', () => {
    const directory = folder();
    const foreign = join(directory, `cpurec-${today()}.csv`);
    writeFileSync(foreign, 'mine,not,yours\n');
    expect(record(directory).status).toBe(0);
    expect(read(foreign)).toBe('mine,not,yours\n');
    expect(filesOf(directory)).toHaveLength(2);
  });
});

describe('while it runs', () => {
  test.each([
    ['deleted', (file: string) => rmSync(file)],
    ['renamed', (file: string) => renameSync(file, `${file}.old`)],
    ['truncated', (file: string) => truncateSync(file, 200)],
    [
      'replaced by a link',
      (file: string) => {
        rmSync(file);
        output(['ln', '-s', '/dev/null', file]);
      },
    ],
    [
      'replaced by another',
      (file: string) => {
        writeFileSync(`${file}.new`, `${read(file)}${'x'.repeat(10_000)}\n`);
        renameSync(`${file}.new`, file);
      },
    ],
  ])('a file that is %s under us is followed by one with the next name', async (_, change) => {
    const directory = folder();
    const running = start(['record', 'cpurec', '10ms', '-o', directory]);
    await until(() => times(directory, 'cpurec').length > 10, 'rows');
    change(only(directory));
    const next = join(directory, `cpurec-${today()}r0001.csv`);
    await until(() => filesOf(directory).includes(next) && lines(read(next)).length > 10, 'rows in the next file');
    expect(await running.stop()).toMatchObject({ status: 0 });
    expect(faults(read(next))).toEqual([]);
  });

  test('a directory that is removed and made again gets rows again', async () => {
    const directory = join(folder(), 'data');
    const running = start(['record', 'cpurec', '10ms', '-o', directory]);
    await until(() => times(directory, 'cpurec').length > 5, 'rows');
    rmSync(directory, { recursive: true });
    await until(() => running.stderr() !== '', 'a word about the directory');
    mkdirSync(join(directory, '.sdr'), { recursive: true });
    await until(() => times(directory, 'cpurec').length > 5, 'rows again');
    expect(await running.stop()).toMatchObject({ status: 0 });
    expect(faultsIn(directory)).toEqual({});
  });

  test('--max-file begins a new file at that size, and no row is lost between', () => {
    const directory = folder();
    const { status, stderr } = sdr(['record', 'sysrec', '10ms', '50', '-o', directory, '--max-file', '3K', '-v']);
    expect(status).toBe(0);
    const files = filesOf(directory);
    expect(files.length).toBeGreaterThan(4);
    expect(files.map((file) => basename(file))).toEqual(
      files.map((_, i) => `sysrec-${today()}${i === 0 ? '' : `r${String(i).padStart(4, '0')}`}.csv`),
    );
    for (const file of files) expect(statSync(file).size).toBeLessThan(3072 + 1024);
    expect(times(directory, 'sysrec')).toHaveLength(50);
    expect(stderr).toMatch(/ 0 rows dropped/);
    expect(faultsIn(directory)).toEqual({});
  });

  test('permissions are 0644 and 0755 less the umask', () => {
    const modes = (umask: string): string[] => {
      const directory = join(folder(), 'data');
      const under = ['sh', '-c', `umask ${umask}; exec "$@"`, 'sh'];
      expect(sdr(['record', 'cpurec', '10ms', '1', '-o', directory], { under }).status).toBe(0);
      const paths = [directory, join(directory, '.sdr'), only(directory), claimOf(directory, 'cpurec')];
      return paths.map((path) => (statSync(path).mode & 0o7777).toString(8));
    };
    expect(modes('0')).toEqual(['755', '755', '644', '644']);
    expect(modes('022')).toEqual(['755', '755', '644', '644']);
    expect(modes('027')).toEqual(['750', '750', '640', '640']);
    expect(modes('077')).toEqual(['700', '700', '600', '600']);
  });

  test('each sample is one write to each file, opened for it', needs('strace'), () => {
    const directory = folder();
    const trace = join(folder(), 'trace');
    const under = ['strace', '-f', '-y', '-e', 'trace=write,writev,pwrite64,pwritev', '-o', trace];
    expect(sdr(['record', 'sysrec', 'cpurec', '50ms', '10', '-o', directory], { under }).status).toBe(0);
    const writes = lines(read(trace)).filter((line) => line.includes(directory) && !line.includes('/.sdr/'));
    // The first sample comes into being with its file, in .sdr/.
    for (const file of filesOf(directory)) {
      const mine = writes.filter((line) => line.includes(`<${file}>`));
      expect(mine).toHaveLength(9);
      expect(mine.filter((line) => / write\(\d+<.*\) = \d+$/.test(line))).toHaveLength(9);
    }
    expect(writes).toHaveLength(18);
    expect(lines(read(trace)).filter((line) => line.includes('.csv>')).length).toBe(18 + 2);
  });
});

describe('--flush', () => {
  const flushing = (directory: string, window: string) =>
    start(['record', 'sysrec', '10ms', '-o', directory, '--flush', window, '-v']);
  const rows = (directory: string): number => (filesOf(directory).length === 0 ? 0 : times(directory, 'sysrec').length);
  const ready = (directory: string) =>
    until(() => readdirSync(directory).includes('.sdr') && readdirSync(join(directory, '.sdr')).length > 1, 'a claim');

  test('writes nothing before its window is over; SIGUSR2 and SIGTERM write what is there', async () => {
    const directory = folder();
    const running = flushing(directory, '1h');
    await ready(directory);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(rows(directory)).toBe(0);
    running.child.kill('SIGUSR2');
    await until(() => rows(directory) > 5, 'what was gathered');
    const flushed = read(only(directory));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(read(only(directory))).toBe(flushed);
    const end = await running.stop();
    expect(end.status).toBe(0);
    expect(read(only(directory)).startsWith(flushed)).toBe(true);
    expect(rows(directory)).toBeGreaterThan(lines(flushed).length + 5);
    const ticks = times(directory, 'sysrec').map((time) => Math.round(Number(time) * 100));
    const gaps = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) + 1 - ticks.length;
    expect(end.stderr).toContain(`0 rows dropped, ${gaps} ticks missed`);
    expect(faultsIn(directory)).toEqual({});
  });

  test('loses at most its window to kill -9', async () => {
    const directory = folder();
    const running = start(['record', 'sysrec', '10ms', '-o', '-', '-o', directory, '--flush', '300ms']);
    await until(() => rows(directory) > 60, 'two windows');
    const { stdout } = await running.stop('SIGKILL');
    const recorded = column(tableOf(stdout.slice(0, stdout.lastIndexOf('\n'))), 'time');
    const kept = times(directory, 'sysrec');
    expect(kept).toEqual(recorded.slice(0, kept.length));
    // A window is over at the first tick behind its end, and that one may be late: twice the window is what must do.
    expect(Number(recorded.at(-1)) - Number(kept.at(-1))).toBeLessThan(0.6);
    expect(faultsIn(directory)).toEqual({});
  });

  test('writes each file once in a window', needs('strace'), () => {
    const directory = folder();
    const trace = join(folder(), 'trace');
    const under = ['strace', '-f', '-y', '-e', 'trace=write', '-o', trace];
    sdr(['record', 'cpurec', '20ms', '40', '-o', directory, '--flush', '200ms'], { under });
    const writes = lines(read(trace)).filter((line) => line.includes('.csv>'));
    expect(writes.length).toBeLessThanOrEqual(6);
    expect(writes.length).toBeGreaterThanOrEqual(3);
    expect(times(directory, 'cpurec')).toHaveLength(40);
  });
});

describe('bounds', () => {
  /** Files of past days, `kilobytes` each. */
  function old(directory: string, days: readonly string[], kilobytes = 8): string[] {
    const text = `time,a\n${'1700000000,1\n'.repeat(kilobytes * 79)}`;
    return days.map((day) => {
      const name = `sysrec-${day}.csv`;
      writeFileSync(join(directory, name), text);
      return name;
    });
  }
  const left = (directory: string): string[] =>
    readdirSync(directory)
      .filter((name) => name.startsWith('sysrec'))
      .sort();
  const dayBefore = (days: number): string =>
    new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

  test('--keep removes the files of days that ended before, and nothing else', () => {
    const directory = folder();
    const [, ...young] = old(directory, [dayBefore(12), dayBefore(9), dayBefore(2), dayBefore(1)]);
    for (const name of ['notes.txt', 'sysrec-2020.csv', 'mine-20200101.csv.bak'])
      writeFileSync(join(directory, name), 'x');
    expect(record(directory, '--keep', '10d')).toMatchObject({ status: 0, stderr: '' });
    expect(left(directory)).toEqual(['sysrec-2020.csv', ...young].sort());
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['notes.txt', 'mine-20200101.csv.bak']));
  });

  test('--max-bytes removes the oldest until the rest fits', () => {
    const directory = folder();
    const names = old(directory, ['20240101', '20240102', '20240103', '20240104']);
    expect(record(directory, '--max-bytes', '24K').status).toBe(0);
    expect(left(directory)).toEqual(names.slice(2));
  });

  test('--max-bytes holds while recording, whatever the number of files', () => {
    const directory = folder();
    sdr(['record', 'sysrec', '10ms', '150', '-o', directory, '--max-bytes', '16K']);
    const sizes = filesOf(directory).map((file) => statSync(file).size);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(16 * 1024 + 2048);
    expect(faultsIn(directory)).toEqual({});
  });

  test('--min-free removes the oldest until there is room', needsRoot('mount'), (context) => {
    const directory = folder();
    mount(context, directory, ['-t', 'tmpfs', '-o', 'size=1M', 'none']);
    const names = old(directory, ['20240101', '20240102', '20240103', '20240104'], 200);
    expect(record(directory, '--min-free', '50%').status).toBe(0);
    expect(left(directory)).toEqual(names.slice(2));
  });

  test('--compress packs closed files one after another, and their text is the same', async () => {
    const directory = folder();
    const names = old(directory, ['20240101', '20240102', '20240103']);
    const text = read(join(directory, names[0] ?? ''));
    const running = start(['record', 'cpurec', '20ms', '-o', directory, '--compress']);
    await until(
      () => left(directory).length === 3 && left(directory).every((name) => name.endsWith('.csv.gz')),
      () => `three packed files: ${left(directory)}`,
    );
    expect(await running.stop()).toMatchObject({ status: 0, stderr: '' });
    expect(left(directory)).toEqual(names.map((name) => `${name}.gz`));
    for (const name of left(directory)) expect(gunzipSync(readFileSync(join(directory, name))).toString()).toBe(text);
    expect(filesOf(directory, 'cpurec')).toHaveLength(1);
  });
});
