/** The awk examples give what the same cells give here, in four awks. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { column, tableOf } from '../csv.ts';
import { needs } from '../needs.ts';
import { lines, output, until } from '../program.ts';
import type { Point } from './records.ts';
import { awks, damaged, examples, live, mean, numbers, place, recorded, series } from './records.ts';

const name = 'cpu_pct';
const file = join(place, 'cpurec.csv');
const env = { LC_ALL: 'C' };
let cpurec = '';

beforeAll(() => {
  cpurec = damaged(recorded(['cpurec'], '.1', 40)('cpurec'), name, [20, 24], 10);
  writeFileSync(file, cpurec);
});

describe.each(Object.entries(awks))('%s', (_, words) => {
  test('busiest.awk gives mean and maximum of each device, the busiest first', needs(words[0]), () => {
    const said = tableOf(output([...words, '-v', `column=${name}`, '-f', `${examples}/busiest.awk`, file], { env }));
    expect(said.header).toEqual(['device', 'rows', 'mean', 'max', 'max_time']);
    const means = column(said, 'mean').map(Number);
    expect(means).toEqual([...means].sort((a, b) => b - a));
    const expected = series(cpurec, name);
    expect(new Set(column(said, 'device'))).toEqual(new Set(expected.keys()));
    for (const [device = '', rows, average, max, time] of said.rows) {
      const points = expected.get(device) ?? [];
      const values = numbers(points);
      expect(Number(rows)).toBe(values.length);
      expect(Math.abs(Number(average) - mean(values))).toBeLessThan(0.0051);
      expect(Number(max)).toBe(Math.max(...values));
      expect(time).toBe(points.find(({ cell }) => cell !== '' && Number(cell) === Math.max(...values))?.time);
    }
  });

  test('busiest.awk reads files of different headers, and a recorder without devices', needs(words[0]), () => {
    const older = join(place, 'older.csv');
    writeFileSync(older, `time,${name}\n1,50.00\n2,\n`);
    const newer = join(place, 'newer.csv');
    writeFileSync(newer, `time,other,${name}\n3,9,100.00\n`);
    const said = output([...words, '-v', `column=${name}`, '-f', `${examples}/busiest.awk`, older, newer], { env });
    expect(lines(said)[1]).toBe('all,2,75.00,100.00,3');
  });

  test('live.awk says when a device is above the limit for three rows, and when no longer', needs(words[0]), () => {
    const values = [...series(cpurec, name).values()].flatMap(numbers).sort((a, b) => a - b);
    const above = values[Math.floor(values.length / 2)] ?? 0;
    const options = ['-v', `column=${name}`, '-v', `above=${above}`, '-v', 'rows=3', '-f', `${examples}/live.awk`];
    const said = lines(output([...words, ...options, file], { env }));
    const expected = [...series(cpurec, name)].flatMap(([device, points]) =>
      alarms(points, above, 3).map(({ time, cell, text }) => `${time} ${device} ${name} ${cell}: ${text}`),
    );
    expect([...said].sort()).toEqual(expected.sort());
    expect(said.map((line) => line.split(' ')[0])).toEqual(said.map((line) => line.split(' ')[0]).sort());
  });

  test('live.awk says so while its input goes on', needs(words[0]), async () => {
    const options = ['-v', `column=${name}`, '-v', 'above=-1', '-f', `${examples}/live.awk`];
    const { said, ended } = live([...words, ...options], `${lines(cpurec).slice(0, 2).join('\n')}\n`);
    await until(() => said().endsWith('above -1 for 1 row\n'), 'an alarm');
    expect(ended()).toBe(false);
  });
});

/** What live.awk has to say of one device. */
function alarms(points: readonly Point[], above: number, rows: number) {
  const said: (Point & { text: string })[] = [];
  let high = 0;
  for (const { time, cell } of points.filter(({ cell }) => cell !== '')) {
    const was = high;
    high = Number(cell) > above ? high + 1 : 0;
    if (high === rows) said.push({ time, cell, text: `above ${above} for ${rows} rows` });
    if (high === 0 && was >= rows) said.push({ time, cell, text: `no longer above ${above}` });
  }
  return said;
}
