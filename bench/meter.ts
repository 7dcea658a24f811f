import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import { processesOfSession, processTimes } from './proc.ts';

/** Counts the CPU time of one contestant with all its processes, threads and dead children. */
export interface Meter {
  /** The file to write a process id to, to be counted; `-` when processes are told by their session. */
  readonly procs: string;
  /** CPU time so far, in milliseconds. */
  cpu(): number;
  pids(): number[];
  close(): void;
}

export interface MeterKind {
  readonly name: string;
  /** `session` is asked late: the process does not exist yet when its meter is made. */
  open(name: string, session: () => number): Meter;
}

interface Hierarchy {
  readonly name: string;
  readonly mount: string;
  readonly controller: string;
  readonly usage: string;
}

const hierarchies: readonly Hierarchy[] = [
  { name: 'cgroup v1 cpuacct.usage', mount: '/sys/fs/cgroup/cpuacct', controller: 'cpuacct', usage: 'cpuacct.usage' },
  { name: 'cgroup v2 cpu.stat', mount: '/sys/fs/cgroup', controller: '', usage: 'cpu.stat' },
  { name: 'cgroup v2 cpu.stat', mount: '/sys/fs/cgroup/unified', controller: '', usage: 'cpu.stat' },
];

/** The most exact way to count CPU time that this machine allows. */
export function chooseMeter(): MeterKind {
  for (const hierarchy of hierarchies) {
    const parent = ownGroup(hierarchy);
    const trial = join(parent, `sdr-bench-${process.pid}`);
    try {
      mkdirSync(trial);
      const counts = existsSync(join(trial, hierarchy.usage)) && existsSync(join(trial, 'cgroup.procs'));
      rmdirSync(trial);
      if (counts) return { name: hierarchy.name, open: (name) => openGroup(parent, hierarchy.usage, name) };
    } catch {
      // Not mounted, not writable or not ours: try the next one.
    }
  }
  return { name: '/proc/PID/stat summed (10 ms grain; no control group could be made)', open: openSession };
}

function ownGroup({ mount, controller }: Hierarchy): string {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').split('\n');
  for (const line of lines) {
    const [, controllers = '?', path = '/'] = line.split(':');
    if (controllers.split(',').includes(controller)) return join(mount, path);
  }
  return mount;
}

function openGroup(parent: string, usage: string, name: string): Meter {
  const group = join(parent, `sdr-bench-${process.pid}-${name.replaceAll(/\W+/g, '_')}`);
  mkdirSync(group, { recursive: true });
  const pids = () => readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  return {
    procs: join(group, 'cgroup.procs'),
    pids,
    cpu() {
      const text = readFileSync(join(group, usage), 'utf8');
      const micros = /^usage_usec (\d+)/m.exec(text);
      return micros ? Number(micros[1]) / 1e3 : Number(text) / 1e6;
    },
    close: () => rmdirSync(group),
  };
}

function openSession(_name: string, session: () => number): Meter {
  const pids = () => processesOfSession(session());
  return { procs: '-', pids, cpu: () => pids().reduce((sum, pid) => sum + processTimes(pid), 0), close: () => {} };
}
