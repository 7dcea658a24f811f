import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Memory of a set of processes, in bytes; peak is the sum of their own peaks. */
export interface Memory {
  readonly peak: number;
  readonly rss: number;
  readonly pss: number;
  readonly dirty: number;
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that runs Node

/** The file's text, or '' when its process has gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function memoryOf(pids: readonly number[]): Memory {
  const sum = { peak: 0, rss: 0, pss: 0, dirty: 0 };
  for (const pid of pids) {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    sum.rss += kilobytes(rollup, 'Rss');
    sum.pss += kilobytes(rollup, 'Pss');
    sum.dirty += kilobytes(rollup, 'Private_Dirty');
    sum.peak += kilobytes(read(`/proc/${pid}/status`), 'VmHWM');
  }
  return sum;
}

function kilobytes(text: string, name: string): number {
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

/** The fields of /proc/PID/stat after the name, which may hold blanks and brackets; the first is field 3, the state. */
function statFields(pid: number | string): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** User and system time of a process, its dead threads and its waited-for children, in milliseconds. */
export function processTimes(pid: number): number {
  const ticks = statFields(pid).slice(11, 15).map(Number);
  return ticks.length < 4 ? 0 : (ticks.reduce((sum, n) => sum + n, 0) * 1000) / ticksPerSecond;
}

export function processesOfSession(session: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.filter((pid) => Number(statFields(pid)[3]) === session).map(Number);
}

/** Bytes that the processes have handed to write(), whatever became of them. */
export function bytesHandedOver(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Number(/^wchar: (\d+)/m.exec(read(`/proc/${pid}/io`))?.[1] ?? 0), 0);
}

/** The size of all files under a folder. */
export function sizeOf(dir: string): number {
  let sum = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    try {
      sum += statSync(join(entry.parentPath, entry.name)).size;
    } catch {
      // A temporary file that was renamed or removed meanwhile.
    }
  }
  return sum;
}
