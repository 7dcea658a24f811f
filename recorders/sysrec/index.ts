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
  notes: [
    {
      title: 'One row for a host',
      text: 'It is meant to be looked at first, and kept for years. No file is a must: what this kernel does not have leaves its own cells empty. In a container CPU, memory and disks are those of the host, and the network is its own; limits of cgroups are not seen.',
    },
    {
      title: 'CPU',
      text: 'The shares are those of cpurec(1), over all CPUs together, and its notes on iowait, steal and guests hold here. cpu_sum_pct adds up the online CPUs, so 250 is two and a half of them busy, and cpu_headroom_pct is what they could do more.',
    },
    {
      title: 'Queues and load',
      text: 'runq_tasks is how many tasks ran or could have run at the moment of the reading, without sdr itself; more than there are CPUs means that some waited. blocked_tasks wait for I/O and nothing else. Both are of a moment: short ones are seen in a long run of samples only. load1, load5 and load15 decay over a minute and more, and on Linux count tasks that wait for a disk as well: a high load with idle CPUs is a slow disk or a dead NFS server.',
    },
    {
      title: 'Pressure',
      text: 'psi_cpu_some_pct and its kin are the share of this row in which some task, or all tasks that were not idle, stood still for want of a resource: lost time, measured and not guessed. Memory pressure above a few percent is felt by users long before swap is full. They need Linux 4.20; on Raspberry Pi OS boot with `psi=1`. A cpu `full` for a whole system means nothing and is left out.',
    },
    {
      title: 'Memory',
      text: 'mem_used_bytes is total − available: what could not be had without swapping. mem_free_bytes is what nothing uses, not even a cache, and is small on every healthy machine. mem_available_bytes is an estimate of the kernel (Linux 3.14); the cache of ZFS is not in it. cached_bytes contains tmpfs and shared memory (shmem_bytes), which cannot be dropped. slab_bytes can in part.',
    },
    {
      title: 'Swap and paging',
      text: 'Swap that is in use is no fault; swap_in_bytes_per_s that goes on is one. Swap on zram lies in memory. page_in_bytes_per_s and page_out_bytes_per_s are all that block devices transfer for the kernel, the data of files included: their names are older than their meaning. major_faults_per_s had to read a disk. oom_kills_total is since boot (Linux 4.13).',
    },
    {
      title: 'Disks and network',
      text: 'They are sums over physical disks (no partitions, dm, md, loop, ram, zram) and physical interfaces, so nothing is counted twice. disk_util_pct is that of the busiest disk, not a mean. A guest whose disks have no device behind them has empty cells here, and its rows in diskrec(1). Where no interface is physical, as in a container, all count that have no master, but lo. A device that comes or goes makes no spike.',
    },
    {
      title: 'The rest',
      text: 'tcp_established and tcp_retransmits_per_s are of IPv4 and IPv6, in the network namespace of sdr. softnet_squeezes_per_s that grows with the load means that one CPU has too many packets to serve. open_files are file handles of the whole system. uptime_s goes on while the machine is suspended, interval_s does not.',
    },
  ],
  examples: [
    'sdr sysrec 1',
    'sdr record sysrec 10 -o /var/lib/sdr --keep 365d --compress',
    'sdr sysrec 1 --columns cpu_pct,iowait_pct,psi_io_some_pct,disk_util_pct',
    'sdr record sysrec --state /run/sdr.state >> s.csv   # a minute, from cron',
    'sdr stats sysrec cpu_pct,mem_used_pct --since 7d --every 1d --local',
  ],
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
      for (let i = 0; i < fillers.length; i++) (fillers[i] as Filler)(values, sample.now);
    };
  },
});
