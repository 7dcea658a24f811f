/**
 * The whole system, one row a sample. No file is a must here: what cannot be read leaves its own cells empty.
 */
import { ParseError } from '../../src/errors.ts';
import type { Machine } from '../../src/machine.ts';
import { meminfo } from '../../src/proc/meminfo.ts';
import { isNarrow } from '../../src/proc/page-size.ts';
import { defineRecorder } from '../../src/recorder.ts';
import { columns } from './columns.ts';
import type { Filler } from './devices.ts';
import { cpuFiller, diskFiller, nicFiller } from './devices.ts';
import { fields } from './fields.ts';
import { loadFiller, memoryFiller, networkFiller, pagingFiller, pressureFiller } from './gauges.ts';

export const sysrec = defineRecorder({
  name: 'sysrec',
  summary: 'the whole system: CPU, memory, disks, network, pressure',
  key: null,
  sources: [
    '/proc/stat',
    '/proc/meminfo',
    '/proc/vmstat',
    '/proc/diskstats',
    '/proc/net/dev',
    '/proc/net/snmp',
    '/proc/net/softnet_stat',
    '/proc/loadavg',
    '/proc/pressure/{cpu,memory,io}',
    '/proc/sys/fs/file-nr',
    '/proc/uptime',
  ],
  fields,
  columns,
  open(machine: Machine) {
    const narrow = isNarrow(machine.source(meminfo)()?.VmallocTotal ?? Number.NaN);
    const fillers: readonly Filler[] = [
      cpuFiller(machine),
      diskFiller(machine, narrow),
      nicFiller(machine, narrow),
      memoryFiller(machine),
      pagingFiller(machine),
      pressureFiller(machine),
      loadFiller(machine),
      networkFiller(machine),
    ];
    return (sample) => {
      const values = sample.row('');
      if (!values) throw new ParseError('sysrec has one row, and it was not wanted');
      for (const fill of fillers) fill(values, sample.now);
    };
  },
});
