/** `sdr stats`: recorded columns in a few numbers that are right. */
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Values } from '../../src/command.ts';
import { stats } from '../../src/commands/stats.ts';
import { SdrError } from '../../src/errors.ts';
import { windows } from '../../src/windows.ts';
import { folder, ran } from '../read/world.ts';
import { needs } from '../system/needs.ts';

const head = 'time,device,interval_s,cpu_pct,mhz\n';
const header = 'time,device,column,count,min,mean,max,sum,last,p50,p95,p99,gaps\n';
/** 2026-11-21T00:00Z. */
const day = 1_795_219_200;
const row = (time: number, cell = '1.00', device = 'cpu0') => `${time},${device},1.000,${cell},2400\n`;

/** Statistics of one file of this text. */
async function statsOf(text: string, columns: readonly string[] = ['cpu_pct'], values: Values = {}) {
  return ran(stats, [`${folder({ 'x.csv': text })}/x.csv`, ...columns], values);
}

/** One column of the rows printed. */
function columnOf(out: string, name: string): string[] {
  const [names = '', ...rows] = out.trimEnd().split('\n');
  const at = names.split(',').indexOf(name);
  return rows.map((line) => line.split(',')[at] ?? 'none');
}

async function refused(words: readonly string[], values: Values = {}): Promise<string> {
  try {
    await ran(stats, words, values);
  } catch (error) {
    if (error instanceof SdrError) return `${error.exit}: ${error.message}`;
    throw error;
  }
  return 'nothing';
}

describe('statistics', () => {
  test('of each column of each device, but time and key', async () => {
    const text = `${head}${row(day, '1.25')}${row(day, '99.00', 'cpu1')}${row(day + 1, '3.00')}${row(day + 1, '', 'cpu1')}`;
    const { exit, out, err } = await statsOf(text, []);
    expect({ exit, err }).toEqual({ exit: 'done', err: '' });
    expect(out).toBe(
      `${header}${day},cpu0,interval_s,2,1.000,1.00000,1.000,2.000,1.000,1.000,1.000,1.000,0\n` +
        `${day},cpu0,cpu_pct,2,1.25,2.1250,3.00,4.25,3.00,3.00,3.00,3.00,0\n` +
        `${day},cpu0,mhz,2,2400,2400.00,2400,4800,2400,2400,2400,2400,0\n` +
        `${day},cpu1,interval_s,2,1.000,1.00000,1.000,2.000,1.000,1.000,1.000,1.000,0\n` +
        `${day},cpu1,cpu_pct,1,99.00,99.0000,99.00,99.00,99.00,99.00,99.00,99.00,0\n` +
        `${day},cpu1,mhz,2,2400,2400.00,2400,4800,2400,2400,2400,2400,0\n`,
    );
  });

  test('of a recorder of one thing have no key', async () => {
    const { out } = await statsOf(`time,interval_s,cpu_pct\n${day},1.000,-0.50\n${day + 1},1.000,0.25\n`);
    expect(out.split('\n')[0]).toBe(header.trimEnd().replace('device,', ''));
    expect(out.split('\n')[1]).toBe(`${day},cpu_pct,2,-0.50,-0.1250,0.25,-0.25,0.25,0.25,0.25,0.25,0`);
  });

  test('of a column without a value are a count of 0', async () => {
    const { out } = await statsOf(`${head}${row(day, '')}${row(day + 1, '')}`);
    expect(out).toBe(`${header}${day},cpu0,cpu_pct,0,,,,,,,,,0\n`);
  });

  test('of no rows are the header', async () => {
    expect(await statsOf(head)).toMatchObject({ exit: 'done', out: header, err: '' });
    expect(await statsOf(head, [], { every: '5m' })).toMatchObject({ exit: 'done', out: header });
    expect((await statsOf(head, [], { lmo: true })).out).toBe(header.replace('time,', 'time,window,'));
  });

  test('of gigabytes are exact: sums beyond 2^53', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${day + i},a,1.000,4503599627370496,1\n`);
    const { out } = await statsOf(head.replace('cpu_pct', 'x') + rows.join(''), ['x']);
    expect(columnOf(out, 'sum')).toEqual(['13510798882111488000']);
    expect(columnOf(out, 'mean')).toEqual(['4503599627370496.00']);
  });

  test('percentiles can be others, in order of size', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => row(day + i, (((i * 7) % 1000) / 100).toFixed(2)));
    const { out } = await statsOf(head + rows.join(''), ['cpu_pct'], { percentiles: ['99.9,0', '25'] });
    expect(out.split('\n')[0]).toBe(header.trimEnd().replace('p50,p95,p99', 'p0,p25,p99.9'));
    expect(['p0', 'p25', 'p99.9'].flatMap((name) => columnOf(out, name)).map(Number)).toEqual([0, 2.5, 9.99]);
  });

  test('gaps are places where rows of a device are missing', async () => {
    const times = [0, 1, 2, 3, 5, 6, 20, 21];
    const { out } = await statsOf(head + times.map((s) => row(day + s) + row(day + s, '1.00', 'cpu1')).join(''));
    expect(columnOf(out, 'gaps')).toEqual(['2', '2']);
  });
});

describe('a counter', () => {
  const file = (...values: readonly string[]) =>
    `time,device,interval_s,rx_bytes_total\n${values.map((value, i) => `${day + i},eth0,1.000,${value}\n`).join('')}`;

  test('has its growth as its sum, without what ran backwards, and no middle', async () => {
    const { out } = await statsOf(file('100', '150', '', '170', '5', '25'), ['rx_bytes_total']);
    expect(out.split('\n')[1]).toBe(`${day},eth0,rx_bytes_total,5,5,,170,90,25,,,,0`);
  });

  test('is exact beyond 2^53', async () => {
    const { out } = await statsOf(file('18446744073709551600', '18446744073709551615'), ['rx_bytes_total']);
    expect(out.split('\n')[1]).toBe(
      `${day},eth0,rx_bytes_total,2,18446744073709551600,,18446744073709551615,15,18446744073709551615,,,,0`,
    );
  });

  test('grows from window to window without loss', async () => {
    const { out } = await statsOf(file('100', '150', '170', '200'), ['rx_bytes_total'], { every: '2' });
    expect(columnOf(out, 'sum')).toEqual(['50', '50']);
  });

  test('of which one value is known has not grown', async () => {
    expect(columnOf((await statsOf(file('7'), ['rx_bytes_total'])).out, 'sum')).toEqual(['']);
  });
});

describe('text', () => {
  test('is counted, with the last one, which never needs quotes', async () => {
    const text = `time,device,state\n${day},a,run\n${day},b,=1\n${day + 60},a,"ACME ""X"", 2"\n${day + 60},b,-r---b\n`;
    const { out } = await statsOf(text, []);
    expect(out).toBe(`${header}${day},a,state,2,,,,,ACME%20%22X%22%2C%202,,,,0\n${day},b,state,2,,,,,%2Dr---b,,,,0\n`);
  });

  test('among numbers is left out with a warning', async () => {
    const { exit, out, err } = await statsOf(`${head}${row(day)}${row(day + 1, 'n/a')}${row(day + 2, '3.00')}`);
    expect({ exit, err }).toEqual({ exit: 'done', err: 'sdr: Cells of cpu_pct that are no numbers are left out\n' });
    expect(columnOf(out, 'count')).toEqual(['2']);
  });
});

describe('windows', () => {
  test('are aligned to multiples in UTC; one without rows is left out', async () => {
    const text = head + [299, 300, 301, 1200].map((s) => row(day + s, `${s}.00`)).join('');
    const { out } = await statsOf(text, ['cpu_pct'], { every: '5m' });
    expect(columnOf(out, 'time')).toEqual([day, day + 300, day + 1200].map(String));
    expect(columnOf(out, 'sum')).toEqual(['299.00', '601.00', '1200.00']);
    expect(columnOf(out, 'gaps')).toEqual(['0', '0', '1']);
  });

  test('hold the devices that had rows in them', async () => {
    const text = head + row(day) + row(day, '2.00', 'cpu1') + row(day + 60);
    const { out } = await statsOf(text, ['cpu_pct'], { every: '1m' });
    expect(columnOf(out, 'device')).toEqual(['cpu0', 'cpu1', 'cpu0']);
  });

  test('of less than a second have times with decimals', async () => {
    const text = `${head}${row(day)}`.replace(`${day},`, `${day}.700,`);
    expect(columnOf((await statsOf(text, ['cpu_pct'], { every: '500ms' })).out, 'time')).toEqual([`${day}.500`]);
  });

  test('add up to the whole, however long they are', async () => {
    const cells = fc.array(fc.tuple(fc.nat(90), fc.nat(10_000)), { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(cells, fc.integer({ min: 1, max: 600 }), async (steps, every) => {
        let time = day;
        const rows = steps.map(([step, units]) => {
          time += step;
          return row(time, (units / 100).toFixed(2));
        });
        const root = folder({ 'x.csv': head + rows.join('') });
        const [whole, parts] = await Promise.all(
          [{}, { every: `${every}s` }].map((values) => ran(stats, [`${root}/x.csv`, 'cpu_pct'], values)),
        );
        const total = (name: string) =>
          columnOf(parts?.out ?? '', name).reduce((sum, each) => sum + Math.round(Number(each) * 100), 0);
        for (const name of ['count', 'sum']) {
          expect(total(name)).toBe(Math.round(Number(columnOf(whole?.out ?? '', name)[0]) * 100));
        }
        const starts = columnOf(parts?.out ?? '', 'time').map(Number);
        expect(starts.filter((start, i) => start % every !== 0 || start <= (starts[i - 1] ?? 0))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('do not come back: rows out of order are left out, and told', async () => {
    const { exit, out, err } = await statsOf(head + [600, 0, 601].map((s) => row(day + s)).join(''), [], {
      every: '5m',
    });
    expect(exit).toBe('partial');
    expect(err).toBe(
      'sdr: A row comes after a later window began, since the files are not in order of time; left out\n',
    );
    expect(columnOf(out, 'count')).toEqual(['2', '2', '2']);
  });
});

describe('the Library of Monitoring Objects', () => {
  const rows = Array.from({ length: 3600 }, (_, i) => row(day + i * 10, `${i % 100}.00`));
  const library = () => statsOf(head + rows.join(''), ['cpu_pct'], { lmo: true });

  test('has its windows, each in its steps, up to the last row', async () => {
    const { out } = await library();
    const names = columnOf(out, 'window');
    const times = columnOf(out, 'time').map(Number);
    expect([...new Set(names)]).toEqual(windows.map(({ name }) => name));
    for (const { name, milliseconds, resolution } of windows) {
      const own = times.filter((_, i) => names[i] === name);
      // Ten hours were recorded: longer windows begin with the recording.
      const steps = Math.min(milliseconds, Math.ceil(36_000_000 / resolution) * resolution) / resolution;
      expect(own).toHaveLength(steps);
      expect(own.filter((time) => (time * 1000) % resolution !== 0)).toEqual([]);
    }
  });

  test('counts in each step what was recorded in it', async () => {
    const { out } = await library();
    const counts = columnOf(out, 'count');
    const names = columnOf(out, 'window');
    expect(new Set(counts.filter((_, i) => names[i] === '3h'))).toEqual(new Set(['6']));
    expect(counts.filter((_, i) => names[i] === '1d').slice(0, 3)).toEqual(['180', '180', '180']);
  });

  test('has no extremes of a counter', async () => {
    const text = `time,device,interval_s,rx_bytes_total\n${day},eth0,1.000,5\n${day + 1},eth0,1.000,9\n`;
    const { out } = await statsOf(text, ['rx_bytes_total'], { lmo: true });
    expect(out.split('\n')[1]).toBe(`${day},5m,eth0,rx_bytes_total,2,,,,4,9,,,,0`);
  });

  test('ends where the user says', async () => {
    const { out } = await statsOf(head + rows.join(''), ['cpu_pct'], { lmo: true, until: String(day + 1800) });
    expect(columnOf(out, 'time')[0]).toBe(String(day + 1500));
    expect(columnOf(out, 'count')[0]).toBe('30');
  });

  test('finds the last row of compressed files and behind garbage', async () => {
    const garbage = `${head}${row(day)}${'\0'.repeat(600_000)}\n`;
    for (const file of [gzipSync(head + row(day)), garbage]) {
      const name = typeof file === 'string' ? 'cpurec-20261121.csv' : 'cpurec-20261121.csv.gz';
      const { out } = await ran(stats, [folder({ [name]: file }), 'cpu_pct'], { lmo: true });
      expect(columnOf(out, 'window')).toEqual(windows.map(({ name }) => name));
    }
  });
});

describe('files', () => {
  test('of a directory are one, compressed ones too', async () => {
    const root = folder({
      'cpurec-20261120.csv.gz': gzipSync(head + row(day - 1, '3.00')),
      'cpurec-20261121.csv': head + row(day, '1.00') + row(day + 1, '2.00'),
      'diskrec-20261121.csv': 'time,device,interval_s,iops\n',
    });
    const { out } = await ran(stats, [root, 'cpurec', 'cpu_pct']);
    expect(out).toBe(`${header}${day - 1},cpu0,cpu_pct,3,1.00,2.0000,3.00,6.00,2.00,2.00,3.00,3.00,0\n`);
  });

  test('with other columns and other orders of them are one too', async () => {
    const root = folder({
      'a.csv': `time,device,interval_s,cpu_pct,mhz\n${day},cpu0,1.000,1.00,2400\n`,
      'b.csv': `time,device,interval_s,mhz\n${day + 1},cpu0,1.000,3600\n`,
    });
    const { out } = await ran(stats, [`${root}/a.csv`, `${root}/b.csv`, 'mhz', 'cpu_pct']);
    expect(columnOf(out, 'column')).toEqual(['cpu_pct', 'mhz']);
    expect(columnOf(out, 'count')).toEqual(['1', '2']);
    expect(columnOf(out, 'sum')).toEqual(['1.00', '6000']);
  });

  test('end before a torn line', async () => {
    const { exit, out, err } = await statsOf(`${head}${row(day)}${row(day + 1, '50.00').slice(0, -8)}`);
    expect({ exit, err }).toEqual({ exit: 'done', err: '' });
    expect(columnOf(out, 'count')).toEqual(['1']);
  });

  test('that cannot be read to their end make it partial', async () => {
    const root = folder({ 'cpurec-20261121.csv.gz': gzipSync(head + row(day)).subarray(0, 30) });
    expect(await refused([root, 'cpurec'])).toMatch(/^io: None of the files of cpurec can be read$/);
    const two = folder({ 'cpurec-20261120.csv': '', 'cpurec-20261121.csv': head + row(day) });
    expect((await ran(stats, [two, 'cpurec'])).exit).toBe('partial');
  });

  test('are read from --since until before --until', async () => {
    const text = head + [0, 1, 2, 3].map((s) => row(day + s, `${s}.00`)).join('');
    const { out } = await statsOf(text, ['cpu_pct'], { since: String(day + 1), until: String(day + 3) });
    expect(out.split('\n')[1]).toBe(`${day + 1},cpu0,cpu_pct,2,1.00,1.5000,2.00,3.00,2.00,2.00,2.00,2.00,0`);
  });

  test('may have more devices than fit in a guess', async () => {
    const devices = Array.from({ length: 40 }, (_, i) => `cpu${i}`);
    const shuffled = [devices, [...devices].reverse(), devices.filter((_, i) => i % 3 > 0), devices];
    const rows = shuffled.flatMap((order, i) => order.map((device) => row(day + i, '1.00', device)));
    const { out } = await statsOf(head + rows.join(''));
    expect(columnOf(out, 'device')).toEqual(devices);
    expect(columnOf(out, 'count')).toEqual(devices.map((_, i) => (i % 3 > 0 ? '4' : '3')));
  });
});

describe('formats', () => {
  const text = head + row(day) + row(day + 1, '2.00');

  test('JSON has null for what is missing', async () => {
    const { out } = await statsOf(text.replaceAll(',2400', ','), ['cpu_pct', 'mhz'], { format: 'json' });
    expect(out.split('\n')[0]).toBe(
      `{"recorder":"cpurec","time":${day},"device":"cpu0","column":"cpu_pct","count":2,"min":1.00,"mean":1.5000,` +
        '"max":2.00,"sum":3.00,"last":2.00,"p50":2.00,"p95":2.00,"p99":2.00,"gaps":0}',
    );
    expect(JSON.parse(out.split('\n')[1] ?? '')).toMatchObject({ column: 'mhz', count: 0, min: null, p99: null });
  });

  test('a table is aligned', async () => {
    expect((await statsOf(text, ['cpu_pct', 'mhz'], { format: 'table' })).out).toBe(
      '      time  device  column   count   min     mean   max   sum  last   p50   p95   p99  gaps\n' +
        `${day}  cpu0    cpu_pct      2  1.00   1.5000  2.00  3.00  2.00  2.00  2.00  2.00     0\n` +
        `${day}  cpu0    mhz          2  2400  2400.00  2400  4800  2400  2400  2400  2400     0\n`,
    );
  });

  test('headings come again, and columns grow', async () => {
    const rows = Array.from({ length: 50 }, (_, i) =>
      row(day + i * 60, `${10 ** (i / 10)}`.slice(0, 5).padEnd(5, '0')),
    );
    const { out } = await statsOf(head + rows.join(''), ['cpu_pct'], { format: 'table', every: '1m' });
    expect(out.split('\n').filter((line) => line.includes('p99'))).toHaveLength(2);
  });

  test('local time is ISO 8601 with its offset', async () => {
    for (const format of ['csv', 'table', 'json']) {
      const { out } = await statsOf(text, ['cpu_pct'], { local: true, format });
      expect(Date.parse(/\d{4}-\d\d-\d\dT[0-9:]{8}[+-]\d\d:\d\d/.exec(out)?.[0] ?? '')).toBe(day * 1000);
    }
  });

  test('a reader that goes away ends it in silence', async () => {
    const rows = Array.from({ length: 9000 }, (_, i) => row(day + i));
    const root = folder({ 'x.csv': head + rows.join('') });
    const { exit, err } = await ran(stats, [`${root}/x.csv`], { every: '1s' }, { room: 100 });
    expect({ exit, err }).toEqual({ exit: 'done', err: '' });
  });
});

describe('words', () => {
  const files = {
    'cpurec-20261121.csv': head + row(day),
    'sysrec-20261121.csv': `time,interval_s,cpu_pct\n${day},1.000,5.00\n`,
    'futurerec-20261121.csv': `time,x\n${day},7\n`,
  };

  test('name a directory, a recorder and columns, which commas may separate', async () => {
    const { out } = await ran(stats, [folder(files), 'cpurec', 'mhz,cpu_pct']);
    expect(columnOf(out, 'column')).toEqual(['cpu_pct', 'mhz']);
  });

  test('may name a recorder that only its files know', async () => {
    expect(columnOf((await ran(stats, [folder(files), 'futurerec', 'x'])).out, 'sum')).toEqual(['7']);
  });

  test('need no recorder where there is one', async () => {
    const root = folder({ 'cpurec-20261121.csv': head + row(day) });
    expect(columnOf((await ran(stats, [root, 'mhz'])).out, 'column')).toEqual(['mhz']);
    expect(columnOf((await ran(stats, ['mhz'], {}, { env: { STATE_DIRECTORY: root } })).out, 'last')).toEqual(['2400']);
  });

  test.each([
    [['cpurec', 'cpu_pc'], {}, /^usage: Unknown column "cpu_pc": did you mean cpu_pct\?$/],
    [['cpurec', 'time'], {}, /^usage: Unknown column "time": expected one of interval_s, cpu_pct, mhz$/],
    [['cpurek'], {}, /^usage: Unknown recorder "cpurek": did you mean cpurec\?$/],
    [['cpurec', 'sysrek'], {}, /^usage: Unknown recorder "sysrek": did you mean sysrec\?$/],
    [[], {}, /^usage: stats: expected a RECORDER: .* has cpurec, futurerec, sysrec$/],
    [['none/x.csv'], {}, /^unavailable: Cannot read none\/x\.csv: there is no such file$/],
    [['cpurec'], { every: '0' }, /^usage: Interval "0": expected 10ms to 366d$/],
    [['cpurec'], { every: '5m', lmo: true }, /^usage: --every and --lmo exclude each other$/],
    [['cpurec'], { percentiles: ['101'] }, /^usage: --percentiles "101": expected numbers from 0 to 100/],
    [['cpurec'], { percentiles: ['50,'] }, /^usage: --percentiles "": expected numbers/],
    [['cpurec'], { since: '2', until: '1' }, /^usage: --since "2" is not before --until "1"$/],
  ])('%j %j is refused', async (words, values, message) => {
    expect(await refused([folder(files), ...words], values)).toMatch(message);
  });

  test('a file that is empty, or not ours, is refused by its name', async () => {
    const root = folder({ 'e.csv': '', 'x.csv': 'a,b\n1,2\n' });
    expect(await refused([`${root}/e.csv`])).toMatch(/^usage: .*e\.csv is not a file of sdr/);
    expect(await refused([`${root}/x.csv`])).toMatch(/^usage: .*x\.csv is not a file of sdr/);
  });
});

describe('mlr', () => {
  const names = ['count', 'min', 'mean', 'max', 'sum', 'p50', 'p95', 'p99'];
  const columns = ['cpu_pct', 'mhz'];

  /** By device and column; mlr spells numbers its own way. */
  function theirs(text: string): Map<string, number> {
    const words = ['--icsv', '--ojson', 'stats1', '-a', names.join(','), '-f', columns.join(','), '-g', 'device'];
    const { stdout } = spawnSync('mlr', words, { input: text, encoding: 'utf8' });
    const found = JSON.parse(stdout) as Record<string, number | string>[];
    return new Map(
      found.flatMap((each) =>
        Object.entries(each).map(([name, value]) => [`${each['device']} ${name}`, Number(value)]),
      ),
    );
  }

  test('computes the same', needs('mlr'), async () => {
    const cell = fc.tuple(fc.nat(10_000), fc.integer({ min: 400, max: 5000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 800 }), fc.nat(5), async (cells, more) => {
        const rows = cells.map(
          ([pct, mhz], i) => `${day + i},cpu${i % (more + 1)},1.000,${(pct / 100).toFixed(2)},${mhz}\n`,
        );
        const text = head + rows.join('');
        const wanted = theirs(text);
        const { out } = await statsOf(text, columns, { format: 'json' });
        for (const line of out.trimEnd().split('\n')) {
          const ours = JSON.parse(line) as Record<string, number | string>;
          for (const name of names) {
            const value = wanted.get(`${ours['device']} ${ours['column']}_${name}`) ?? Number.NaN;
            // A mean has two decimals more than its column.
            const near = name === 'mean' ? 0.00501 : 1e-6;
            expect(Math.abs(Number(ours[name]) - value)).toBeLessThan(near);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});
