/**
 * /proc/stat: time per CPU in ticks of 1/100 s, interrupts, context switches, forks, runnable and blocked tasks.
 * Kernel: fs/proc/stat.c, Documentation/filesystems/proc.rst 1.7. Lines of CPUs have 7 numbers (2.6.0), 8 with steal
 * (2.6.11), 9 with guest (2.6.24), 10 with guest_nice (2.6.33). Offline CPUs have no line.
 */
import type { Source } from '../machine.ts';
import type { Scan } from '../parse.ts';
import { bytesOf } from '../parse.ts';
import { native } from './keys.ts';
import { Table } from './table.ts';

/** The numbers of a CPU's line, in its order. */
export const cpuTimes = [
  'user',
  'nice',
  'system',
  'idle',
  'iowait',
  'irq',
  'softirq',
  'steal',
  'guest',
  'guest_nice',
] as const;

export interface Stat {
  /** Row 0 is the sum of all CPUs (`cpu`), then one row per CPU that is online. */
  readonly cpus: Table;
  /** Interrupts serviced since boot. */
  interrupts: number;
  contextSwitches: number;
  /** Processes and threads made since boot. */
  forks: number;
  /** Tasks that run or could, with the one that asks. */
  running: number;
  /** Tasks that wait for I/O. */
  blocked: number;
}

/** Numbers that every kernel since 2.4 gives. */
const least = 4;
const BLANK = 32;
const words = bytesOf('\nintr \nctxt \nprocesses \nprocs_running \nprocs_blocked ');
const places = new Float64Array(5).fill(-2);
const found = new Float64Array(5);

export const stat: Source<Stat> = {
  path: '/proc/stat',
  whole: true,
  make: () => ({
    cpus: new Table(cpuTimes.length),
    interrupts: Number.NaN,
    contextSwitches: Number.NaN,
    forks: Number.NaN,
    running: Number.NaN,
    blocked: Number.NaN,
  }),
  parse(scan, into) {
    if (!into.cpus.again(scan, 0, BLANK, least) || isCpu(scan)) readCpus(scan, into.cpus);
    native.behind(scan.bytes, scan.end, words, places, found);
    into.interrupts = found[0] as number;
    into.contextSwitches = found[1] as number;
    into.forks = found[2] as number;
    into.running = found[3] as number;
    into.blocked = found[4] as number;
  },
};

function readCpus(scan: Scan, cpus: Table): void {
  scan.pos = 0;
  cpus.clear();
  while (!scan.done && isCpu(scan)) {
    const from = scan.pos;
    cpus.name(scan, from, scan.word());
    cpus.numbers(scan, least);
    scan.nextLine();
  }
  if (cpus.count === 0) scan.fail('"cpu"');
}

const isCpu = ({ bytes, pos }: Scan): boolean => bytes[pos] === 99 && bytes[pos + 1] === 112 && bytes[pos + 2] === 117;
