/** Names of metrics: unique, as Prometheus wants them, and telling the unit that the CSV has. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { description } from '../../src/pages/description.ts';
import { prometheusName } from '../../src/pages/prometheus.ts';
import { find } from '../system/needs.ts';

test.each([
  ['cpurec', 'cpu_pct', 'sdr_cpu_cpu_percent'],
  ['diskrec', 'read_bytes_per_s', 'sdr_disk_read_bytes_per_second'],
  ['diskrec', 'read_await_ms', 'sdr_disk_read_await_milliseconds'],
  ['temprec', 'temp_c', 'sdr_temp_temp_celsius'],
  ['pirec', 'core_v', 'sdr_pi_core_volts'],
  ['cpurec', 'mhz', 'sdr_cpu_megahertz'],
  ['cpurec', 'user_s_total', 'sdr_cpu_user_seconds_total'],
  ['nicrec', 'speed_bits_per_s', 'sdr_nic_speed_bits_per_second'],
  ['sysrec', 'mem_used_bytes', 'sdr_sys_mem_used_bytes'],
  ['sysrec', 'load1', 'sdr_sys_load1'],
  ['selfrec', 'late_ms_max', 'sdr_self_late_milliseconds_max'],
  ['ups', 'runtime_s', 'sdr_ups_runtime_seconds'],
  ['rec', 'v', 'sdr_rec_volts'],
])('%s, %s: %s', (recorder, column, name) => {
  expect(prometheusName(recorder, column)).toBe(name);
});

/** Every column that is a metric, once: gauges are the same with --counters. */
const metrics = new Map(
  recorders.flatMap((recorder) =>
    [false, true].flatMap((counters) =>
      description(recorder, counters).columns.flatMap(({ name, prometheus, kind, meaning }) =>
        prometheus === null ? [] : [[`${recorder.name} ${name}`, { prometheus, kind, meaning }] as const],
      ),
    ),
  ),
);

test('names are unique, and have no other letters than Prometheus allows', () => {
  const names = [...metrics.values()].map(({ prometheus }) => prometheus);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  expect(names.filter((name) => !/^[a-z_][a-z0-9_]*$/.test(name))).toEqual([]);
});

test('counters, and they alone, end in _total', () => {
  const wrong = [...metrics].filter(
    ([, { prometheus, kind }]) => prometheus.endsWith('_total') !== (kind === 'counter'),
  );
  expect(wrong).toEqual([]);
});

test('no unit is left abbreviated', () => {
  const short = /_(pct|s|ms|c|v|mhz)(_|$)/;
  expect([...metrics.values()].filter(({ prometheus }) => short.test(prometheus))).toEqual([]);
});

test('time, keys and words are no metrics, and all else is', () => {
  for (const recorder of recorders) {
    const { columns } = description(recorder, false);
    const without = columns.filter(({ prometheus }) => prometheus === null).map(({ kind }) => kind);
    expect(without.filter((kind) => !['time', 'key', 'text'].includes(kind))).toEqual([]);
    expect(columns.filter(({ kind, prometheus }) => kind === 'text' && prometheus !== null)).toEqual([]);
  }
});

// Not among the tools of CI: it comes with the whole of Prometheus.
test.skipIf(find('promtool') === null)('promtool finds nothing but units that are no base units', () => {
  const lines = [...metrics.values()].map(
    ({ prometheus, kind, meaning }) =>
      `# HELP ${prometheus} ${meaning}\n# TYPE ${prometheus} ${kind === 'counter' ? 'counter' : 'gauge'}\n${prometheus} 1\n`,
  );
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: lines.join(''), encoding: 'utf8' });
  const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  expect(said.filter((line) => !/use base unit "(seconds|bytes)" instead of/.test(line))).toEqual([]);
});
