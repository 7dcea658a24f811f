/** The kernel files of old and new kernels, short ones and garbled ones. Null is a ParseError. */
import { describe, expect, test } from 'vitest';
import { diskNumbers, diskstats } from '../../src/proc/diskstats.ts';
import { meminfo } from '../../src/proc/meminfo.ts';
import { netdev } from '../../src/proc/netdev.ts';
import { pressure } from '../../src/proc/pressure.ts';
import { fileNr, loadavg, snmp, softnet, uptime } from '../../src/proc/small.ts';
import { stat } from '../../src/proc/stat.ts';
import type { Table } from '../../src/proc/table.ts';
import { vmstat } from '../../src/proc/vmstat.ts';
import { kernel, parsed } from '../fake/kernel.ts';

const none = Number.NaN;
const text = (path: string): string => kernel[path] as string;

function rows(table: Table | null | undefined): Record<string, number[]> | null {
  if (!table) return null;
  const found: Record<string, number[]> = {};
  for (let row = 0; row < table.count; row++) {
    found[table.ids[row] as string] = [...table.values.subarray(table.at(row), table.at(row) + table.stride)];
  }
  return found;
}

describe('/proc/stat', () => {
  test('of today', () => {
    const found = parsed(stat, text('/proc/stat'));
    expect(rows(found?.cpus)).toEqual({
      cpu: [300, 10, 200, 4000, 50, 1, 2, 3, 4, 5],
      cpu0: [100, 5, 100, 2000, 25, 1, 1, 1, 2, 3],
      cpu1: [200, 5, 100, 2000, 25, 0, 1, 2, 2, 2],
    });
    expect(found).toMatchObject({ interrupts: 123456, contextSwitches: 654321, forks: 4242, running: 2, blocked: 1 });
  });

  test.each([
    ['2.4: 4 numbers', 'cpu 1 2 3 4\n', [1, 2, 3, 4, none, none, none, none, none, none]],
    ['2.6.0: 7 numbers', 'cpu 1 2 3 4 5 6 7\n', [1, 2, 3, 4, 5, 6, 7, none, none, none]],
    ['2.6.11: 8 numbers', 'cpu 1 2 3 4 5 6 7 8\n', [1, 2, 3, 4, 5, 6, 7, 8, none, none]],
    ['2.6.24: 9 numbers', 'cpu 1 2 3 4 5 6 7 8 9\n', [1, 2, 3, 4, 5, 6, 7, 8, 9, none]],
    ['a newer one: 12 numbers', 'cpu 1 2 3 4 5 6 7 8 9 10 11 12\n', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ])('of %s', (_, line, values) => {
    expect(rows(parsed(stat, line)?.cpus)).toEqual({ cpu: values });
  });

  test('without the lines behind the CPUs has CPUs alone', () => {
    expect(parsed(stat, 'cpu 1 2 3 4\n')).toMatchObject({ interrupts: none, forks: none, blocked: none });
  });

  test('with a line missing in between has the others', () => {
    expect(parsed(stat, 'cpu 1 2 3 4\nintr 5\nprocesses 7\n')).toMatchObject({
      interrupts: 5,
      contextSwitches: none,
      forks: 7,
    });
  });

  test('skips the numbers of CPUs that are offline, and keeps the order of the kernel', () => {
    const ids = Object.keys(rows(parsed(stat, 'cpu 1 2 3 4\ncpu2 1 2 3 4\ncpu10 1 2 3 4\n')?.cpus) ?? {});
    expect(ids).toEqual(['cpu', 'cpu2', 'cpu10']);
  });

  test.each(['', 'cpu', 'cpu 1 2 3\n', 'cpu a b c d\n', 'intr 5\n', '\n', 'cpu 1 2 3 4\ncpu0 1 2'])(
    '%j is none',
    (garbage) => {
      expect(parsed(stat, garbage)).toBeNull();
    },
  );

  test('a table that shrank forgets the rows that went', () => {
    const table = stat.make();
    parsed(stat, text('/proc/stat'), table);
    expect(rows(parsed(stat, 'cpu 1 2 3 4\ncpu1 5 6 7 8\n', table)?.cpus)).toMatchObject({
      cpu1: expect.arrayContaining([5]),
    });
    expect(table.cpus.count).toBe(2);
  });
});

describe('/proc/diskstats', () => {
  const line = (count: number): string => `8 0 sda ${Array.from({ length: count }, (_, i) => i + 1).join(' ')}\n`;

  test.each([
    ['3.10', 11],
    ['4.18', 15],
    ['5.5', 17],
    ['later', 20],
  ])('of %s has %d numbers', (_, count) => {
    const values = rows(parsed(diskstats, line(count)))?.['sda'] ?? [];
    expect(values).toEqual(diskNumbers.map((__, i) => (i < count ? i + 1 : none)));
  });

  test('names are encoded', () => {
    expect(Object.keys(rows(parsed(diskstats, line(11).replace('sda', 'cciss/c0d0'))) ?? {})).toEqual(['cciss/c0d0']);
    expect(Object.keys(rows(parsed(diskstats, line(11).replace('sda', '=a,"b'))) ?? {})).toEqual(['%3Da%2C%22b']);
  });

  test('numbers beyond 2^53 are kept digit by digit', () => {
    const table = parsed(diskstats, line(17).replace(' 3 ', ' 18446744073709551615 '));
    expect([...(table?.exact ?? [])]).toEqual([[2, '18446744073709551615']]);
  });

  test.each([
    line(10),
    '8 0\n',
    '8 sda\n',
    'sda\n',
    '8 0 sda 1 2 3\n',
    `${line(11)}\n`,
    '8 0 sda - 1 2 3 4 5 6 7 8 9 10\n',
  ])('%j is none', (garbage) => {
    expect(parsed(diskstats, garbage)).toBeNull();
  });
});

describe('/proc/net/dev', () => {
  const heads = 'Inter-|\n face |\n';
  const numbers = Array.from({ length: 16 }, (_, i) => i + 1);

  test('has a line per interface', () => {
    expect(Object.keys(rows(parsed(netdev, text('/proc/net/dev'))) ?? {})).toEqual(['lo', 'eth0']);
  });

  test.each([
    ['glued to its name', `eth0:${numbers.join(' ')}`, 'eth0'],
    ['an alias', `  eth0:1: ${numbers.join(' ')}`, 'eth0:1'],
    ['an alias, glued', `  eth0:1:${numbers.join(' ')}`, 'eth0:1'],
    ['a hostile name', `  =x,"y: ${numbers.join(' ')}`, '%3Dx%2C%22y'],
    ['a newer kernel', `  eth0: ${numbers.join(' ')} 17 18`, 'eth0'],
  ])('%s', (_, line, name) => {
    expect(rows(parsed(netdev, `${heads}${line}\n`))).toEqual({ [name]: numbers });
  });

  test('of a namespace without interfaces has none', () => {
    expect(rows(parsed(netdev, heads))).toEqual({});
  });

  test.each(['eth0 1 2 3', 'eth0: 1 2 3', ': 1 2', 'eth0:', 'eth0: a'])('%j is none', (line) => {
    expect(parsed(netdev, `${heads}${line}\n`)).toBeNull();
  });
});

describe('/proc/meminfo and /proc/vmstat', () => {
  test('of today', () => {
    expect(parsed(meminfo, text('/proc/meminfo'))).toMatchObject({
      MemTotal: 1_000_000,
      SwapCached: 5,
      Cached: 300_000,
    });
    expect(parsed(vmstat, text('/proc/vmstat'))).toMatchObject({ pgpgin: 1000, oom_kill: 1 });
  });

  test('of 3.10 lack what came later', () => {
    const found = parsed(meminfo, text('/proc/meminfo').replace(/MemAvailable.*\n/, ''));
    expect(found).toMatchObject({ MemAvailable: none, Buffers: 10_000 });
    expect(parsed(vmstat, 'pgpgin 5\n')).toMatchObject({ pgpgin: 5, oom_kill: none });
  });

  test('a key is not found inside a longer one', () => {
    expect(parsed(meminfo, 'xMemTotal: 9 kB\nMemTotalx: 8 kB\nMemFree: 7 kB\n')).toMatchObject({
      MemTotal: none,
      MemFree: 7,
    });
  });

  test('keys that move are found again', () => {
    const into = meminfo.make();
    const all = text('/proc/meminfo');
    for (const before of ['', 'New: 5 kB\n', 'A: 1 kB\n'.repeat(50), '']) {
      expect(parsed(meminfo, before + all, into)).toMatchObject({ MemTotal: 1_000_000, VmallocTotal: 34_359_738_367 });
    }
  });

  test.each(['', 'x\n', 'MemTotal 5\n', 'MemTotal:\n', 'MemTotal: x kB\n'])('%j is none', (garbage) => {
    expect(parsed(meminfo, garbage)).toBeNull();
  });
});

describe('small files', () => {
  test.each([
    ['0.42 0.50 0.61 2/345 6789\n', { one: 0.42, five: 0.5, fifteen: 0.61, threads: 345 }],
    ['0.42 0.50 0.61\n', null],
    ['0.42 0.50\n', null],
    ['a b c 1/2 3\n', null],
    ['-0.42 0.50 0.61 2/345 6789\n', null],
    ['0.42 0.50 0.61 2 345\n', null],
    ['', null],
  ])('/proc/loadavg %j', (line, wanted) => {
    expect(parsed(loadavg, line)).toEqual(wanted);
  });

  test.each([
    ['12345.67 1.0\n', { seconds: 12_345.67 }],
    ['5\n', { seconds: 5 }],
    ['x\n', null],
    ['-1.5 0\n', null],
  ])('/proc/uptime %j', (line, wanted) => {
    expect(parsed(uptime, line)).toEqual(wanted);
  });

  test.each([
    ['1024\t0\t9223372036854775807\n', { open: 1024 }],
    ['\n', null],
  ])('/proc/sys/fs/file-nr %j', (line, wanted) => {
    expect(parsed(fileNr, line)).toEqual(wanted);
  });

  test.each([
    ['today', text('/proc/net/snmp'), { established: 9, retransmits: 33 }],
    ['other columns', 'Tcp: RetransSegs X CurrEstab\nTcp: 1 -1 3\n', { established: 3, retransmits: 1 }],
    ['no such columns', 'Tcp: A B\nTcp: 1 2\n', { established: none, retransmits: none }],
    ['fewer numbers than names', 'Tcp: A CurrEstab\nTcp: 1\n', { established: none, retransmits: none }],
    ['names alone', 'Tcp: A CurrEstab\n', null],
    ['no TCP', 'Ip: A\nIp: 1\n', null],
  ])('/proc/net/snmp: %s', (_, lines, wanted) => {
    expect(parsed(snmp, lines)).toEqual(wanted);
  });

  test.each([
    ['two CPUs', text('/proc/net/softnet_stat'), { lines: 2, drops: 3, squeezes: 13 }],
    ['2.6: 9 words', '00000001 00000002 00000003 0 0 0 0 0 0\n', { lines: 1, drops: 2, squeezes: 3 }],
    ['a short line', '00000001 00000002\n', null],
    ['no hexadecimal', 'xyz 1 2\n', null],
  ])('/proc/net/softnet_stat: %s', (_, lines, wanted) => {
    expect(parsed(softnet, lines)).toEqual(wanted);
  });

  test.each([
    ['some and full', text('/proc/pressure/io'), { some: 3, full: 4 }],
    ['some alone', 'some avg10=0.00 total=7\n', { some: 7, full: none }],
    ['no total', 'some avg10=0.00\n', null],
    ['an empty total', 'some total=\nfull total=2\n', null],
    ['a full that is torn', 'some total=1\nfull avg\n', null],
  ])('/proc/pressure: %s', (_, lines, wanted) => {
    expect(parsed(pressure('io'), lines)).toEqual(wanted);
  });
});
