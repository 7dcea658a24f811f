/**
 * The layouts of the predecessor's files (`*.krd`), field by field behind the time and the device: which of our columns each is, and
 * how it is spelled there. What it computed wrongly is right here; `differs` says so for its users.
 */

export interface Cell {
  /** The predecessor's name. */
  readonly name: string;
  /** Our columns, added up; none = it has no source here: `NA`. */
  readonly of: readonly string[];
  /** Divides: 1024 for kB. */
  readonly by: number;
  /** Our column that this is a percentage of; '' = none. */
  readonly share: string;
  readonly digits: number;
  /** What stands there when our cell is empty. */
  readonly empty: string;
  /** How it differs from what the predecessor wrote; '' when it does not. */
  readonly differs: string;
}

export interface Layout {
  readonly cells: readonly Cell[];
  /** Devices that the predecessor left out. */
  readonly skips: RegExp | null;
  readonly differs: readonly string[];
}

const cell = (name: string, of: string | readonly string[], digits: number, by: number, differs = ''): Cell => ({
  name,
  of: typeof of === 'string' ? [of] : of,
  by,
  share: '',
  digits,
  empty: 'NA',
  differs,
});
const plain = (name: string, of: string | readonly string[], differs = '') => cell(name, of, 2, 1, differs);
const whole = (name: string, of: string, differs = '') => cell(name, of, 0, 1, differs);
const kB = (name: string, of: string, differs = '') => cell(name, of, 0, 1024, differs);
const kBs = (name: string, of: string, differs = '') => cell(name, of, 2, 1024, differs);
const none = (name: string, differs: string) => cell(name, [], 0, 1, differs);

const decimals = 'was cut to a whole number: less than one a second was 0';
const busy = 'time that waits for a disk, and stolen time, counted as busy';
const user = ['user_pct', 'guest_pct'];
const physical = 'dm and md devices, bridges and bonds were counted beside what they are made of';

const sysrec: Layout = {
  skips: null,
  differs: [],
  cells: [
    plain('cpupct', 'cpu_pct', busy),
    plain('sumpct', 'cpu_sum_pct', busy),
    plain('headpct', 'cpu_headroom_pct', busy),
    plain('userpct', user),
    plain('nicepct', 'nice_pct'),
    plain('syspct', 'sys_pct'),
    plain('idlepct', 'idle_pct'),
    plain('iowaitpct', 'iowait_pct'),
    plain('irqpct', 'irq_pct'),
    plain('softirqpct', 'softirq_pct'),
    plain('stealpct', 'steal_pct'),
    whole('runqsz', 'runq_tasks'),
    whole('plistsz', 'threads'),
    plain('memusedpct', 'mem_used_pct', 'counted the page cache as used'),
    kB('memused', 'mem_used_bytes', 'counted the page cache as used'),
    kB('memfree', 'mem_free_bytes'),
    kB('memtotal', 'mem_total_bytes'),
    kB('buffers', 'buffers_bytes'),
    kB('cached', 'cached_bytes'),
    kB(
      'realfree',
      'mem_available_bytes',
      'counted tmpfs and shared memory as free; is what the kernel calls available',
    ),
    { ...plain('realfreepct', 'mem_available_bytes', 'as realfree'), share: 'mem_total_bytes' },
    { ...plain('swapusedpct', 'swap_used_pct'), empty: '0.00' },
    kB('swapused', 'swap_used_bytes'),
    kB('swapfree', 'swap_free_bytes'),
    kB('swaptotal', 'swap_total_bytes'),
    kB('swapcached', 'swap_cached_bytes'),
    plain('reads', 'reads_per_s', decimals),
    kBs('rkbytes', 'read_bytes_per_s', physical),
    plain('writes', 'writes_per_s', decimals),
    kBs('wkbytes', 'written_bytes_per_s', physical),
    plain('iops', 'iops', decimals),
    kBs('rwkbytes', 'disk_bytes_per_s', physical),
    plain('rxpkt', 'rx_packets_per_s', decimals),
    kBs('rxkbytes', 'rx_bytes_per_s', physical),
    plain('rxerr', 'rx_errors_per_s', decimals),
    plain('rxdrop', 'rx_drops_per_s', decimals),
    plain('txpkt', 'tx_packets_per_s', decimals),
    kBs('txkbytes', 'tx_bytes_per_s', physical),
    plain('txerr', 'tx_errors_per_s', decimals),
    plain('txdrop', 'tx_drops_per_s', decimals),
    plain('rxtxpkt', 'packets_per_s', decimals),
    kBs('rxtxkbytes', 'net_bytes_per_s', physical),
    plain('avg1', 'load1'),
    plain('avg5', 'load5'),
    plain('avg15', 'load15'),
  ],
};

const cpurec: Layout = {
  skips: null,
  differs: ['CPUs are in the order of their numbers; they were sorted as text, cpu10 before cpu2'],
  cells: [
    plain('userpct', user),
    plain('nicepct', 'nice_pct'),
    plain('syspct', 'sys_pct'),
    plain('irqpct', 'irq_pct'),
    plain('softirqpct', 'softirq_pct'),
    plain('iowaitpct', 'iowait_pct'),
    plain('stealpct', 'steal_pct'),
    plain('idlepct', 'idle_pct'),
    plain('totalpct', 'cpu_pct', busy),
  ],
};

const mounted = 'is what fsrec records';

const diskrec: Layout = {
  skips: /^(fd0|hdc|sr\d+)$/,
  differs: [
    'reads, writes and bytes are right on kernels since 5.5, where the predecessor took one number for another',
    'the device is its own name; the last part of its mount point was glued to it',
  ],
  cells: [
    plain('reads', 'reads_per_s'),
    kBs('rkbytes', 'read_bytes_per_s'),
    plain('writes', 'writes_per_s'),
    kBs('wkbytes', 'written_bytes_per_s'),
    plain('iops', 'iops'),
    kBs('rwkbytes', 'bytes_per_s'),
    none('size', mounted),
    none('free', mounted),
    none('usedpct', mounted),
  ],
};

const swapped = "packets and kB had each other's decimals";

const nicrec: Layout = {
  skips: /^(lo|vif|macvtap)/,
  differs: [],
  cells: [
    plain('rxpkt', 'rx_packets_per_s'),
    kBs('rxkbytes', 'rx_bytes_per_s', swapped),
    plain('rxerr', 'rx_errors_per_s', decimals),
    plain('rxdrop', 'rx_drops_per_s', decimals),
    plain('rxfifo', 'rx_fifo_per_s', decimals),
    plain('rxframe', 'rx_frame_per_s', decimals),
    plain('rxcompr', 'rx_compressed_per_s', decimals),
    plain('rxmulti', 'rx_multicast_per_s', decimals),
    plain('txpkt', 'tx_packets_per_s'),
    kBs('txkbytes', 'tx_bytes_per_s', swapped),
    plain('txerr', 'tx_errors_per_s', decimals),
    plain('txdrop', 'tx_drops_per_s', decimals),
    plain('txfifo', 'tx_fifo_per_s', decimals),
    plain('txcols', 'tx_collisions_per_s', decimals),
    plain('txcarr', 'tx_carrier_per_s', decimals),
    plain('txcompr', 'tx_compressed_per_s', decimals),
    plain('rxtxpkt', 'packets_per_s', decimals),
    kBs('rxtxkbytes', 'bytes_per_s'),
  ],
};

/** By recorder. hdwrec is one row of many items: see inventory.ts. */
export const layouts: Readonly<Record<string, Layout>> = { sysrec, cpurec, diskrec, nicrec };
