/** `sdr rates`: from the counters of a recording, the rows that it would have written instead. */
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { rates } from '../../src/commands/rates.ts';
import { SdrError } from '../../src/errors.ts';
import type { Format } from '../../src/format.ts';
import { formats } from '../../src/format.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import type { Recorder } from '../../src/recorder.ts';
import { replay, stepsOf } from '../../src/replay.ts';
import { isDifference } from '../../src/schema.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';
import { folder, ran } from '../read/world.ts';

const fixtures = new URL('../../fixtures', import.meta.url).pathname;

/** What `sdr record` would have written of a tape. */
function recorded(recorder: Recorder, tape: string, counters: boolean): string {
  const view = viewOf(recorder, { counters });
  const csv = (formats['csv'] as () => Format)();
  const out = new Text();
  out.ascii(csv.head(view));
  replay(stepsOf(nodeEngine().files, tape), {
    recorders: [recorder],
    view: () => view,
    wanted: () => () => true,
    warn: () => {},
    rows: (batch) => csv.rows(batch, out),
  });
  return Buffer.from(out.view()).toString('latin1');
}

async function ratesOf(file: string, text: string, values = {}): Promise<{ out: string; err: string }> {
  return ran(rates, [`${folder({ [file]: text })}/${file}`], values);
}

/** Situations whose counters were counted by a kernel with an `unsigned long` of 32 bits, which a file cannot tell. */
const narrow = new Set(['32-bit-wrap', '32-bit-kernel']);
/** An empty loop device is a base that no row shows: its first row has gauges only. */
const unshown = new Set(['loop-devices']);

const differencing = recorders.filter(({ columns }) => Object.values(columns).some(isDifference));

describe.each(differencing.map((recorder) => [recorder.name, recorder] as const))('%s', (name, recorder) => {
  const tapes = existsSync(`${fixtures}/${name}`) ? readdirSync(`${fixtures}/${name}`) : [];
  test.each(tapes.filter((each) => !unshown.has(each)))('%s gives the rows of a recording', async (situation) => {
    const tape = `${fixtures}/${name}/${situation}`;
    const ulong = narrow.has(situation) ? '32' : '64';
    const { out } = await ratesOf('x.csv', recorded(recorder, tape, true), { ulong });
    expect(out).toBe(recorded(recorder, tape, false));
  });
});

test('a device whose base no row shows has no rates in its first row', async () => {
  const diskrec = recorders.find(({ name }) => name === 'diskrec') as Recorder;
  const tape = `${fixtures}/diskrec/loop-devices`;
  const { out } = await ratesOf('x.csv', recorded(diskrec, tape, true));
  const [wanted, found] = [recorded(diskrec, tape, false), out].map((text) => text.split('\n'));
  const other = wanted?.filter((line, i) => line !== found?.[i]);
  expect(other).toHaveLength(1);
  expect(found?.find((line) => line.includes(',loop1,'))).toMatch(/,loop1,,*0,*$/);
});

/** A nicrec file of two counters. */
const head = 'time,device,interval_s,rx_bytes_total,link_up\n';
type Counted = readonly [time: number, device: string, interval: string, bytes: number | string];
const file = (...rows: Counted[]): string =>
  head + rows.map(([time, device, interval, bytes]) => `${time},${device},${interval},${bytes},1\n`).join('');

/** `time device interval rate link_up` of each row. */
async function shortly(files: Readonly<Record<string, string>>, values = {}): Promise<readonly string[]> {
  const { out } = await ran(rates, [folder(files), 'nicrec'], values);
  const [names = [], ...rows] = out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const places = ['time', 'device', 'interval_s', 'rx_bytes_per_s', 'link_up'].map((name) => names.indexOf(name));
  return rows.map((cells) => places.map((place) => cells[place] || '-').join(' '));
}

const day = 1_795_219_200;

describe('chains', () => {
  test('the first sample of a file is a base, wherever its own base was', async () => {
    const text = file([day, 'a', '1.000', 100], [day + 1, 'a', '1.000', 300]);
    expect(await shortly({ 'nicrec-20261121.csv': text })).toEqual([`${day + 1} a 1.000 200.00 1`]);
  });

  test('the width of the interval divides, not that of the times', async () => {
    const text = file([day, 'a', '', 0], [day + 1, 'a', '1.250', 100]);
    expect(await shortly({ 'nicrec-20261121.csv': text })).toEqual([`${day + 1} a 1.250 80.00 1`]);
  });

  test('a chain goes on in the next file', async () => {
    const midnight = day + 86_400;
    const files = {
      'nicrec-20261121.csv': file([midnight - 1, 'a', '', 100]),
      'nicrec-20261122.csv': file([midnight, 'a', '1.000', 107]),
    };
    expect(await shortly(files)).toEqual([`${midnight} a 1.000 7.00 1`]);
  });

  test('a device that comes has gauges first; one that was away begins again', async () => {
    const text = file(
      [day, 'a', '', 0],
      [day + 1, 'a', '1.000', 1],
      [day + 1, 'b', '', 50],
      [day + 2, 'a', '1.000', 3],
      [day + 3, 'a', '1.000', 6],
      [day + 3, 'b', '', 90],
      [day + 4, 'a', '1.000', 10],
      [day + 4, 'b', '1.000', 95],
    );
    expect((await shortly({ 'nicrec-20261121.csv': text })).map((row) => row.slice(String(day).length + 1))).toEqual([
      'a 1.000 1.00 1',
      'b - - 1',
      'a 1.000 2.00 1',
      'a 1.000 3.00 1',
      'b - - 1',
      'a 1.000 4.00 1',
      'b 1.000 5.00 1',
    ]);
  });

  test('a restart is a base, in the same file too', async () => {
    const text = file(
      [day, 'a', '', 0],
      [day + 1, 'a', '1.000', 1],
      [day + 9, 'a', '', 70],
      [day + 10, 'a', '1.000', 75],
    );
    expect(await shortly({ 'nicrec-20261121.csv': text })).toEqual([
      `${day + 1} a 1.000 1.00 1`,
      `${day + 10} a 1.000 5.00 1`,
    ]);
  });

  test('rows that a full disk took are no spike', async () => {
    const lost = file([day, 'a', '', 0], [day + 600, 'a', '1.000', 60_000], [day + 601, 'a', '1.000', 60_100]);
    const one = file(
      [day, 'a', '', 0],
      [day + 1, 'a', '1.001', 100],
      [day + 3, 'a', '1.001', 300],
      [day + 4, 'a', '0.998', 400],
    );
    expect(await shortly({ 'nicrec-20261121.csv': lost })).toEqual([`${day + 601} a 1.000 100.00 1`]);
    expect((await shortly({ 'nicrec-20261121.csv': one })).map((row) => row.split(' ')[0])).toEqual([
      String(day + 1),
      String(day + 4),
    ]);
  });

  test('late samples are no gap', async () => {
    const text = file([day, 'a', '', 0], [day + 10, 'a', '14.000', 14], [day + 20, 'a', '6.000', 20]);
    expect(await shortly({ 'nicrec-20261121.csv': text })).toHaveLength(2);
  });

  test('a counter that ran backwards gives no rate; 32 bits wrap when the kernel had them', async () => {
    const text = file([day, 'a', '', 4_294_967_290], [day + 1, 'a', '1.000', 4]);
    expect(await shortly({ 'nicrec-20261121.csv': text })).toEqual([`${day + 1} a 1.000 - 1`]);
    expect(await shortly({ 'nicrec-20261121.csv': text }, { ulong: '32' })).toEqual([`${day + 1} a 1.000 10.00 1`]);
  });

  test('differences beyond 2^53 are exact', async () => {
    const text = file([day, 'a', '', '9223372036854775800'], [day + 1, 'a', '1.000', '9223372036854775807']);
    expect(await shortly({ 'nicrec-20261121.csv': text })).toEqual([`${day + 1} a 1.000 7.00 1`]);
  });

  test('a missing cell is an empty one', async () => {
    const text = file([day, 'a', '', 5], [day + 1, 'a', '1.000', ''], [day + 2, 'a', '1.000', 9]);
    expect(await shortly({ 'nicrec-20261121.csv': text })).toEqual([
      `${day + 1} a 1.000 - 1`,
      `${day + 2} a 1.000 - 1`,
    ]);
  });

  test('round(rate × interval_s) is what was counted', async () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 0, max: 2 ** 40 })), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        let time = day * 1000;
        let total = 0;
        const rows: string[] = [`${day}.000,a,,0,1\n`];
        for (const [ms, grown] of list) {
          time += ms;
          total += grown;
          rows.push(`${(time / 1000).toFixed(3)},a,${(ms / 1000).toFixed(3)},${total},1\n`);
        }
        const found = await shortly({ 'nicrec-20261121.csv': head + rows.join('') });
        const counts = found.map((row) => Math.round(Number(row.split(' ')[2]) * Number(row.split(' ')[3])));
        expect(counts).toEqual(list.map(([, grown]) => grown));
      }),
      { numRuns: 40 },
    );
  });
});

describe('what cannot be', () => {
  test('a recorder of nothing but levels', async () => {
    const { header } = viewOf(recorders.find(({ name }) => name === 'selfrec') as Recorder, { counters: true });
    expect(await refused(`${header}\n`, 'selfrec-20261121.csv')).toMatch(/^usage: .*: selfrec has no rates$/);
  });

  async function refused(text: string, name = 'x.csv'): Promise<string> {
    try {
      await ratesOf(name, text);
    } catch (error) {
      if (error instanceof SdrError) return `${error.exit}: ${error.message}`;
      throw error;
    }
    return 'nothing';
  }

  test('a file of rates, one without intervals, and one of nobody', async () => {
    expect(await refused('time,device,interval_s,cpu_pct\n')).toMatch(/^usage: .* it has rates already \(cpu_pct\)/);
    expect(await refused('time,device,rx_bytes_total\n')).toMatch(/^usage: .* it has no interval_s/);
    expect(await refused('time,a,b\n')).toMatch(/^usage: .*x\.csv has the columns of no recorder$/);
    expect(await refused('time,x\n', 'toyrec-20261121.csv')).toMatch(/^usage: Unknown recorder "toyrec"/);
  });

  test('files of rates among counters are left out with a warning', async () => {
    const root = folder({
      'nicrec-20261120.csv': `${viewOf(recorders.find(({ name }) => name === 'nicrec') as Recorder).header}\n`,
      'nicrec-20261121.csv': file([day, 'a', '', 1], [day + 1, 'a', '1.000', 2]),
    });
    const { exit, out, err } = await ran(rates, [root]);
    expect(exit).toBe('done');
    expect(out.split('\n')).toHaveLength(3);
    expect(err).toMatch(/^sdr: No rates from .*20261120\.csv: it has rates already .* left out\n$/);
  });

  test('samples that do not follow one another are told', async () => {
    const { out, err } = await ratesOf('x.csv', file([day, 'a', '', 1], [day + 60, 'a', '', 2]));
    expect(out.split('\n')).toHaveLength(2);
    expect(err).toBe('sdr: No rates: no sample follows another of the same recording\n');
  });
});
