/** With `--counters`: each counter and the kernel's own one, in base units (bytes, seconds). The growth is compared. */
import { cpus } from '../machine.ts';
import { level, type Oracle, type Oracles, rate } from '../oracle.ts';
import { over, perSecond, type Truth, value } from '../view.ts';
import { cpuShare } from './cpu.ts';

const TICK = 0.01;
const MS = 0.001;

/** Digits are copied, so nothing is lost to rounding; `counted` ones are whole. */
const growth = (keys: readonly string[], scale = 1, counted = scale >= 1): Oracle =>
  rate(perSecond(keys, scale), { counted, digits: 6 });

const ticks = (cpu: string): Record<string, Oracle> =>
  Object.fromEntries(
    ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'].map((state) => [
      `${state}_s_total`,
      // Ticks come whole: two at either end.
      rate(perSecond([`${cpu}:${state}`], TICK), { counted: false, most: 0.002, digits: 2 }),
    ]),
  );

function disk(name: string): Record<string, Oracle> {
  const key = (what: string): string[] => [`disk:${name}:${what}`];
  return {
    reads_total: growth(key('reads')),
    read_bytes_total: growth(key('read_sectors'), 512),
    writes_total: growth(key('writes')),
    written_bytes_total: growth(key('write_sectors'), 512),
  };
}

function diskOnly(name: string): Record<string, Oracle> {
  const key = (what: string): string[] => [`disk:${name}:${what}`];
  return {
    read_merges_total: growth(key('read_merges')),
    read_s_total: growth(key('read_ms'), MS),
    write_merges_total: growth(key('write_merges')),
    write_s_total: growth(key('write_ms'), MS),
    io_s_total: growth(key('io_ms'), MS),
    weighted_io_s_total: growth(key('weighted_ms'), MS),
    discards_total: growth(key('discards')),
    discarded_bytes_total: growth(key('discard_sectors'), 512),
    flushes_total: growth(key('flushes')),
  };
}

function wire(name: string, directions: readonly string[]): Record<string, Oracle> {
  return Object.fromEntries(directions.map((what) => [`${what}_total`, growth([`net:${name}:${what}`])]));
}

const both = ['rx_bytes', 'rx_packets', 'rx_errors', 'rx_drops', 'tx_bytes', 'tx_packets', 'tx_errors', 'tx_drops'];
const nicOnly = [
  ...['rx_fifo', 'rx_frame', 'rx_compressed', 'rx_multicast'],
  ...['tx_fifo', 'tx_collisions', 'tx_carrier', 'tx_compressed'],
];

const busySeconds: Truth = over(
  'cpus',
  (view, cpu) => cpuShare(cpu, 'user', 'nice', 'system', 'irq', 'softirq', 'steal')(view, cpu) / 100,
  (values) => values.reduce((sum, each) => sum + each, 0),
);

const psi = (what: string, kind: string): Oracle =>
  rate(perSecond([`psi:${what}:${kind}`], 1e-6), { counted: false, most: 0.002, digits: 6 });

const system: Oracles = {
  cpus: level((view) => cpus(view.machine).length),
  cpu_busy_s_total: rate(busySeconds, { counted: false, most: 0.004, digits: 6 }),
  disk_busiest_s_total: rate(
    over('disks', perSecond(['disk:{d}:io_ms'], MS), (values) => Math.max(...values)),
    { counted: false, most: 0.001, digits: 3 },
  ),
  interrupts_total: { ...growth(['stat:intr']), part: 0.02 },
  context_switches_total: { ...growth(['stat:ctxt']), part: 0.02 },
  forks_total: { ...growth(['stat:processes']), part: 0.02 },
  page_in_bytes_total: growth(['vm:pgpgin'], 1024),
  page_out_bytes_total: growth(['vm:pgpgout'], 1024),
  swap_in_bytes_total: rate((v, d) => perSecond(['vm:pswpin'], v.now('page:size'))(v, d)),
  swap_out_bytes_total: rate((v, d) => perSecond(['vm:pswpout'], v.now('page:size'))(v, d)),
  major_faults_total: { ...growth(['vm:pgmajfault']), part: 0.02 },
  softnet_drops_total: growth(['softnet:dropped']),
  softnet_squeezes_total: growth(['softnet:squeezed']),
  psi_cpu_some_s_total: psi('cpu', 'some'),
  psi_mem_some_s_total: psi('memory', 'some'),
  psi_mem_full_s_total: psi('memory', 'full'),
  psi_io_some_s_total: psi('io', 'some'),
  psi_io_full_s_total: psi('io', 'full'),
  tcp_retransmits_total: { ...growth(['tcp:RetransSegs']), part: 0.02 },
};

/** By recorder; what is no counter has the same oracle as without `--counters`. */
export const counterOracles: Readonly<Record<string, Oracles>> = {
  sysrec: { ...ticks('cpu'), ...disk('{disks}'), ...wire('{nics}', both), ...system },
  cpurec: ticks('{d}'),
  diskrec: { ...disk('{d}'), ...diskOnly('{d}') },
  nicrec: { ...wire('{d}', [...both, ...nicOnly]), half_duplex: level(value(['net:{d}:half']), { old: 11 }) },
};
