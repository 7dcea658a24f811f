/** What sysrec reads. */
import { indexes } from '../../src/formula.ts';
import { cpuFields } from '../../src/proc/cpu-columns.ts';
import { counter, gauge } from '../../src/schema.ts';

const kB = { scale: 1024 } as const;
const ulong = { width: 'ulong' } as const;
const decimals = { digits: 2 } as const;
const microseconds = { scale: 1e-6, digits: 6 } as const;

const memory = (key: string, name: string, help: string) => gauge(name, `/proc/meminfo ${key}`, help, kB);
const disks = (i: number) => `/proc/diskstats, number ${i} behind the name, physical disks`;
const nics = (i: number) => `/proc/net/dev, number ${i}, physical interfaces`;
const psi = (resource: string, which: string) =>
  counter(
    `psi_${resource}_${which}_s_total`,
    `/proc/pressure/${resource === 'mem' ? 'memory' : resource} ${which} total=`,
    `time that ${which} tasks waited for ${resource}`,
    microseconds,
  );

export const fields = {
  ...cpuFields,
  cpu_busy: counter('cpu_busy_s_total', '/proc/stat cpuN', 'busy CPU time of all online CPUs, by their shares', {
    digits: 9,
  }),
  cpus: gauge('cpus', '/proc/stat cpuN', 'CPUs online since the sample before'),
  running: gauge('running', '/proc/stat procs_running', 'runnable tasks, sdr itself among them'),
  ourselves: gauge('ourselves', 'sdr', '1: the task that reads'),
  blocked: gauge('blocked_tasks', '/proc/stat procs_blocked', 'tasks waiting for I/O'),
  threads: gauge('threads', '/proc/loadavg', 'threads'),
  mem_total: memory('MemTotal', 'mem_total_bytes', 'memory'),
  mem_free: memory('MemFree', 'mem_free_bytes', 'memory that nothing uses'),
  mem_available: memory('MemAvailable', 'mem_available_bytes', 'memory to be had without swapping'),
  buffers: memory('Buffers', 'buffers_bytes', 'block device cache'),
  cached: memory('Cached', 'cached_bytes', 'page cache'),
  shmem: memory('Shmem', 'shmem_bytes', 'shared memory and tmpfs'),
  slab: memory('Slab', 'slab_bytes', 'kernel caches'),
  dirty: memory('Dirty', 'dirty_bytes', 'waiting to be written'),
  writeback: memory('Writeback', 'writeback_bytes', 'being written'),
  swap_total: memory('SwapTotal', 'swap_total_bytes', 'swap'),
  swap_free: memory('SwapFree', 'swap_free_bytes', 'unused swap'),
  swap_cached: memory('SwapCached', 'swap_cached_bytes', 'in swap and in memory'),
  reads: counter('reads_total', disks(1), 'reads completed'),
  read_sectors: counter('read_bytes_total', disks(3), 'bytes read', { scale: 512 }),
  writes: counter('writes_total', disks(5), 'writes completed'),
  written_sectors: counter('written_bytes_total', disks(7), 'bytes written', { scale: 512 }),
  busiest_ms: counter('disk_busiest_s_total', disks(10), 'time that the busiest disk of each sample was busy', {
    scale: 0.001,
    digits: 3,
  }),
  rx_bytes: counter('rx_bytes_total', nics(1), 'bytes received'),
  rx_packets: counter('rx_packets_total', nics(2), 'packets received'),
  rx_errors: counter('rx_errors_total', nics(3), 'packets received with an error'),
  rx_drops: counter('rx_drops_total', nics(4), 'packets received and dropped'),
  tx_bytes: counter('tx_bytes_total', nics(9), 'bytes sent'),
  tx_packets: counter('tx_packets_total', nics(10), 'packets sent'),
  tx_errors: counter('tx_errors_total', nics(11), 'packets not sent for an error'),
  tx_drops: counter('tx_drops_total', nics(12), 'packets dropped before sending'),
  load1: gauge('load1', '/proc/loadavg', 'load average over a minute', decimals),
  load5: gauge('load5', '/proc/loadavg', 'load average over five minutes', decimals),
  load15: gauge('load15', '/proc/loadavg', 'load average over fifteen minutes', decimals),
  interrupts: counter('interrupts_total', '/proc/stat intr', 'interrupts'),
  context_switches: counter('context_switches_total', '/proc/stat ctxt', 'context switches'),
  forks: counter('forks_total', '/proc/stat processes', 'processes and threads made', ulong),
  page_in: counter('page_in_bytes_total', '/proc/vmstat pgpgin', 'bytes paged in', { ...kB, ...ulong }),
  page_out: counter('page_out_bytes_total', '/proc/vmstat pgpgout', 'bytes paged out', { ...kB, ...ulong }),
  swap_in: counter('swap_in_bytes_total', '/proc/vmstat pswpin × page size', 'bytes swapped in'),
  swap_out: counter('swap_out_bytes_total', '/proc/vmstat pswpout × page size', 'bytes swapped out'),
  major_faults: counter('major_faults_total', '/proc/vmstat pgmajfault', 'page faults that read a disk', ulong),
  oom_kills: gauge('oom_kills_total', '/proc/vmstat oom_kill', 'processes killed for want of memory'),
  softnet_drops: counter('softnet_drops_total', '/proc/net/softnet_stat, number 2', 'packets dropped: backlog full'),
  softnet_squeezes: counter('softnet_squeezes_total', '/proc/net/softnet_stat, number 3', 'polls out of budget'),
  psi_cpu_some: psi('cpu', 'some'),
  psi_mem_some: psi('mem', 'some'),
  psi_mem_full: psi('mem', 'full'),
  psi_io_some: psi('io', 'some'),
  psi_io_full: psi('io', 'full'),
  open_files: gauge('open_files', '/proc/sys/fs/file-nr', 'open files'),
  tcp_established: gauge('tcp_established', '/proc/net/snmp Tcp CurrEstab', 'established TCP connections'),
  tcp_retransmits: counter('tcp_retransmits_total', '/proc/net/snmp Tcp RetransSegs', 'TCP segments sent again', ulong),
  uptime: gauge('uptime_s', '/proc/uptime', 'time since boot, suspend included', decimals),
} as const;

/** Each field's place in a sample. */
export const at = indexes(fields);
