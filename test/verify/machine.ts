/**
 * The oracle's eyes: the kernel's counter files as one flat table of numbers, parsed here afresh from the kernel's
 * documentation (Documentation/filesystems/proc.rst, Documentation/admin-guide/iostats.rst). It shares no line with the
 * program under test, so that one misreading cannot hide in both.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** `file:thing:number` to its value, in the kernel's own unit (memory: bytes). */
export type Machine = Map<string, number>;

const ticks = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'];
const disk = [
  ...['reads', 'read_merges', 'read_sectors', 'read_ms', 'writes', 'write_merges', 'write_sectors', 'write_ms'],
  ...['in_flight', 'io_ms', 'weighted_ms', 'discards', 'discard_merges', 'discard_sectors', 'discard_ms'],
  ...['flushes', 'flush_ms'],
];
const net = [
  ...['rx_bytes', 'rx_packets', 'rx_errors', 'rx_drops', 'rx_fifo', 'rx_frame', 'rx_compressed', 'rx_multicast'],
  ...['tx_bytes', 'tx_packets', 'tx_errors', 'tx_drops', 'tx_fifo', 'tx_collisions', 'tx_carrier', 'tx_compressed'],
];

/** A machine's files: this one's, or a tape's. */
export interface Root {
  /** '' when it is not there or refuses. */
  text(path: string): string;
  exists(path: string): boolean;
}

const thisMachine: Root = {
  text(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  },
  exists: existsSync,
};

/** Pages have one size until the machine boots again. */
let ownPage = 0;

/** Every number of a machine. What a kernel lacks has no entry. */
export function readMachine(root: Root = thisMachine): Machine {
  const m: Machine = new Map();
  const read = (path: string): string => root.text(path);
  stat(m, read('/proc/stat'));
  diskstats(m, root);
  netDev(m, root);
  for (const [, key, kib] of read('/proc/meminfo').matchAll(/^(\S+):\s+(\d+)/gm))
    m.set(`mem:${key}`, Number(kib) * 1024);
  for (const [, key, n] of read('/proc/vmstat').matchAll(/^(\S+) (\d+)$/gm)) m.set(`vm:${key}`, Number(n));
  for (const what of ['cpu', 'memory', 'io']) {
    for (const [, kind, us] of read(`/proc/pressure/${what}`).matchAll(/^(some|full) .*total=(\d+)/gm)) {
      m.set(`psi:${what}:${kind}`, Number(us));
    }
  }
  small(m, read);
  m.set(
    'page:size',
    root === thisMachine ? getconf() : Number(/^KernelPageSize:\s+(\d+)/m.exec(read('/proc/self/smaps'))?.[1]) * 1024,
  );
  return m;
}

/** The things named `<kind>:<name>:…`, each once. */
export function things(m: Machine, kind: 'disk' | 'net'): string[] {
  const end = kind === 'disk' ? ':reads' : ':rx_bytes';
  const keys = [...m.keys()].filter((key) => key.startsWith(`${kind}:`) && key.endsWith(end));
  return keys.map((key) => key.slice(kind.length + 1, -end.length));
}

/** The online CPUs: `cpu0`, `cpu1`, … */
export function cpus(m: Machine): string[] {
  return [...m.keys()].filter((key) => /^cpu\d+:user$/.test(key)).map((key) => key.slice(0, -':user'.length));
}

function getconf(): number {
  ownPage ||= Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));
  return ownPage;
}

function stat(m: Machine, from: string): void {
  for (const line of from.split('\n')) {
    const [name = '', ...numbers] = line.split(/\s+/);
    if (/^cpu\d*$/.test(name))
      for (const [i, what] of ticks.entries()) m.set(`${name}:${what}`, Number(numbers[i] ?? 0));
    else if (/^(intr|ctxt|processes|procs_running|procs_blocked)$/.test(name))
      m.set(`stat:${name}`, Number(numbers[0]));
  }
}

function diskstats(m: Machine, root: Root): void {
  for (const line of root.text('/proc/diskstats').split('\n')) {
    const [, , name, ...numbers] = line.trim().split(/\s+/);
    if (name === undefined) continue;
    for (const [i, what] of disk.entries()) {
      if (numbers[i] !== undefined) m.set(`disk:${name}:${what}`, Number(numbers[i]));
    }
    if (/^(loop|ram)/.test(name)) m.set(`disk:${name}:sectors`, Number(root.text(`/sys/block/${name}/size`)));
    m.set(`disk:${name}:physical`, root.exists(`/sys/block/${name}/device`) ? 1 : 0);
  }
}

function netDev(m: Machine, root: Root): void {
  for (const line of root.text('/proc/net/dev').split('\n').slice(2)) {
    // Old kernels glue the first number to the colon, and an alias has a colon of its own.
    const at = line.lastIndexOf(':');
    if (at < 0) continue;
    const name = line.slice(0, at).trim();
    const numbers = line
      .slice(at + 1)
      .trim()
      .split(/\s+/);
    for (const [i, what] of net.entries()) m.set(`net:${name}:${what}`, Number(numbers[i]));
    link(m, root, name);
  }
}

function link(m: Machine, root: Root, name: string): void {
  const base = `/sys/class/net/${name}`;
  m.set(`net:${name}:physical`, root.exists(`${base}/device`) ? 1 : 0);
  m.set(`net:${name}:enslaved`, root.exists(`${base}/master`) ? 1 : 0);
  // The carrier of an interface that is down cannot be read (EINVAL): it has none.
  if (root.exists(`${base}/carrier`)) m.set(`net:${name}:up`, Number(root.text(`${base}/carrier`).trim() || 0));
  m.set(`net:${name}:half`, root.text(`${base}/duplex`).trim() === 'half' ? 1 : 0);
  const speed = Number(root.text(`${base}/speed`).trim() || -1);
  if (speed > 0) m.set(`net:${name}:speed`, speed * 1e6);
}

function small(m: Machine, read: (path: string) => string): void {
  const [one, five, fifteen, tasks = ''] = read('/proc/loadavg').split(' ');
  m.set('load:1', Number(one)).set('load:5', Number(five)).set('load:15', Number(fifteen));
  m.set('load:threads', Number(tasks.split('/')[1]));
  m.set('uptime', Number(read('/proc/uptime').split(' ')[0]));
  const [allocated, free] = read('/proc/sys/fs/file-nr').trim().split(/\s+/);
  m.set('files:open', Number(allocated) - Number(free));
  const [names, values] = read('/proc/net/snmp')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'));
  const tcp = values?.split(' ') ?? [];
  for (const [i, name] of (names?.split(' ') ?? []).entries()) m.set(`tcp:${name}`, Number(tcp[i]));
  const softnet = read('/proc/net/softnet_stat')
    .split('\n')
    .filter((line) => line !== '');
  const hex = (column: number): number =>
    softnet.reduce((sum, l) => sum + Number.parseInt(l.split(' ')[column] ?? '', 16), 0);
  if (softnet.length > 0) m.set('softnet:dropped', hex(1)).set('softnet:squeezed', hex(2));
  const mhz = [...read('/proc/cpuinfo').matchAll(/^processor\s*:\s*(\d+)$|^cpu MHz\s*:\s*([\d.]+)$/gm)];
  let cpu = '';
  for (const [, number, value] of mhz) {
    if (number !== undefined) cpu = number;
    else m.set(`cpu${cpu}:mhz`, Number(value));
  }
  for (const name of cpus(m)) {
    const khz = read(`/sys/devices/system/cpu/${name}/cpufreq/scaling_cur_freq`);
    if (khz !== '') m.set(`${name}:mhz`, Number(khz) / 1000);
  }
}
