/** iostat(1) and mpstat(1) of sysstat 12, vmstat(8) of procps. */
import type { Field, Tool } from './answer.ts';
import { none } from './answer.ts';
import { allTimes, shortTimes } from './cpu.ts';

const reportOfBoot: Field = ['-y', 'always: there is no report since boot'];

export const iostat: Tool = {
  page: 'iostat(1)',
  title: 'IOSTAT',
  remarks: ['Amounts are in bytes, always. Partitions are devices like all others.'],
  answers: [
    { flags: '-c', about: 'CPU', recorder: 'sysrec', fields: shortTimes },
    {
      flags: '-d',
      about: 'transfers',
      recorder: 'diskrec',
      fields: [
        ['tps', '`iops` + `discards_per_s`'],
        ['kB_read/s', '`read_bytes_per_s`'],
        ['kB_wrtn/s', '`written_bytes_per_s`'],
        ['kB_dscd/s', '`discarded_bytes_per_s`'],
        ['kB_w+d/s', '`written_bytes_per_s` + `discarded_bytes_per_s`'],
      ],
    },
    {
      flags: '-d',
      about: 'amounts since boot',
      recorder: 'diskrec',
      counters: true,
      fields: [
        ['kB_read', '`read_bytes_total`'],
        ['kB_wrtn', '`written_bytes_total`'],
        ['kB_dscd', '`discarded_bytes_total`'],
      ],
    },
    {
      flags: '-x',
      about: 'extended statistics',
      recorder: 'diskrec',
      fields: [
        ['r/s, w/s', '`reads_per_s`, `writes_per_s`'],
        ['rkB/s, wkB/s', '`read_bytes_per_s`, `written_bytes_per_s`'],
        ['rrqm/s, wrqm/s', '`read_merges_per_s`, `write_merges_per_s`'],
        ['%rrqm', '100 × `read_merges_per_s` / (`reads_per_s` + `read_merges_per_s`); %wrqm likewise'],
        ['r_await, w_await', '`read_await_ms`, `write_await_ms`'],
        ['rareq-sz', '`read_bytes_per_s` / `reads_per_s`; wareq-sz and dareq-sz likewise'],
        ['d/s, dkB/s', '`discards_per_s`, `discarded_bytes_per_s`'],
        ['f/s', '`flushes_per_s`'],
        ['aqu-sz', '`queue_avg`'],
        ['%util', '`util_pct`'],
        ['drqm/s, %drqm, d_await, f_await', none],
      ],
    },
    {
      flags: '-s',
      about: 'short report',
      recorder: 'diskrec',
      fields: [
        ['tps', '`iops` + `discards_per_s`'],
        ['kB/s', '`bytes_per_s` + `discarded_bytes_per_s`'],
        ['await', '`await_ms`, discards not counted'],
        ['aqu-sz, %util', '`queue_avg`, `util_pct`'],
      ],
    },
  ],
  silences: [
    {
      flags: '-g <group>, -H',
      about: 'groups of devices',
      why: 'no answer; sysrec(1) has the sum of all physical disks',
    },
    {
      flags: '-N, -j',
      about: 'names of the device mapper, persistent names',
      why: 'no answer: devices have the names of the kernel',
    },
  ],
  manners: [
    ['<device> …, -p <device>', '`--devices diskrec=sda*`'],
    ['-k, -m, --human, --pretty, -h', 'no answer: bytes, in `--format table` too'],
    ['-o JSON', '`--format json`'],
    ['-f <dir>', '`--root <dir>`'],
    reportOfBoot,
    ['-t', 'always'],
    ['-z, --dec, --compact, +f', none],
  ],
};

export const mpstat: Tool = {
  page: 'mpstat(1)',
  title: 'MPSTAT',
  remarks: [],
  answers: [
    { flags: '-u', about: 'CPU, all processors together', recorder: 'sysrec', fields: allTimes },
    { flags: '-P <list>, -P ALL', about: 'each processor', recorder: 'cpurec', fields: allTimes },
    {
      flags: '-I SUM',
      about: 'interrupts',
      recorder: 'sysrec',
      fields: [['intr/s', '`interrupts_per_s`, of all processors together']],
    },
  ],
  silences: [
    { flags: '-I CPU, -I SCPU', about: 'interrupts by line and processor', why: none },
    {
      flags: '-n, -N <list>, -T',
      about: 'NUMA nodes and topology',
      why: 'no answer; hdwrec(1) counts sockets, cores and threads',
    },
  ],
  manners: [
    ['-A', '`sdr record sysrec cpurec 1 -o <dir>`'],
    ['-o JSON', '`--format json`'],
    ['--dec', none],
  ],
};

export const vmstat: Tool = {
  page: 'vmstat(8)',
  title: 'VMSTAT',
  remarks: ['Memory and I/O are in bytes, where vmstat has units of 1024 by default.'],
  answers: [
    {
      flags: 'no flag, -w',
      about: 'the system in one line',
      recorder: 'sysrec',
      fields: [
        ['r, b', '`runq_tasks`, `blocked_tasks`'],
        ['swpd', '`swap_used_bytes`'],
        ['free, buff', '`mem_free_bytes`, `buffers_bytes`'],
        ['cache', '`cached_bytes`, to which vmstat adds the slabs that can be reclaimed: a part of `slab_bytes`'],
        ['si, so', '`swap_in_bytes_per_s`, `swap_out_bytes_per_s`'],
        ['bi, bo', '`page_in_bytes_per_s`, `page_out_bytes_per_s`'],
        ['in, cs', '`interrupts_per_s`, `context_switches_per_s`'],
        ['us', '`user_pct` + `nice_pct`, and `guest_pct` where vmstat has no gu'],
        ['sy', '`sys_pct` + `irq_pct` + `softirq_pct`'],
        ['id, wa, st, gu', '`idle_pct`, `iowait_pct`, `steal_pct`, `guest_pct`'],
      ],
    },
    {
      flags: '-f, -s',
      about: 'counters since boot',
      recorder: 'sysrec',
      counters: true,
      fields: [
        ['forks', '`forks_total`'],
        ['K paged in, out', '`page_in_bytes_total`, `page_out_bytes_total`'],
        ['pages swapped in, out', '`swap_in_bytes_total`, `swap_out_bytes_total`'],
        ['interrupts', '`interrupts_total`'],
        ['CPU context switches', '`context_switches_total`'],
        ['… cpu ticks', '`user_s_total`, `nice_s_total`, `system_s_total`, `idle_s_total` and so on, in seconds'],
        ['boot time', 'the time less `uptime_s`'],
        ['active and inactive memory', none],
      ],
    },
    {
      flags: '-d, -p <partition>',
      about: 'disks and partitions since boot',
      recorder: 'diskrec',
      counters: true,
      fields: [
        ['total', '`reads_total`, `writes_total`'],
        ['merged', '`read_merges_total`, `write_merges_total`'],
        ['sectors', '`read_bytes_total` / 512, `written_bytes_total` / 512'],
        ['ms', '1000 × `read_s_total`, 1000 × `write_s_total`'],
        ['cur', '`in_flight`'],
        ['sec', '`io_s_total`'],
      ],
    },
    {
      flags: '-D',
      about: 'all disks since boot',
      recorder: 'sysrec',
      counters: true,
      fields: [
        ['total reads, writes', '`reads_total`, `writes_total`, of physical disks'],
        ['read, written sectors', '`read_bytes_total` / 512, `written_bytes_total` / 512'],
        ['merged, milli …, inprogress', 'no sum; each device has them'],
      ],
    },
  ],
  silences: [
    { flags: '-a', about: 'active and inactive memory', why: none },
    { flags: '-m', about: 'single slabs', why: 'no answer; sysrec(1) has their sum, `slab_bytes`' },
  ],
  manners: [
    reportOfBoot,
    ['-n', 'always, but with `--format table`'],
    ['-t', 'always'],
    ['-S <unit>', 'no answer: bytes'],
  ],
};
