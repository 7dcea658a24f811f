/** How many files the archive may hold open: the process has so many descriptors, proc_pid_limits(5), and connections need theirs. */
import { readFileSync } from 'node:fs';

/** More than these gain little: a file that is closed is opened again in some microseconds. */
const most = 4096;
/** Journals, doors, and what is open for a moment. */
const others = 64;

/** Where the kernel does not tell its limit, what every system allows. */
export function openFilesBeside(connections: number, limit = descriptors()): number {
  const left = limit - connections - others;
  // When not all connections can have one anyway, files get theirs.
  return Math.min(most, Math.max(left, Math.floor(limit / 8)));
}

/** Node itself has raised the soft limit to the hard one. */
function descriptors(): number {
  try {
    const [, soft = ''] = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(soft) || 1024;
  } catch {
    return 1024;
  }
}
