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

test('what has no unit is a short list that somebody looked at', () => {
  const none = recorders.flatMap(({ columns }) => Object.keys(columns).filter((name) => unitOf(name) === null));
  expect(none).toEqual([
    'threads',
    'load1',
    'load5',
    'load15',
    'open_files',
    'tcp_established',
    'queue_avg',
    'in_flight',
    'link_up',
  ]);
});
