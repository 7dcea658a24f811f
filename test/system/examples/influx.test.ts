/** influx.sh: a point for each row and a field for each cell that is not empty, and a real InfluxDB has the same means. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { column, tableOf } from '../csv.ts';
import { needs } from '../needs.ts';
import { lines, until } from '../program.ts';
import { awks, damaged, examples, live, mean, numbers, place, recorded, script, series, served } from './records.ts';

const name = 'cpu_pct';
const recorders = ['sysrec', 'cpurec', 'nicrec'];
let of: (recorder: string) => string;
let cpurec = '';

beforeAll(() => {
  of = recorded(recorders, '.1', 20);
  cpurec = damaged(of('cpurec'), name, [8, 9], 5);
});

interface LinePoint {
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly time: string;
}

/** One line of the line protocol, strictly: no escapes, numbers only. */
function pointOf(line: string): LinePoint {
  const found = /^([a-z]+)((?:,[a-z]+=[^,= ]+)*) ((?:[a-z0-9_]+=-?\d+(?:\.\d+)?,?)+)(?<!,) (\d+)$/.exec(line);
  if (!found) throw new Error(`This is no point: ${line}`);
  const [, , tags = '', fields = '', time = ''] = found;
  const pairs = (text: string) =>
    Object.fromEntries(
      text
        .split(',')
        .filter(Boolean)
        .map((pair) => pair.split('=')),
    );
  return { tags: pairs(tags), fields: pairs(fields), time };
}

describe.each(Object.keys(awks))('influx.sh by %s', (awk) => {
  test.each(recorders)('writes a point for each row of %s, without the empty cells', needs(awk), (recorder) => {
    const text = recorder === 'cpurec' ? cpurec : of(recorder);
    const { status, stdout, stderr } = script('influx.sh', [recorder, 'host=a'], text, awk);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { header, rows } = tableOf(text);
    const expected = rows.map((row): LinePoint => {
      const cells = header.map((each, i): [string, string] => [each, row[i] ?? '']).filter(([, cell]) => cell !== '');
      const fields = cells.filter(([each]) => each !== 'time' && each !== 'device');
      const device = cells.filter(([each]) => each === 'device');
      const tags = Object.fromEntries([['host', 'a'], ...device]);
      return { tags, fields: Object.fromEntries(fields), time: (row[0] ?? '').replace('.', '') };
    });
    expect(lines(stdout).map(pointOf)).toEqual(expected);
  });

  test('writes whole seconds where it is told to, and refuses others', needs(awk), () => {
    const whole = 'time,device,a_pct,state\n1795000000,cpu0,1.5,r\n1795000001,cpu0,,\n1795000002.000,cpu0,2.5,\n';
    expect(script('influx.sh', ['-p', 's', 'cpurec'], whole, awk)).toMatchObject({
      status: 0,
      stdout: 'cpurec,device=cpu0 a_pct=1.5,state="r" 1795000000\ncpurec,device=cpu0 a_pct=2.5 1795000002\n',
    });
    const { status, stdout, stderr } = script('influx.sh', ['-p', 's', 'cpurec'], whole.replace('2.000', '2.100'), awk);
    expect({ status, lines: lines(stdout).length }).toEqual({ status: 1, lines: 1 });
    expect(stderr).toBe('influx.sh: cannot write 1795000002.100 in seconds: leave out -p s\n');
  });

  test('writes while its input goes on', needs(awk), async () => {
    const { said, ended } = live([join(examples, 'influx.sh'), 'cpurec'], cpurec, awk);
    await until(() => said().endsWith('\n'), 'a point');
    expect(ended()).toBe(false);
  });

  test('escapes tags', needs(awk), () => {
    const text = 'time,device,a\n1795000000,b c=d,1\n';
    const { stdout } = script('influx.sh', ['other', 'host=x y,z=1'], text, awk);
    expect(stdout).toBe('other,host=x\\ y\\,z\\=1,device=b\\ c\\=d a=1 1795000000000\n');
  });
});

describe('InfluxDB', needs('influxd'), () => {
  test('takes the points and has the same number and mean of each device', async () => {
    const at = join(place, 'influx');
    const config = `reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${at}/meta"
[data]
  dir = "${at}/data"
  wal-dir = "${at}/wal"
[http]
  bind-address = "127.0.0.1:0"
[monitor]
  store-enabled = false
`;
    mkdirSync(at);
    writeFileSync(join(at, 'config'), config);
    const server = await served(['influxd', '-config', join(at, 'config')], /Listening on HTTP.* addr=([\d.:]+)/);
    const ask = async (method: string, query: string): Promise<unknown> => {
      const answer = await fetch(`${server}/query?${new URLSearchParams({ db: 'sdr', q: query })}`, { method });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    await ask('POST', 'create database sdr');
    const points = script('influx.sh', ['cpurec', 'host=a b'], cpurec).stdout;
    const written = await fetch(`${server}/write?db=sdr&precision=ms`, { method: 'POST', body: points });
    expect([written.status, await written.text()]).toEqual([204, '']);

    const said = await ask(
      'GET',
      `select count(${name}), mean(${name}), min(idle_pct) from cpurec group by device, host`,
    );
    const expected = [...series(cpurec, name)].map(([device, points]) => ({
      name: 'cpurec',
      tags: { device, host: 'a b' },
      columns: ['time', 'count', 'mean', 'min'],
      values: [
        [
          expect.anything(),
          numbers(points).length,
          expect.closeTo(mean(numbers(points)), 9),
          Math.min(...numbers(series(cpurec, 'idle_pct').get(device) ?? [])),
        ],
      ],
    }));
    expect(said).toEqual({
      results: [{ statement_id: 0, series: expected.sort((a, b) => (a.tags.device < b.tags.device ? -1 : 1)) }],
    });
    const range = (await ask('GET', `select first(idle_pct) from cpurec`)) as {
      results: [{ series: [{ values: [[string]] }] }];
    };
    expect(Date.parse(range.results[0].series[0].values[0][0]) / 1000).toBe(Number(column(tableOf(cpurec), 'time')[0]));
  });
});
