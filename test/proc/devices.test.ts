/** What is asked of /sys and of small files: links, frequencies, hardware, pages, sums over devices. */
import { describe, expect, test } from 'vitest';
import { links } from '../../src/proc/link.ts';
import { mhz } from '../../src/proc/mhz.ts';
import { isNarrow, pageSize } from '../../src/proc/page-size.ts';
import { physicalDisk, physicalNic } from '../../src/proc/physical.ts';
import { Sums } from '../../src/proc/sums.ts';
import { Table } from '../../src/proc/table.ts';
import { kernel, machineOf } from '../fake/kernel.ts';

const none = Number.NaN;

describe('links()', () => {
  const eth0 = '/sys/class/net/eth0';

  test.each([
    ['a gigabit', {}, { speed: 1000, halfDuplex: 0, up: 1 }],
    ['half duplex', { [`${eth0}/duplex`]: 'half\n' }, { speed: 1000, halfDuplex: 1, up: 1 }],
    ['a driver that does not know', { [`${eth0}/speed`]: '-1\n' }, { speed: none, halfDuplex: 0, up: 1 }],
    ['no carrier', { [`${eth0}/carrier`]: '0\n' }, { speed: 1000, halfDuplex: 0, up: 0 }],
    ['garbage', { [`${eth0}/speed`]: 'fast\n', [`${eth0}/carrier`]: '17\n' }, { speed: none, halfDuplex: 0, up: none }],
  ])('%s', (_, change, wanted) => {
    expect(links(machineOf({ ...kernel, ...change }).machine)('eth0')).toEqual(wanted);
  });

  test('an interface that is down refuses to tell its carrier: it has none', () => {
    const { files, machine } = machineOf(kernel);
    files.fault = (call, path) => (call === 'read' && path.endsWith('carrier') ? 'EINVAL' : undefined);
    expect(links(machine)('eth0').up).toBe(0);
  });

  test('without /sys nothing is known', () => {
    expect(links(machineOf({}).machine)('eth0')).toEqual({ speed: none, halfDuplex: 0, up: none });
  });

  test('is looked at every 10 s', () => {
    const { files, machine } = machineOf(kernel);
    const link = links(machine);
    let reads = 0;
    files.fault = (call) => {
      if (call === 'read') reads++;
      return undefined;
    };
    for (let now = 0; now <= 100_000; now += 1000) {
      machine.begin(now);
      link('eth0');
    }
    expect(reads).toBeGreaterThanOrEqual(3 * 10);
    expect(reads).toBeLessThanOrEqual(3 * 12);
  });
});

describe('mhz()', () => {
  const frequency = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq';

  test('comes from cpufreq in kHz, else from /proc/cpuinfo', () => {
    expect(mhz(machineOf({ ...kernel, [frequency]: '1800000\n' }).machine)('cpu0')).toBe(1800);
    expect(mhz(machineOf(kernel).machine)('cpu1')).toBe(1200.5);
    expect(mhz(machineOf({}).machine)('cpu0')).toBeNaN();
  });

  test.each(['processor\n', 'processor\ncpu MHz\n', 'cpu MHz : x\n', 'processor : 0\ncpu MHz -\n', '\n'])(
    '%j ends, and is none',
    (text) => {
      expect(mhz(machineOf({ '/proc/cpuinfo': text }).machine)('cpu0')).toBeNaN();
    },
  );
});

test('a page is what smaps says, else unknown', () => {
  expect(pageSize(machineOf(kernel).machine)).toBe(4096);
  expect(pageSize(machineOf({ '/proc/self/smaps': 'KernelPageSize:       16 kB\n' }).machine)).toBe(16_384);
  expect(pageSize(machineOf({}).machine)).toBeNaN();
  expect([isNarrow(245_760), isNarrow(34_359_738_367), isNarrow(none)]).toEqual([true, false, false]);
});

describe('hardware', () => {
  test('is a disk with a device behind it', () => {
    const isPhysical = physicalDisk(machineOf({ ...kernel, '/sys/block/cciss!c0d0/device': '' }).machine);
    expect(['sda', 'sda1', 'loop0', 'cciss/c0d0'].map(isPhysical)).toEqual([true, false, false, true]);
  });

  test('is an interface with a device behind it', () => {
    const chosen = physicalNic(machineOf(kernel).machine);
    const ids = ['lo', 'eth0', 'br0'];
    expect(ids.filter(chosen(ids, 3))).toEqual(['eth0']);
  });

  test('is, where there is none, every interface without a master but lo', () => {
    const chosen = physicalNic(machineOf({ '/sys/class/net/veth1/master': '' }).machine);
    const ids = ['lo', 'eth0', 'veth1'];
    expect(ids.filter(chosen(ids, 3))).toEqual(['eth0']);
  });
});

describe('Sums', () => {
  const guard = { slack: 0, wraps: false };

  function taking(...ticks: readonly Readonly<Record<string, readonly [number, number]>>[]) {
    const sums = new Sums([0, 1], [guard, guard], 1);
    const found = ticks.map((tick) => {
      const table = new Table(2);
      for (const [i, [id, values]] of Object.entries(tick).entries()) {
        table.ids[i] = id;
        table.values.set(values, i * 2);
        table.count = i + 1;
      }
      sums.take(table, () => true);
      return sums.some ? [...sums.totals] : null;
    });
    return { found, sums };
  }

  test('grow by what each device grew', () => {
    expect(taking({ a: [10, 1], b: [20, 2] }, { a: [15, 1], b: [27, 5] }).found).toEqual([
      [30, 3],
      [42, 6],
    ]);
  });

  test('do not jump when a device comes or goes, and start anew at 0 when a device does', () => {
    const { found } = taking(
      { a: [10, 1] },
      { a: [11, 1], b: [900, 900] },
      { b: [901, 900] },
      { b: [3, 3] },
      { b: [4, 3] },
    );
    expect(found).toEqual([
      [10, 1],
      [11, 1],
      [12, 1],
      [0, 0],
      [1, 0],
    ]);
  });

  test('are none while there is no device', () => {
    expect(taking({ a: [1, 1] }, {}, { a: [5, 5] }).found[1]).toBeNull();
  });

  test('tell the growth of the busiest device', () => {
    expect(taking({ a: [0, 0], b: [0, 0] }, { a: [0, 5], b: [0, 9] }, { a: [0, 8], b: [0, 10] }).sums.busiest).toBe(12);
  });
});
