import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Workshop } from './workshop.ts';

/** A program that the bench can run: how to start it, and what it can do. */
export interface Contestant {
  readonly name: string;
  readonly collects: string;
  /** The shortest interval it takes, in seconds. */
  readonly shortest: number;
  /** A command that only prints the version. */
  readonly version: readonly string[] | null;
  /** A command that ends by itself after the first record, or null for a daemon. */
  readonly once: ((dir: string) => readonly string[]) | null;
  /** A command that records until it is stopped, or for at least `count` records; output in `dir` or on stdout. */
  readonly record: (dir: string, interval: number, count: number) => readonly string[];
  /** The page to fetch at every interval, where the program only answers. */
  readonly scrape: string | null;
}

/** An edition of sdr: its command line can be given any arguments. */
export interface Edition extends Contestant {
  readonly command: readonly string[];
}

/** A contestant that is not here, and what would bring it. */
export interface Absent {
  readonly name: string;
  readonly remedy: string;
}

const recorders = ['sysrec', 'cpurec', 'diskrec', 'nicrec'] as const;

function edition(name: string, command: readonly string[]): Edition {
  return {
    name,
    command,
    collects: recorders.join(' '),
    shortest: 0.01,
    version: [...command, '--version'],
    once: (dir) => [...command, 'record', ...recorders, '0.1', '1', '-o', join(dir, 'out')],
    record: (dir, interval) => [...command, 'record', ...recorders, String(interval), '-o', join(dir, 'out')],
    scrape: null,
  };
}

/** The editions that are one file: the recorder edition with this machine's C library and as it is shipped, and the full one. */
const programs = [
  ['sdr-recorder', 'dist/sdr-recorder', 'build:recorder'],
  ['sdr-linux-x64', 'dist/sdr-linux-x64', 'binaries'],
  ['sdr-full-linux-x64', 'dist/sdr-full-linux-x64', 'binaries'],
] as const;

/** All recorders that work here, each at its own pace unless it is slower than `interval`. */
export const withAll = (one: Edition): Edition => ({
  ...one,
  record: (dir, interval) => [...one.command, 'record', String(interval), '-o', join(dir, 'out')],
});

/** The editions of sdr that are built, the full one first. */
export function editions(workshop: Workshop, command: string | null): (Edition | Absent)[] {
  const found: (Edition | Absent)[] = [];
  if (command !== null) found.push(edition('sdr', words(workshop, command)));
  else if (existsSync('dist/sdr.cjs')) found.push(edition('sdr', [workshop.node, 'dist/sdr.cjs']));
  else found.push({ name: 'sdr', remedy: 'npm run build' });
  for (const [name, file, script] of programs) {
    if (existsSync(file)) found.push(edition(name, [file]));
    else found.push({ name, remedy: `npm run ${script}` });
  }
  return found;
}

/** A command line in words; `node` is the copy that nobody else maps. */
function words(workshop: Workshop, command: string): string[] {
  return command.split(' ').map((word, place) => (place === 0 && word === 'node' ? workshop.node : word));
}

/** The floor: a C loop that reads what sdr reads and keeps nothing. */
export function floor(workshop: Workshop): Contestant {
  return {
    name: 'floor',
    collects: 'reads the same 12 kernel files in C, nothing else',
    shortest: 0.001,
    version: null,
    once: () => [workshop.floor, '1', '1'],
    record: (_dir, interval) => [workshop.floor, String(interval), '0'],
    scrape: null,
  };
}

export function isHere<T extends Contestant>(entry: T | Absent): entry is T {
  return 'record' in entry;
}
