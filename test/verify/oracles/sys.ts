/** The whole machine. Documentation/filesystems/proc.rst, Documentation/accounting/psi.rst, net/core/net-procfs.c. */
import { availableParallelism } from 'node:os';
import { level, type Oracles, rate, share, theirs } from '../oracle.ts';
import { over, perSecond, portion, type Truth, value } from '../view.ts';
import { cpuColumns, cpuShare } from './cpu.ts';

const MIB = 1024 * 1024;
const SECTOR = 512;
const disks = (...names: string[]): string[] => names.map((name) => `disk:{disks}:${name}`);
const nics = (...names: string[]): string[] => names.map((name) => `net:{nics}:${name}`);
const iostat = (name: string | string[], scale = 1, most = 0): ReturnType<typeof theirs> =>
  theirs(
    [name].flat().map((each) => `iostat:{disks}:${each}`),
    scale,
    most,
  );
const dev = (name: string | string[], scale = 1, most = 0): ReturnType<typeof theirs> =>
  theirs(
    [name].flat().map((each) => `sar:net-dev:{nics}:${each}`),
    scale,
    most,
  );
const edev = (name: string): ReturnType<typeof theirs> => theirs(`sar:net-edev:{nics}:${name}`);

/** Memory: 2 % or 8 MiB, whichever is more. */
const memory = (keys: string[], sar?: string): Oracles[string] =>
  level(value(keys.map((key) => key.replace(/\w+/, 'mem:$&'))), {
    part: 0.02,
    most: 8 * MIB,
    ...(sar === undefined ? {} : { sysstat: theirs(`sar:memory:${sar}`, 1024, 8 * MIB) }),
  });

const busy = (view: Parameters<Truth>[0], cpu: string): number =>
  cpuShare(cpu, 'user', 'nice', 'system', 'irq', 'softirq', 'steal')(view, cpu);

const total = (values: number[]): number => values.reduce((sum, each) => sum + each, 0);

/** Swap and pages are counted in pages, and a page is what the kernel was built with. */
const pages =
  (key: string): Truth =>
  (view, device) =>
    perSecond([key], view.now('page:size'))(view, device);

/** Stalled microseconds a second, in percent. psi counts in its own steps: what it adds is up to 2 s old. */
const stalled = (what: string, kind: string): Oracles[string] =>
  share(perSecond([`psi:${what}:${kind}`], 1e-4), { most: 0.2 });

/** Counts of the whole machine: 2 %. */
const loose = (truth: Truth, sar?: string, scale = 1): Oracles[string] =>
  rate(truth, { part: 0.02, ...(sar === undefined ? {} : { sysstat: theirs(sar, scale, 0.02 * scale) }) });

/** As far off as each CPU may be. */
const allCpus = { flat: true, most: 0.2 * availableParallelism(), max: Number.POSITIVE_INFINITY };

const cpu: Oracles = {
  ...cpuColumns('cpu', 'all'),
  cpu_sum_pct: share(over('cpus', busy, total), allCpus),
  cpu_headroom_pct: share(
    over('cpus', busy, (v, n) => n * 100 - total(v)),
    allCpus,
  ),
  // On the whole second everybody wakes up at once, all that measure and all that the load started.
  runq_tasks: level((view) => Math.max(0, view.now('stat:procs_running') - 1), { most: 12 }),
  blocked_tasks: level(value(['stat:procs_blocked']), { most: 2 }),
  threads: level(value(['load:threads']), { most: 5, sysstat: theirs('sar:queue:plist-sz', 1, 8) }),
};

const mem: Oracles = {
  mem_used_pct: level(portion(['mem:MemTotal', '-mem:MemAvailable'], 'mem:MemTotal'), { most: 0.05, digits: 2 }),
  mem_used_bytes: memory(['MemTotal', '-MemAvailable']),
  mem_free_bytes: memory(['MemFree'], 'memfree'),
  mem_available_bytes: memory(['MemAvailable'], 'avail'),
  mem_total_bytes: level(value(['mem:MemTotal'])),
  buffers_bytes: memory(['Buffers'], 'buffers'),
  cached_bytes: memory(['Cached']),
  shmem_bytes: memory(['Shmem']),
  slab_bytes: memory(['Slab'], 'slab'),
  dirty_bytes: memory(['Dirty'], 'dirty'),
  writeback_bytes: memory(['Writeback']),
  swap_used_pct: level(portion(['mem:SwapTotal', '-mem:SwapFree'], 'mem:SwapTotal'), { most: 0.05, digits: 2 }),
  swap_used_bytes: memory(['SwapTotal', '-SwapFree'], 'swpused'),
  swap_free_bytes: memory(['SwapFree'], 'swpfree'),
  swap_total_bytes: level(value(['mem:SwapTotal'])),
  swap_cached_bytes: memory(['SwapCached'], 'swpcad'),
};

const devices: Oracles = {
  reads_per_s: rate(perSecond(disks('reads')), { sysstat: iostat('r/s') }),
  read_bytes_per_s: rate(perSecond(disks('read_sectors'), SECTOR), { sysstat: iostat('rkB/s', 1024, 6) }),
  writes_per_s: rate(perSecond(disks('writes')), { sysstat: iostat('w/s') }),
  written_bytes_per_s: rate(perSecond(disks('write_sectors'), SECTOR), { sysstat: iostat('wkB/s', 1024, 6) }),
  iops: rate(perSecond(disks('reads', 'writes')), { sysstat: iostat(['r/s', 'w/s']) }),
  disk_bytes_per_s: rate(perSecond(disks('read_sectors', 'write_sectors'), SECTOR), {
    sysstat: iostat(['rkB/s', 'wkB/s'], 1024, 6),
  }),
  disk_util_pct: share(
    over('disks', perSecond(['disk:{d}:io_ms'], 0.1), (v) => Math.max(...v)),
    { most: 0.1 },
  ),
  rx_packets_per_s: rate(perSecond(nics('rx_packets')), { sysstat: dev('rxpck') }),
  rx_bytes_per_s: rate(perSecond(nics('rx_bytes')), { sysstat: dev('rxkB', 1024, 6) }),
  rx_errors_per_s: rate(perSecond(nics('rx_errors')), { sysstat: edev('rxerr') }),
  rx_drops_per_s: rate(perSecond(nics('rx_drops')), { sysstat: edev('rxdrop') }),
  tx_packets_per_s: rate(perSecond(nics('tx_packets')), { sysstat: dev('txpck') }),
  tx_bytes_per_s: rate(perSecond(nics('tx_bytes')), { sysstat: dev('txkB', 1024, 6) }),
  tx_errors_per_s: rate(perSecond(nics('tx_errors')), { sysstat: edev('txerr') }),
  tx_drops_per_s: rate(perSecond(nics('tx_drops')), { sysstat: edev('txdrop') }),
  packets_per_s: rate(perSecond(nics('rx_packets', 'tx_packets')), { sysstat: dev(['rxpck', 'txpck']) }),
  net_bytes_per_s: rate(perSecond(nics('rx_bytes', 'tx_bytes')), { sysstat: dev(['rxkB', 'txkB'], 1024, 6) }),
};

const kernel: Oracles = {
  load1: level(value(['load:1']), { most: 0.05, digits: 2, sysstat: theirs('sar:queue:ldavg-1', 1, 0.05) }),
  load5: level(value(['load:5']), { most: 0.05, digits: 2, sysstat: theirs('sar:queue:ldavg-5', 1, 0.05) }),
  load15: level(value(['load:15']), { most: 0.05, digits: 2, sysstat: theirs('sar:queue:ldavg-15', 1, 0.05) }),
  interrupts_per_s: loose(perSecond(['stat:intr']), 'mpstat:all:intr'),
  context_switches_per_s: loose(perSecond(['stat:ctxt']), 'sar:process-and-context-switch:cswch'),
  forks_per_s: loose(perSecond(['stat:processes']), 'sar:process-and-context-switch:proc'),
  page_in_bytes_per_s: rate(perSecond(['vm:pgpgin'], 1024), { sysstat: theirs('sar:paging:pgpgin', 1024, 6) }),
  page_out_bytes_per_s: rate(perSecond(['vm:pgpgout'], 1024), { sysstat: theirs('sar:paging:pgpgout', 1024, 6) }),
  swap_in_bytes_per_s: rate(pages('vm:pswpin'), { sysstat: theirs('sar:swap-pages:pswpin', 4096, 50) }),
  swap_out_bytes_per_s: rate(pages('vm:pswpout'), { sysstat: theirs('sar:swap-pages:pswpout', 4096, 50) }),
  major_faults_per_s: loose(perSecond(['vm:pgmajfault']), 'sar:paging:majflt'),
  oom_kills_total: level(value(['vm:oom_kill'])),
  softnet_drops_per_s: rate(perSecond(['softnet:dropped']), { sysstat: theirs('sar:softnet:all:dropd') }),
  softnet_squeezes_per_s: rate(perSecond(['softnet:squeezed']), { sysstat: theirs('sar:softnet:all:squeezd') }),
  psi_cpu_some_pct: stalled('cpu', 'some'),
  psi_mem_some_pct: stalled('memory', 'some'),
  psi_mem_full_pct: stalled('memory', 'full'),
  psi_io_some_pct: stalled('io', 'some'),
  psi_io_full_pct: stalled('io', 'full'),
  open_files: level(value(['files:open']), { most: 64, old: 11 }),
  tcp_established: level(value(['tcp:CurrEstab']), { most: 0 }),
  tcp_retransmits_per_s: loose(perSecond(['tcp:RetransSegs']), 'sar:net-etcp:retrans'),
  uptime_s: level(value(['uptime']), { most: 0.15, digits: 2 }),
};

export const sysOracles: Oracles = { ...cpu, ...mem, ...devices, ...kernel };
