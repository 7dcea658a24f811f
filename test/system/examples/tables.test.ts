/** The Miller and SQLite examples give what the same cells give here; an empty cell is no number anywhere. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { column, tableOf } from '../csv.ts';
import { needs } from '../needs.ts';
import { lines, output } from '../program.ts';
import type { Point } from './records.ts';
import { damaged, examples, mean, numbers, place, recorded, script, series } from './records.ts';

const name = 'cpu_pct';
let cpurec = '';
let sysrec = '';

beforeAll(() => {
  const of = recorded(['cpurec', 'sysrec'], '.1', 40);
  cpurec = damaged(of('cpurec'), name, [20, 24], 10);
  sysrec = of('sysrec');
});

describe('Miller', needs('mlr'), () => {
  test('stats.sh gives count, mean, p95 and maximum of each device', () => {
    const { status, stdout, stderr } = script('stats.sh', [name, 'idle_pct'], cpurec);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const said = tableOf(stdout);
    expect(said.rows).toHaveLength(series(cpurec, name).size);
    for (const each of [name, 'idle_pct']) {
      for (const [i, [device, points]] of [...series(cpurec, each)].entries()) {
        const of = (statistic: string): number => Number(column(said, `${each}_${statistic}`)[i]);
        const values = numbers(points).sort((a, b) => a - b);
        expect(column(said, 'device')[i]).toBe(device);
        expect(of('count')).toBe(values.length);
        expect(of('mean')).toBeCloseTo(mean(values), 9);
        expect(of('max')).toBe(values.at(-1));
        expect(of('p95')).toBe(values[Math.floor(0.95 * values.length)]);
      }
    }
  });

  test('wide.sh makes a column of each device, and leaves empty what was not measured', () => {
    const { status, stdout, stderr } = script('wide.sh', [name], cpurec);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const said = tableOf(stdout);
    const expected = series(cpurec, name);
    expect(said.header).toEqual(['time', ...expected.keys()]);
    for (const [device, points] of expected) {
      expect(column(said, 'time')).toEqual(points.map(({ time }) => time));
      expect(column(said, device)).toEqual(points.map(({ cell }) => cell));
    }
  });

  test('wide.sh leaves empty where a device was not there', () => {
    const last = lines(cpurec).at(-1) ?? '';
    const { stdout } = script('wide.sh', [name], `${cpurec}${last.replace(/,[^,]*/, ',late')}\n`);
    const said = tableOf(stdout);
    const cell = series(cpurec, name)
      .get(last.split(',')[1] ?? '')
      ?.at(-1)?.cell;
    expect(column(said, 'late')).toEqual(said.rows.map((_, i) => (i === said.rows.length - 1 ? cell : '')));
  });

  test('wide.sh refuses a recorder without devices', () => {
    const { status, stderr } = script('wide.sh', [name], sysrec);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'wide.sh: no devices here: this recorder has one row a sample\n',
    });
  });
});

describe('SQLite', needs('sqlite3'), () => {
  const database = join(place, 'sdr.db');
  const query = (sql: string): string[][] => lines(output(['sqlite3', database, sql])).map((row) => row.split('|'));

  beforeAll(() => {
    // Twice: the view is made anew, nothing is there twice.
    for (const _ of [1, 2]) {
      const { status, stdout, stderr } = script('sqlite.sh', [database, 'cpurec'], cpurec);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    }
  });

  test('sqlite.sh makes numbers of numbers and NULL of empty cells', () => {
    const kinds = `sum(typeof(${name}) in ('integer', 'real')), sum(${name} is null), sum(typeof(device) = 'text')`;
    for (const [device = '', count, average, known, blank, texts] of query(
      `select device, count(${name}), avg(${name}), ${kinds} from cpurec group by device`,
    )) {
      const points = series(cpurec, name).get(device) ?? [];
      expect(Number(count)).toBe(numbers(points).length);
      expect(Number(average)).toBeCloseTo(mean(numbers(points)), 9);
      expect(Number(known)).toBe(numbers(points).length);
      expect(Number(blank)).toBe(points.length - numbers(points).length);
      expect(Number(texts)).toBe(points.length);
    }
    const times = column(tableOf(cpurec), 'time');
    const utc = times.map((time) => new Date(Number(time) * 1000).toISOString().replace('T', ' ').replace('Z', ''));
    expect(query('select time, utc from cpurec').map(([time, said]) => [Number(time), said])).toEqual(
      times.map((time, i) => [Number(time), utc[i]]),
    );
  });

  test('minutes.sql gives count, mean and maximum of each minute and processor', () => {
    const said = lines(output(['sh', '-c', `sqlite3 -csv '${database}' < '${examples}/minutes.sql'`]));
    const minuteOf = ({ time }: Point): string => `${new Date(Number(time) * 1000).toISOString().slice(0, 16)}Z`;
    const expected = [...series(cpurec, name)].flatMap(([device, points]) =>
      [...new Set(points.map(minuteOf))].map((at) => {
        return { at, device, values: numbers(points.filter((point) => minuteOf(point) === at)) };
      }),
    );
    expect(said).toHaveLength(expected.length);
    for (const { at, device, values } of expected) {
      const [, , count, average, max] = said.find((row) => row.startsWith(`${at},${device},`))?.split(',') ?? [];
      expect(Number(count)).toBe(values.length);
      expect(Math.abs(Number(average) - mean(values))).toBeLessThan(0.0051);
      expect(Number(max)).toBe(Math.max(...values));
    }
  });
});
