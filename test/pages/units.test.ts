import { expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { unitOf } from '../../src/pages/units.ts';

test('unitOf() reads the end of a name', () => {
  const units = {
    cpu_pct: '%',
    mem_used_bytes: 'bytes',
    read_bytes_per_s: 'bytes/s',
    reads_per_s: '1/s',
    iops: '1/s',
    speed_bits_per_s: 'bit/s',
    interval_s: 's',
    user_s_total: 's',
    rx_bytes_total: 'bytes',
    cpu_ms_total: 'ms',
    await_ms: 'ms',
    temp_c: '°C',
    mhz: 'MHz',
    arm_mhz: 'MHz',
    core_v: 'V',
    runq_tasks: 'tasks',
    oom_kills_total: 'count',
    load1: null,
    threads: null,
    open_files: null,
    link_up: null,
    queue_avg: null,
  };
  expect(Object.fromEntries(Object.keys(units).map((name) => [name, unitOf(name)]))).toEqual(units);
});

/** By recorder: a name without a unit that somebody looked at. */
const unitless: Readonly<Record<string, string>> = {
  sysrec: 'threads load1 load5 load15 open_files tcp_established',
  cpurec: '',
  diskrec: 'queue_avg in_flight',
  nicrec: 'link_up',
  fsrec: 'inodes inodes_free read_only',
  hdwrec: 'value',
  xenrec: 'state vcpus nets vbds ssid',
  temprec: '',
  pirec:
    'throttled_bits under_voltage_now capped_now throttled_now soft_limit_now ' +
    'under_voltage_seen capped_seen throttled_seen soft_limit_seen',
  selfrec: '',
};

test.each(recorders.map(({ name, columns }) => [name, columns] as const))('%s: what has no unit', (name, columns) => {
  expect(Object.keys(columns).filter((column) => unitOf(column) === null)).toEqual(
    (unitless[name] ?? 'a list in this test').split(' ').filter(Boolean),
  );
});
