/** The RRDtool examples: an RRD holds what the cells hold, from files and from a live pipe, once, and unknown where nothing was measured. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { column, tableOf } from '../csv.ts';
import { needs } from '../needs.ts';
import { lines, output, run, until } from '../program.ts';
import { awks, damaged, examples, live, mean, place, pngSize, recorded, script, series } from './records.ts';

const name = 'cpu_pct';
let tenths = '';
let seconds = '';

beforeAll(() => {
  tenths = damaged(recorded(['cpurec'], '.1', 40)('cpurec'), name, [20, 24], 10);
  seconds = damaged(recorded(['cpurec'], '1', 6)('cpurec'), name, [9, 9], 3);
});

/** What an RRD holds of one data source, second by second; null where it is unknown. */
function held(file: string, source: string, from: number, to: number): Map<number, number | null> {
  const [heads = '', , ...rows] = lines(
    output(['rrdtool', 'fetch', file, 'AVERAGE', '--start', String(from - 1), '--end', String(to)], {
      env: { LC_ALL: 'C' },
    }),
  );
  const at = heads.trim().split(/\s+/).indexOf(source);
  expect(at).toBeGreaterThanOrEqual(0);
  return new Map(
    rows.map((row) => {
      const [time = '', ...values] = row.split(/[: ]+/);
      const value = Number(values[at]?.replace('-nan', 'NaN'));
      return [Number(time), Number.isNaN(value) ? null : value];
    }),
  );
}

/** The mean of each second that is over; null when it has samples but no values. */
function bySecond(points: readonly { time: string; cell: string }[]): Map<number, number | null> {
  const found = new Map<number, number[]>();
  const last = Number(points.at(-1)?.time);
  for (const { time, cell } of points) {
    const second = Math.ceil(Number(time));
    if (second > last) continue;
    found.set(second, [...(found.get(second) ?? []), ...(cell === '' ? [] : [Number(cell)])]);
  }
  return new Map([...found].map(([second, values]) => [second, values.length === 0 ? null : mean(values)]));
}

/** Each second of each device, in its RRD; the silences between are unknown by themselves. */
function check(directory: string, text: string): void {
  for (const [device, points] of series(text, name)) {
    const expected = bySecond(points);
    const [from = 0, to = 0] = [Math.min(...expected.keys()), Math.max(...expected.keys())];
    const theirs = held(join(directory, `cpurec-${device}.rrd`), name, from, to);
    for (const [i, [second, value]] of [...expected].entries()) {
      // After more than two steps without a sample rrdtool knows nothing of this one either.
      const silent = i > 0 && second - ([...expected.keys()][i - 1] ?? 0) > 2;
      if (value === null || silent) expect(theirs.get(second)).toBeNull();
      else expect(theirs.get(second)).toBeCloseTo(value, 6);
    }
  }
}

const quiet = { status: 0, stdout: '', stderr: '' };

describe.each(Object.keys(awks))('rrd-update.sh by %s', (awk) => {
  const directory = join(place, `rrd-${awk}`);
  const args = [directory, 'cpurec', '1', name, 'idle_pct'];

  test('keeps every second of each device, and U for an empty cell', needs('rrdtool', awk), () => {
    rmSync(directory, { recursive: true, force: true });
    expect(script('rrd-update.sh', args, seconds, awk)).toMatchObject(quiet);
    expect(readdirSync(directory).sort()).toEqual(
      [...series(seconds, name).keys()].map((each) => `cpurec-${each}.rrd`).sort(),
    );
    check(directory, seconds);
  });

  test('makes means of samples below a second', needs('rrdtool', awk), () => {
    rmSync(directory, { recursive: true, force: true });
    expect(script('rrd-update.sh', args, tenths, awk)).toMatchObject(quiet);
    check(directory, tenths);
  });

  test('goes on where it stopped, wherever that was, and adds nothing twice', needs('rrdtool', awk), () => {
    rmSync(directory, { recursive: true, force: true });
    const rows = lines(tenths);
    for (const stop of [8, 30, 31, rows.length, rows.length]) {
      expect(script('rrd-update.sh', args, `${rows.slice(0, stop).join('\n')}\n`, awk)).toMatchObject(quiet);
    }
    check(directory, tenths);
  });

  test('updates while its input goes on', needs('rrdtool', awk), async () => {
    rmSync(directory, { recursive: true, force: true });
    const { ended } = live([join(examples, 'rrd-update.sh'), ...args], seconds, awk);
    const files = [...series(seconds, name).keys()].map((device) => join(directory, `cpurec-${device}.rrd`));
    const last = column(tableOf(seconds), 'time').at(-1);
    const updated = (file: string): boolean => run(['rrdtool', 'last', file]).stdout === `${last}\n`;
    await until(() => files.every((file) => existsSync(file) && updated(file)), 'the last update of each device');
    expect(ended()).toBe(false);
  });
});

test(
  'a device whose name holds a slash or a colon has its RRD too, and a hostile one has none',
  needs('rrdtool'),
  () => {
    const directory = join(place, 'rrd-names');
    const good = 'time,mount,used_pct\n1795000000,/var/log,50.0\n1795000000,eth0:1,20.0\n';
    expect(script('rrd-update.sh', [directory, 'fsrec', '1', 'used_pct'], good)).toMatchObject(quiet);
    expect(readdirSync(directory).sort()).toEqual(['fsrec-%2Fvar%2Flog.rrd', 'fsrec-eth0:1.rrd']);
    const files = readdirSync(directory).map((file) => join(directory, file));
    const picture = join(place, 'names.png');
    expect(script('rrd-graph.sh', [picture, 'used_pct', '1794999990', '1795000010', ...files], '')).toMatchObject(
      quiet,
    );
    expect(pngSize(picture).width).toBeGreaterThan(800);
    const bad = `time,mount,used_pct\n1795000000,x' ; touch ${place}/hit ; ',50.0\n`;
    expect(script('rrd-update.sh', [directory, 'fsrec', '1', 'used_pct'], bad).status).toBe(1);
    expect(existsSync(join(place, 'hit'))).toBe(false);
    expect(readdirSync(directory)).toHaveLength(2);
  },
);

test('rrd-create.sh makes a rate of a counter and keeps days, weeks and years', needs('rrdtool'), () => {
  const file = join(place, 'made.rrd');
  const columns = ['context_switches_per_s', 'user_s_total', 'temp_c'];
  expect(script('rrd-create.sh', [file, '10', '--start', '1795000000', ...columns], '')).toMatchObject(quiet);
  const info = output(['rrdtool', 'info', file]);
  const said = (key: string): (string | undefined)[] =>
    [...info.matchAll(new RegExp(`\\.${key} = "?([^"\n]*)`, 'g'))].map(([, value]) => value);
  expect([...info.matchAll(/^ds\[(\w+)\]\.index/gm)].map(([, each]) => each)).toEqual([
    'context_switches',
    'user_s',
    'temp_c',
  ]);
  expect(said('type')).toEqual(['GAUGE', 'DDERIVE', 'GAUGE']);
  expect(said('minimal_heartbeat')).toEqual(['20', '20', '20']);
  expect(said('pdp_per_row')).toEqual(['1', '1', '6', '6', '360', '360']);
  output([
    'rrdtool',
    'update',
    file,
    '1795000010:1:10.5:-3',
    '1795000020:1:15.5:-3',
    '1795000030:1:0.5:-3',
    '1795000040:1:2.5:-3',
  ]);
  const user = held(file, 'user_s', 1795000020, 1795000040);
  expect([user.get(1795000020), user.get(1795000030), user.get(1795000040)]).toEqual([0.5, null, 0.2]);
});

test('rrd-graph.sh draws a PNG of all devices', needs('rrdtool'), () => {
  const directory = join(place, 'rrd-graph');
  expect(script('rrd-update.sh', [directory, 'cpurec', '1', name], tenths)).toMatchObject(quiet);
  const files = readdirSync(directory).map((file) => join(directory, file));
  const times = [...series(tenths, name).values()][0]?.map(({ time }) => Math.floor(Number(time))) ?? [];
  const picture = join(place, 'rrd.png');
  const range = [String(times[0]), String(times.at(-1))];
  expect(script('rrd-graph.sh', [picture, name, ...range, ...files], '')).toMatchObject(quiet);
  const { width, height } = pngSize(picture);
  expect(width).toBeGreaterThan(800);
  expect(height).toBeGreaterThan(220 + 10 * files.length);
  const { status, stderr } = script('rrd-graph.sh', [picture, 'nope', ...range, ...files], '');
  expect({ status, stderr }).toEqual({ status: 1, stderr: `rrd-graph.sh: no column nope in ${files[0]}\n` });
});
