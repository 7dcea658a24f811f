/**
 * This process as the kernel sees it: /proc/self/stat and /proc/self/statm (proc_pid_stat(5), proc_pid_statm(5); kernel:
 * fs/proc/array.c). A command's name may hold blanks and brackets, so numbers are counted from the last `)`.
 */
import type { Source } from '../machine.ts';
import type { Scan } from '../parse.ts';

export interface SelfTime {
  /** Ticks of 10 ms: its own and those of the programs that it ran to their end. */
  ticks: number;
}

const CLOSE = 41;
/** Numbers between the state and utime. */
const before = 10;

export const selfStat: Source<SelfTime> = {
  path: '/proc/self/stat',
  whole: true,
  make: () => ({ ticks: Number.NaN }),
  parse(scan, into) {
    scan.pos = scan.bytes.lastIndexOf(CLOSE, scan.end - 1) + 1;
    if (scan.pos === 0) scan.fail('")"');
    scan.skipBlanks();
    scan.word();
    for (let i = 0; i < before; i++) scan.decimal();
    into.ticks = sum(scan, 4);
    if (Number.isNaN(into.ticks)) scan.fail('utime, stime, cutime and cstime');
  },
};

function sum(scan: Scan, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += scan.number();
  return total;
}

export const selfMemory: Source<{ residentPages: number }> = {
  path: '/proc/self/statm',
  whole: true,
  make: () => ({ residentPages: Number.NaN }),
  parse(scan, into) {
    scan.number();
    into.residentPages = scan.number();
    if (Number.isNaN(into.residentPages)) scan.fail('two numbers');
  },
};
