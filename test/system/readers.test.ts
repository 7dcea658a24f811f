/** The files that the README's command leaves say the same to every tool: so many rows, this mean of a column by its name. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { column, faultsIn, filesOf, read, tableOf } from './csv.ts';
import { find, needs } from './needs.ts';
import { folder, output, sdr } from './program.ts';

const directory = join(tmpdir(), `sdr-readers-${process.pid}`);

/** A column that never is empty, of each recorder. */
const chosen = {
  sysrec: 'mem_used_bytes',
  cpurec: 'idle_pct',
  diskrec: 'written_bytes_per_s',
  nicrec: 'rx_bytes_per_s',
} as const;
const recorders = Object.keys(chosen) as (keyof typeof chosen)[];

interface Said {
  readonly rows: number;
  readonly mean: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Two numbers that a tool printed. */
function said(text: string): Said {
  const [rows = Number.NaN, mean = Number.NaN] = text.trim().split(/\s+/).map(Number);
  return { rows, mean };
}

const awk = 'NR==1{for(i=1;i<=NF;i++)c[$i]=i;next} {n++;s+=$c[name]} END{printf "%d %.9f\\n",n,s/n}';
const tools: Readonly<Record<string, (file: string, name: string) => [string, ...string[]]>> = {
  gawk: (file, name) => ['gawk', '-F,', '-v', `name=${name}`, awk, file],
  mawk: (file, name) => ['mawk', '-F,', '-v', `name=${name}`, awk, file],
  busybox: (file, name) => ['busybox', 'awk', '-F,', '-v', `name=${name}`, awk, file],
  'original-awk': (file, name) => ['original-awk', '-F,', '-v', `name=${name}`, awk, file],
  mlr: (file, name) => ['mlr', '--icsv', '--onidx', '--ofmt', '%.9f', 'stats1', '-a', 'count,mean', '-f', name, file],
  sqlite3: (file, name) => [
    'sqlite3',
    ':memory:',
    '-cmd',
    `.import --csv ${file} t`,
    `select count(*) || ' ' || printf('%.9f', avg(${name})) from t`,
  ],
  Rscript: (file, name) => [
    'Rscript',
    '-e',
    `d <- read.csv("${file}"); cat(nrow(d), sprintf("%.9f", mean(d[["${name}"]])))`,
  ],
  gnuplot: (file, name) => [
    'gnuplot',
    '-e',
    `set datafile separator ','; stats '${file}' using '${name}' nooutput; set print '-'; ` +
      `print sprintf('%d %.9f', STATS_records, STATS_mean)`,
  ],
  datamash: (file, name) => [
    'sh',
    '-c',
    `datamash -t, -R 9 --header-in count '${name}' mean '${name}' < '${file}' | tr , ' '`,
  ],
};

beforeAll(() => {
  mkdirSync(directory, { recursive: true });
  const end = sdr(['record', ...recorders, '1', '10', '-o', directory]);
  expect(end).toMatchObject({ status: 0, stdout: '', stderr: '' });
  return () => {
    output(['rm', '-rf', directory]);
  };
}, 60_000);

const fileOf = (recorder: string): string => {
  const files = filesOf(directory, `${recorder}-`);
  // At midnight there are two: one command reads one file.
  expect(files.length).toBeGreaterThan(0);
  return files.at(-1) ?? '';
};

const truth = (recorder: keyof typeof chosen): Said => {
  const cells = column(tableOf(read(fileOf(recorder))), chosen[recorder]);
  expect(cells.every((cell) => cell !== '')).toBe(true);
  return { rows: cells.length, mean: mean(cells.map(Number)) };
};

test('the command leaves a file for each recorder, with ten samples', () => {
  expect(faultsIn(directory)).toEqual({});
  for (const recorder of recorders) {
    const files = filesOf(directory, `${recorder}-`);
    const times = files.flatMap((file) => [...new Set(column(tableOf(read(file)), 'time'))]);
    expect(times).toHaveLength(10);
    for (const time of times) expect(time).toMatch(/^\d{10}$/);
  }
});

describe.each(Object.entries(tools))('%s', (tool, command) => {
  test.each(recorders)('reads %s as it is', needs(tool), (recorder) => {
    const { rows, mean } = said(output(command(fileOf(recorder), chosen[recorder]), { env: { LC_ALL: 'C' } }));
    const expected = truth(recorder);
    expect(rows).toBe(expected.rows);
    expect(mean).toBeCloseTo(expected.mean, 5);
  });
});

describe('rrdtool', needs('rrdtool'), () => {
  test.each(recorders)('takes every row of one device of %s, and has the same mean', (recorder) => {
    const at = folder();
    const table = tableOf(read(fileOf(recorder)));
    const devices = table.header.includes('device') ? column(table, 'device') : table.rows.map(() => '');
    const values = column(table, chosen[recorder]).filter((_, i) => devices[i] === devices[0]);
    const times = column(table, 'time').filter((_, i) => devices[i] === devices[0]);
    const start = Number(times[0]) - 1;
    const rrd = join(at, 'a.rrd');
    const commands = [
      `create ${rrd} --start ${start} --step 1 DS:a:GAUGE:5:U:U RRA:AVERAGE:0.5:1:100`,
      ...values.map((value, i) => `update ${rrd} ${times[i]}:${value === '' ? 'U' : value}`),
      `fetch ${rrd} AVERAGE --start ${start} --end ${times.at(-1)}`,
    ];
    writeFileSync(join(at, 'commands'), `${commands.join('\n')}\n`);
    const answer = output(['sh', '-c', `LC_ALL=C ${find('rrdtool')} - < ${join(at, 'commands')}`]);
    expect(existsSync(rrd)).toBe(true);
    expect(answer).not.toContain('ERROR');
    const fetched = new Map(
      [...answer.matchAll(/^(\d+): (\S+)$/gm)].map(([, time = '', value]) => [time, Number(value)]),
    );
    expect(times.length).toBeGreaterThan(1);
    // The first one has no step before it.
    for (const [i, time] of [...times.entries()].slice(1)) {
      const theirs = fetched.get(time) ?? Number.NaN;
      const ours = Number(values[i]);
      expect(Math.abs(theirs - ours)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(ours)));
    }
  });
});

test('R, mlr and gawk read a long file by device alike', needs('mlr', 'gawk', 'Rscript'), () => {
  const file = fileOf('cpurec');
  const sorted = (text: string): string[] => text.trim().split('\n').sort();
  const byMlr = sorted(output(['mlr', '--icsv', '--onidx', 'count', '-g', 'device', file]));
  const byR = sorted(
    output(['Rscript', '-e', `d <- read.csv("${file}"); t <- table(d$device); cat(paste(names(t), t), sep="\\n")`]),
  );
  const byAwk = sorted(output(['gawk', '-F,', 'NR>1{n[$2]++} END{for(d in n) print d, n[d]}', file]));
  expect(byR).toEqual(byMlr);
  expect(byAwk).toEqual(byMlr);
});
