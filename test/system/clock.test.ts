/** The clock of the machine: stepped, over midnight, and at speed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Table } from './csv.ts';
import { column, faultsIn, filesOf, read, tableOf, times } from './csv.ts';
import { find, needs } from './needs.ts';
import { emulated, folder, lines, sdr, start, until } from './program.ts';

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'.replace(
  'x86_64',
  process.arch === 'arm64' ? 'aarch64' : 'x86_64',
);

const hour = 3600;

/** Every number of a recorder's rates: none of them may be negative, and no share above 100. */
function strange(table: Table): string[] {
  const wrong: string[] = [];
  for (const name of table.header.slice(1)) {
    if (name === 'device' || name === 'cpu_headroom_pct') continue;
    for (const cell of column(table, name)) {
      const value = Number(cell);
      if (value < 0 || (name.endsWith('_pct') && name !== 'cpu_sum_pct' && value > 100)) wrong.push(`${name} ${cell}`);
      if (name === 'interval_s' && value > 60) wrong.push(`${name} ${cell}`);
    }
  }
  return wrong;
}

describe('a clock that is set while it runs', needs(library), () => {
  /** A recorder whose wall clock, and no other, is that of a file. */
  function stepped(args: readonly string[]) {
    const file = join(folder(), 'time');
    const set = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
    set(0);
    const env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    };
    return { running: start(args, { env }), set };
  }

  test.each([
    ['forward', hour, 1],
    ['back', -hour, 2],
  ] as const)(
    '%s by an hour: right rates, one line on stderr, no row twice, recording goes on',
    async (way, by, files) => {
      const directory = folder();
      const { running, set } = stepped(['record', 'sysrec', 'cpurec', '20ms', '-o', directory]);
      const count = () => times(directory, 'sysrec').length;
      await until(() => count() > 20, 'rows before the step');
      const before = Number(times(directory, 'sysrec').at(-1));
      set(by);
      await until(() => running.stderr() !== '', 'a line about the step');
      const at = count();
      await until(() => count() > at + 20, 'rows after the step');
      const end = await running.stop();
      expect(end.status).toBe(0);
      expect(end.stderr).toMatch(new RegExp(`^sdr: The clock stepped ${way} by (3600|3599|3601)\\.\\d s.*\\n$`));
      expect(faultsIn(directory)).toEqual({});
      for (const recorder of ['sysrec', 'cpurec']) {
        const found = filesOf(directory, recorder);
        // Over midnight the step itself takes the next day's name.
        expect(found.length).toBeGreaterThanOrEqual(files);
        expect(found.length).toBeLessThanOrEqual(files + 1);
        for (const file of found) expect(strange(tableOf(read(file)))).toEqual([]);
      }
      const last = Number(times(directory, 'sysrec').at(-1));
      expect(Math.abs(last - before - by)).toBeLessThan(120);
    },
  );

  test('forward and back again: names go on, and rows before and after are all there', async () => {
    const directory = folder();
    const { running, set } = stepped(['record', 'cpurec', '20ms', '-o', directory]);
    const count = () => times(directory, 'cpurec').length;
    for (const [i, by] of [0, hour, 0, -hour, 0].entries()) {
      set(by);
      await until(() => lines(running.stderr()).length === i, `step ${i}`);
      const at = count();
      await until(() => count() > at + 10, `rows after step ${i}`);
    }
    expect(await running.stop()).toMatchObject({ status: 0 });
    expect(faultsIn(directory)).toEqual({});
  });

  test('back on stdout: no time twice, and rows again when the clock has caught up', async () => {
    const { running, set } = stepped(['record', 'cpurec', '20ms']);
    await until(() => lines(running.stdout()).length > 20, 'rows before the step');
    set(-2);
    await until(() => running.stderr() !== '', 'a line about the step');
    const at = lines(running.stdout()).length;
    await until(() => lines(running.stdout()).length > at + 20, 'rows after the step');
    const { stdout } = await running.stop();
    const table = tableOf(stdout);
    const all = column(table, 'time').filter((_, i) => column(table, 'device')[i] === 'cpu0');
    expect(all).toEqual([...new Set(all)].sort());
    expect(strange(table)).toEqual([]);
  });

  test('by less than a second: no word, no time twice', async () => {
    const directory = folder();
    const { running, set } = stepped(['record', 'cpurec', '20ms', '-o', directory]);
    const count = () => times(directory, 'cpurec').length;
    for (const by of [0, 0.4, -0.2, 0.3]) {
      set(by);
      const at = count();
      await until(() => count() > at + 20, 'rows after a small step');
    }
    expect(await running.stop()).toMatchObject({ status: 0, stderr: '' });
    expect(faultsIn(directory)).toEqual({});
    expect(filesOf(directory)).toHaveLength(1);
  });
});

describe('midnight', needs('faketime'), () => {
  test('the row of 00:00:00 is there, in the file of the new day, with a second before it and none missing', () => {
    const directory = folder();
    const under = [
      'env',
      'DONT_FAKE_MONOTONIC=1',
      'NO_FAKE_STAT=1',
      'TZ=UTC',
      find('faketime') ?? '',
      '-f',
      `@2027-02-28 23:59:${emulated ? 53 : 57}`,
    ];
    // An emulated Node takes seconds to start.
    const rows = emulated ? 9 : 5;
    expect(sdr(['record', 'sysrec', 'cpurec', '1', `${rows}`, '-o', directory], { under })).toMatchObject({
      status: 0,
      stderr: '',
    });
    const midnight = Date.UTC(2027, 2, 1) / 1000;
    for (const recorder of ['sysrec', 'cpurec']) {
      const [old, young] = [`${recorder}-20270228.csv`, `${recorder}-20270301.csv`].map((name) =>
        join(directory, name),
      );
      expect(filesOf(directory, recorder)).toEqual([old, young]);
      const tables = [old, young].map((file) => tableOf(read(file ?? '')));
      const found = tables.map((table) => [...new Set(column(table, 'time').map(Number))]);
      expect(found[1]?.[0]).toBe(midnight);
      const first = found[0]?.[0] ?? 0;
      expect(first).toBeLessThan(midnight);
      expect(found.flat()).toEqual(found.flat().map((_, i) => first + i));
      expect(found.flat()).toHaveLength(rows);
      expect(Number(column(tables[1] ?? { header: [], rows: [] }, 'interval_s')[0])).toBeCloseTo(1, 0);
    }
    expect(faultsIn(directory)).toEqual({});
  });
});

/** An emulated recorder does not keep up with 20 ms. */
const [ticks, tick] = emulated ? [100, 100] : [1000, 20];

test(`${ticks} ticks at ${tick} ms: every time on its multiple, none twice, and the gaps are those that -v counts`, () => {
  const directory = folder();
  const { status, stderr } = sdr(['record', 'sysrec', `${tick}ms`, `${ticks}`, '-o', directory, '-v']);
  expect(status).toBe(0);
  const all = times(directory, 'sysrec');
  expect(all).toHaveLength(ticks);
  for (const time of all) expect(time).toMatch(/^\d+\.\d[02468]0$/);
  const due = all.map((time) => Math.round((Number(time) * 1000) / tick));
  expect(due).toEqual([...new Set(due)].sort((a, b) => a - b));
  const gaps = (due.at(-1) ?? 0) - (due[0] ?? 0) + 1 - ticks;
  expect(stderr).toContain(` ${gaps} ticks missed\n`);
  const told = [...stderr.matchAll(/^sdr: (\d+) tick\(s\) missed$/gm)].map(([, count]) => Number(count));
  expect(told.reduce((sum, count) => sum + count, 0)).toBe(gaps);
}, 60_000);

test('a machine that is stopped for a while has a gap, not a burst', async () => {
  const directory = folder();
  const running = start(['record', 'cpurec', '50ms', '-o', directory, '-v']);
  await until(() => times(directory, 'cpurec').length > 5, 'rows');
  running.child.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = times(directory, 'cpurec').length;
  running.child.kill('SIGCONT');
  await until(() => times(directory, 'cpurec').length > before + 5, 'rows again');
  const end = await running.stop();
  const ticks = times(directory, 'cpurec').map((time) => Math.round(Number(time) * 20));
  const gaps = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) + 1 - ticks.length;
  expect(gaps).toBeGreaterThan(5);
  expect(end.stderr).toContain(` ${gaps} ticks missed\n`);
  expect(new Set(ticks).size).toBe(ticks.length);
  for (const file of filesOf(directory)) expect(strange(tableOf(read(file)))).toEqual([]);
});
