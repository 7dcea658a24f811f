/**
 * /proc/stat: time per CPU in ticks of 1/100 s, interrupts, context switches, forks, runnable and blocked tasks.
 * Kernel: fs/proc/stat.c, Documentation/filesystems/proc.rst 1.7. Lines of CPUs have 7 numbers (2.6.0), 8 with steal
 * (2.6.11), 9 with guest (2.6.24), 10 with guest_nice (2.6.33). Offline CPUs have no line.
 */
import type { Source } from '../machine.ts';
import type { Scan } from '../parse.ts';
import { bytesOf } from '../parse.ts';
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

const intr = bytesOf('intr ');
const ctxt = bytesOf('ctxt ');
const processes = bytesOf('processes ');
const running = bytesOf('procs_running ');
const blocked = bytesOf('procs_blocked ');

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
    into.cpus.clear();
    while (!scan.done && isCpu(scan)) {
      const from = scan.pos;
      into.cpus.name(scan, from, scan.word());
      // 4 numbers are what every kernel since 2.4 gives.
      into.cpus.numbers(scan, 4);
      scan.nextLine();
    }
    if (into.cpus.count === 0) scan.fail('"cpu"');
    into.interrupts = value(scan, intr);
    into.contextSwitches = value(scan, ctxt);
    into.forks = value(scan, processes);
    into.running = value(scan, running);
    into.blocked = value(scan, blocked);
  },
};

const isCpu = ({ bytes, pos }: Scan): boolean => bytes[pos] === 99 && bytes[pos + 1] === 112 && bytes[pos + 2] === 117;

/** The first number behind a word at the start of a line from here on; NaN when there is no such line. */
function value(scan: Scan, word: Uint8Array): number {
  const start = scan.pos;
  while (!scan.done) {
    const here = scan.at(word, scan.pos);
    if (here) scan.pos += word.length;
    const found = here ? scan.number() : Number.NaN;
    scan.nextLine();
    if (here) return found;
  }
  scan.pos = start;
  return Number.NaN;
}
