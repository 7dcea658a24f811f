/** Who is measured: how each is started, where it listens and what it promises. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Absent } from '../contestant.ts';
import type { Workshop } from '../workshop.ts';
import type { Tools } from './tools.ts';

export const doors = ['HTTP', 'HTTPS', 'TCP', 'TLS'] as const;
export type Door = (typeof doors)[number];
export type Ports = Readonly<Record<Door, number>>;

export interface Contestant {
  readonly name: string;
  /** What its answer means. */
  readonly promise: 'synced' | 'unsynced' | 'in memory';
  readonly doors: readonly Door[];
  /** The load's name of the request that it takes. */
  readonly shape: 'sdr' | 'csv' | 'victoria' | 'influx';
  /** The command that serves; `dir` is empty and its own. */
  readonly serve: (dir: string, ports: Ports) => readonly string[];
  /** What must happen once it listens. */
  readonly setUp?: (ports: Ports) => Promise<void>;
  /** Whether its flushes go through the C library, so that they can be slowed. */
  readonly canBeSlowed: boolean;
  /** Whether its code is compiled while it runs, so that its first seconds tell little. */
  readonly compiles?: true;
}

export const isHere = (one: Contestant | Absent): one is Contestant => 'serve' in one;

/** The collector that is built, or that the command starts. */
export function collector({ node }: Workshop, { certificate }: Tools, command: string | null): Contestant | Absent {
  const path = join('dist', 'sdr.cjs');
  if (command === null && !existsSync(path)) return { name: 'sdr', remedy: 'npm run build' };
  const words = command?.split(' ').map((word) => (word === 'node' ? node : word)) ?? [node, path];
  const open = doors.filter((door) => certificate !== null || door === 'HTTP' || door === 'TCP');
  const secure = certificate === null ? [] : ['--tls-cert', certificate.cert, '--tls-key', certificate.key];
  return {
    name: 'sdr collect',
    promise: 'synced',
    doors: open,
    shape: 'sdr',
    serve: (dir, ports) => {
      const listen = open.flatMap((door) => ['--listen', `${door.toLowerCase()}:127.0.0.1:${ports[door]}`]);
      return [...words, 'collect', join(dir, 'data'), ...listen, ...secure];
    },
    canBeSlowed: true,
    compiles: true,
  };
}

/** What reads, journals and answers in C, and nothing else. */
export function references({ reference, threads }: Tools): Contestant[] {
  const one = (name: string, program: string): Contestant => ({
    name,
    promise: 'synced',
    doors: ['HTTP', 'TCP'],
    shape: 'sdr',
    // It tells the two apart by what it reads.
    serve: (dir, ports) => [program, dir, String(ports.HTTP), String(ports.TCP)],
    canBeSlowed: true,
  });
  return [one(epollName, reference), one(threadsName, threads)];
}

export const epollName = 'C reference';
export const threadsName = 'C, thread each';
