/** sar(1) of sysstat 12, flag by flag; its network reports are in network.ts. */
import type { Answer, Silence, Tool } from './answer.ts';
import { none } from './answer.ts';
import { allTimes, shortTimes } from './cpu.ts';
import { networkAnswers, networkSilences } from './network.ts';

const system: readonly Answer[] = [
  { flags: '-u', about: 'CPU, all processors together', recorder: 'sysrec', fields: shortTimes },
  { flags: '-u ALL', about: 'CPU, all fields', recorder: 'sysrec', fields: allTimes },
  {
    flags: '-P <list>, -P ALL',
    about: 'each processor',
    recorder: 'cpurec',
    fields: allTimes,
    remark: 'Some of them: `--devices cpurec=cpu[0-3]`. The line "all" is sysrec(1).',
  },
  {
    flags: '-w',
    about: 'task creation and switching',
    recorder: 'sysrec',
    fields: [
      ['proc/s', '`forks_per_s`'],
      ['cswch/s', '`context_switches_per_s`'],
    ],
  },
  {
    flags: '-I SUM',
    about: 'interrupts',
    recorder: 'sysrec',
    fields: [['intr/s', '`interrupts_per_s`, of all processors together']],
  },
  {
    flags: '-m CPU',
    about: 'clock frequency',
    recorder: 'cpurec',
    fields: [['MHz', '`mhz`']],
  },
  {
    flags: '-m TEMP',
    about: 'temperatures',
    recorder: 'temprec',
    fields: [
      ['degC', '`temp_c`'],
      ['%temp', '100 × `temp_c` / `crit_c`, if its limit is the critical one'],
    ],
  },
  {
    flags: '-q LOAD',
    about: 'run queue and load',
    recorder: 'sysrec',
    fields: [
      ['runq-sz', '`runq_tasks`'],
      ['plist-sz', '`threads`'],
      ['ldavg-1, -5, -15', '`load1`, `load5`, `load15`'],
      ['blocked', '`blocked_tasks`'],
    ],
  },
  {
    flags: '-q CPU, -q IO, -q MEM, -q PSI',
    about: 'pressure',
    recorder: 'sysrec',
    fields: [
      ['%scpu', '`psi_cpu_some_pct`'],
      ['%sio, %fio', '`psi_io_some_pct`, `psi_io_full_pct`'],
      ['%smem, %fmem', '`psi_mem_some_pct`, `psi_mem_full_pct`'],
      ['…-10, …-60, …-300', 'the mean of the above over that many seconds: sdr-stats(1)'],
    ],
  },
  {
    flags: '-v',
    about: 'kernel tables',
    recorder: 'sysrec',
    fields: [
      ['file-nr', '`open_files`'],
      ['dentunusd, inode-nr, pty-nr', none],
    ],
  },
];

const memory: readonly Answer[] = [
  {
    flags: '-r [ALL]',
    about: 'memory, bytes where sar has kilobytes',
    recorder: 'sysrec',
    fields: [
      ['kbmemfree', '`mem_free_bytes`'],
      ['kbavail', '`mem_available_bytes`'],
      ['kbmemused', '`mem_total_bytes` − `mem_free_bytes` − `buffers_bytes` − `cached_bytes` − `slab_bytes`'],
      ['%memused', 'the same, in percent of `mem_total_bytes`'],
      ['kbbuffers', '`buffers_bytes`'],
      ['kbcached', '`cached_bytes`'],
      ['kbdirty', '`dirty_bytes`'],
      ['kbslab', '`slab_bytes`'],
      ['kbcommit, %commit, kbactive, kbinact', none],
      ['kbanonpg, kbkstack, kbpgtbl, kbvmused', none],
    ],
    remark:
      'What sdr calls used (mem_used_bytes, mem_used_pct) is total − available: memory that cannot be had without swapping. It counts shared memory as used, which sar does not.',
  },
  {
    flags: '-S',
    about: 'swap space',
    recorder: 'sysrec',
    fields: [
      ['kbswpfree', '`swap_free_bytes`'],
      ['kbswpused, %swpused', '`swap_used_bytes`, `swap_used_pct`'],
      ['kbswpcad', '`swap_cached_bytes`'],
      ['%swpcad', '100 × `swap_cached_bytes` / `swap_used_bytes`'],
    ],
  },
  {
    flags: '-W',
    about: 'swapping, bytes where sar has pages',
    recorder: 'sysrec',
    fields: [
      ['pswpin/s', '`swap_in_bytes_per_s`'],
      ['pswpout/s', '`swap_out_bytes_per_s`'],
    ],
    remark: '`getconf PAGESIZE` tells how many bytes a page is: 16384 on a Raspberry Pi 5.',
  },
  {
    flags: '-B',
    about: 'paging, bytes where sar has kilobytes',
    recorder: 'sysrec',
    fields: [
      ['pgpgin/s', '`page_in_bytes_per_s`'],
      ['pgpgout/s', '`page_out_bytes_per_s`'],
      ['majflt/s', '`major_faults_per_s`'],
      ['fault/s, pgfree/s', none],
      [
        'pgscank/s, pgscand/s, pgsteal/s, %vmeff',
        'no answer; memory that is hard to come by shows in `psi_mem_some_pct`',
      ],
    ],
  },
];

const disks: readonly Answer[] = [
  {
    flags: '-b',
    about: 'disks, all together',
    recorder: 'sysrec',
    fields: [
      ['tps', '`iops`, discards not counted'],
      ['rtps, wtps', '`reads_per_s`, `writes_per_s`'],
      ['bread/s, bwrtn/s', '`read_bytes_per_s` / 512, `written_bytes_per_s` / 512'],
      ['dtps, bdscd/s', 'no sum; each device has them (`-d`)'.replaceAll('`', '')],
    ],
  },
  {
    flags: '-d',
    about: 'each block device, bytes where sar has kilobytes',
    recorder: 'diskrec',
    fields: [
      ['tps', '`iops` + `discards_per_s`'],
      ['rkB/s, wkB/s, dkB/s', '`read_bytes_per_s`, `written_bytes_per_s`, `discarded_bytes_per_s`'],
      ['areq-sz', '`bytes_per_s` / `iops`, discards not counted'],
      ['aqu-sz', '`queue_avg`'],
      ['await', '`await_ms`, discards not counted'],
      ['%util', '`util_pct`'],
    ],
  },
  {
    flags: '-F [MOUNT]',
    about: 'file systems',
    recorder: 'fsrec',
    fields: [
      ['MBfsfree', '`free_bytes`'],
      ['MBfsused', '`size_bytes` − `free_bytes`'],
      ['%fsused', '100 − 100 × `free_bytes` / `size_bytes`'],
      ['%ufsused', '100 − 100 × `available_bytes` / `size_bytes`; `used_pct` is what df prints'],
      ['Ifree', '`inodes_free`'],
      ['Iused', '`inodes` − `inodes_free`'],
      ['%Iused', '`inodes_used_pct`'],
    ],
  },
];

const silences: readonly Silence[] = [
  { flags: '-H', about: 'huge pages', why: none },
  { flags: '-I <list>, -I ALL', about: 'single interrupts', why: 'no answer; the sum is `-I SUM`' },
  {
    flags: '-m FAN, -m IN, -m USB',
    about: 'fans, voltages, USB devices',
    why: 'no answer; pirec(1) has the core voltage of a Raspberry Pi',
  },
  { flags: '-m FREQ', about: 'weighted frequency', why: 'no answer; `-m CPU` is the frequency of the moment' },
  { flags: '-y', about: 'serial lines', why: none },
];

export const sar: Tool = {
  page: 'sar(1)',
  title: 'SAR',
  remarks: [
    'What sar -o keeps in a binary file and prints later, `sdr record -o <dir>` writes as text at once. sar begins a report with a line of its own and repeats the header; sdr does neither. Averages, percentiles and extremes over any time are the business of sdr-stats(1).',
  ],
  answers: [...system, ...memory, ...disks, ...networkAnswers],
  silences: [...silences, ...networkSilences],
  manners: [
    ['-A', '`sdr record 1 -o <dir>`: every recorder that works here, a file each'],
    ['-o <file>', '`-o <dir>`'],
    ['-f <file>, -1, -2 …', '`sdr cat <dir> <recorder>`, with `--since` and `--until`'],
    ['-s, -e', '`--since`, `--until` of sdr-cat(1) and sdr-stats(1)'],
    ['-i <interval>', '`--every` of sdr-stats(1)'],
    ['-t', '`--local` of sdr-cat(1); else times are UTC'],
    ['-D', 'always: names of files have the whole date'],
    ['--dev, --iface, --fs', '`--devices <recorder=glob>`, `--skip-devices <recorder=glob>`'],
    ['-j', 'no answer: devices have the names of the kernel'],
    ['-z', 'no answer: a device that stands still has its rows too'],
    ['-h, -p, --human, --pretty', '`--format table`'],
    ['--dec', 'no answer: decimals are fixed, sdr-csv(5)'],
    ['-C, --int, --sadc', none],
  ],
};
