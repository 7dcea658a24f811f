/**
 * A machine on which every number moves, each by an amount of its own: what no real load can do (collisions, stolen
 * time, swap and errors all at once). Whatever a formula takes from the wrong place, or forgets, changes its result.
 */
import type { Root } from './machine.ts';

/** Seconds between two samples. More than 10, so that what is looked at every 10 s is looked at each time. */
export const STEPS = [0, 10.5, 21.25] as const;

type Grow = (unit?: number) => number;

/** Numbers that start apart and grow apart: no two are equal, nor are their growths. */
function growing(step: number): Grow {
  let n = 0;
  return (unit = 1) => {
    n++;
    return Math.round((1e6 + n * 7919 + step * (1000 + n * 37 + step * n)) * unit);
  };
}

/** The files of sample `step`, by path; a path that ends in `/` is a folder. */
export function filesOf(step: number): ReadonlyMap<string, string> {
  return new Map([...cpuFiles(step), ...deviceFiles(step), ...memoryFiles(step), ...otherFiles(step)]);
}

export function rootOf(files: ReadonlyMap<string, string>): Root {
  return { text: (path) => files.get(path) ?? '', exists: (path) => files.has(path) || files.has(`${path}/`) };
}

function cpuFiles(step: number): [string, string][] {
  const grow = growing(step);
  // Guest time is a part of user time, so it grows less.
  const times = (name: string): string =>
    `${name} ${Array.from({ length: 10 }, (_, i) => grow(i < 8 ? 1 : 0.1)).join(' ')}\n`;
  const lines = ['cpu ', 'cpu0', 'cpu1', 'cpu2'].map(times).join('');
  const rest = ['intr', 'ctxt', 'btime', 'processes', 'procs_running', 'procs_blocked'].map(
    (name) => `${name} ${grow()}\n`,
  );
  const mhz = [0, 1, 2].map((cpu) => `processor\t: ${cpu}\ncpu MHz\t\t: ${grow(0.001)}.500\n\n`);
  return [
    ['/proc/stat', `${lines}${rest.join('')}`],
    ['/proc/cpuinfo', mhz.join('')],
  ];
}

function deviceFiles(step: number): [string, string][] {
  const grow = growing(step);
  const numbers = (count: number): string => Array.from({ length: count }, () => grow()).join(' ');
  const disks = ['sda', 'sda1', 'nvme0n1', 'dm-0'].map((name, i) => ` ${8 + i} ${i} ${name} ${numbers(17)}\n`);
  const wires = ['lo', 'eth0', 'eth1', 'br0'].map((name) => `${name.padStart(6)}: ${numbers(16)}\n`);
  const link = (name: string, speed: number, duplex: string): [string, string][] => [
    [`/sys/class/net/${name}/`, ''],
    [`/sys/class/net/${name}/speed`, `${speed}\n`],
    [`/sys/class/net/${name}/duplex`, `${duplex}\n`],
    [`/sys/class/net/${name}/carrier`, '1\n'],
  ];
  return [
    ['/proc/diskstats', disks.join('')],
    ['/proc/net/dev', `Inter-|   Receive  |  Transmit\n face |bytes    packets|bytes    packets\n${wires.join('')}`],
    ...['sda', 'nvme0n1'].map((name): [string, string] => [`/sys/block/${name}/device/`, '']),
    ...['eth0', 'eth1'].map((name): [string, string] => [`/sys/class/net/${name}/device/`, '']),
    ...link('lo', -1, 'unknown'),
    ...link('eth0', 1000, 'full'),
    ...link('eth1', 10, 'half'),
    ...link('br0', 2500, 'full'),
  ];
}

function memoryFiles(step: number): [string, string][] {
  const grow = growing(step);
  const parts = [
    'MemFree',
    'MemAvailable',
    'Buffers',
    'Cached',
    'SwapCached',
    'SwapFree',
    'Dirty',
    'Writeback',
    'Shmem',
    'Slab',
  ];
  const lines = parts.map((name) => `${`${name}:`.padEnd(16)}${grow()} kB\n`);
  const whole = `MemTotal:       ${grow(3)} kB\n`;
  const rest = `SwapTotal:      ${grow(4)} kB\nVmallocTotal:   34359738367 kB\n`;
  const counters = ['pgpgin', 'pgpgout', 'pswpin', 'pswpout', 'pgfault', 'pgmajfault', 'oom_kill'];
  return [
    ['/proc/meminfo', `${whole}${lines.join('')}${rest}`],
    ['/proc/vmstat', counters.map((name) => `${name} ${grow()}\n`).join('')],
    ['/proc/self/smaps', '00400000-00452000 r-xp 00000000 08:02 173521 /bin/x\nSize: 328 kB\nKernelPageSize: 16 kB\n'],
  ];
}

function otherFiles(step: number): [string, string][] {
  const grow = growing(step);
  const stalled = (kinds: string[]): string =>
    kinds.map((kind) => `${kind} avg10=0.10 avg60=0.20 avg300=0.30 total=${grow(1000)}\n`).join('');
  const tcp = [
    'RtoAlgorithm',
    'RtoMin',
    'RtoMax',
    'MaxConn',
    'ActiveOpens',
    'PassiveOpens',
    'AttemptFails',
    'EstabResets',
  ];
  const names = [...tcp, 'CurrEstab', 'InSegs', 'OutSegs', 'RetransSegs', 'InErrs', 'OutRsts', 'InCsumErrors'];
  const hex = (): string => Array.from({ length: 13 }, () => grow().toString(16).padStart(8, '0')).join(' ');
  return [
    ['/proc/pressure/cpu', stalled(['some', 'full'])],
    ['/proc/pressure/memory', stalled(['some', 'full'])],
    ['/proc/pressure/io', stalled(['some', 'full'])],
    ['/proc/loadavg', `${grow(1e-4)}.25 ${grow(2e-4)}.50 ${grow(3e-4)}.75 ${grow(1e-3)}/${grow(2e-3)} ${grow()}\n`],
    ['/proc/uptime', `${grow(3)}.25 ${grow(5)}.50\n`],
    // The kernel has printed 0 unused files since 2.6.
    ['/proc/sys/fs/file-nr', `${grow(2)}\t0\t${grow(9)}\n`],
    ['/proc/net/snmp', `Tcp: ${names.join(' ')}\nTcp: ${names.map(() => grow()).join(' ')}\n`],
    ['/proc/net/softnet_stat', `${hex()}\n${hex()}\n${hex()}\n`],
  ];
}
