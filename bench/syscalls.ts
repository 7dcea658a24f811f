import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Contestant } from './contestant.ts';
import { type Stage, start } from './running.ts';
import { which } from './workshop.ts';

/** Counts the system calls of running processes, threads and children for a while. */
export interface CallCounter {
  readonly name: string;
  count(pids: readonly number[], seconds: number, file: string): Promise<number | null>;
}

/** perf only counts; strace stops a process at each call. */
export function chooseCallCounter(): CallCounter | null {
  const trial = which('perf') && spawnSync('perf', ['stat', '-x,', '-e', 'raw_syscalls:sys_enter', 'true']);
  if (trial && trial.status === 0 && /^\d+,/m.test(String(trial.stderr))) return perf;
  return which('strace') === null ? null : strace;
}

const perf: CallCounter = {
  name: 'perf stat -e raw_syscalls:sys_enter',
  async count(pids, seconds, file) {
    const chosen = ['-x,', '-e', 'raw_syscalls:sys_enter', '-o', file, '-p', pids.join(',')];
    await ended('perf', ['stat', ...chosen, '--', 'sleep', String(seconds)], null);
    const total = /^(\d+),/m.exec(readFileSync(file, 'utf8'));
    return total === null ? null : Number(total[1]);
  },
};

const strace: CallCounter = {
  name: 'strace -f -c',
  async count(pids, seconds, file) {
    await ended('strace', ['-f', '-c', '-o', file, ...pids.flatMap((pid) => ['-p', String(pid)])], seconds);
    const total = /^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\b.* total$/m.exec(readFileSync(file, 'utf8'));
    return total === null ? null : Number(total[1]);
  },
};

/** Waits for a program to end, by itself or by INT after so many seconds. */
async function ended(program: string, args: readonly string[], seconds: number | null): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  if (seconds !== null) await sleep(seconds * 1000).then(() => child.kill('SIGINT'));
  await exit;
}

/** Longer than before a race: while V8 compiles, its threads wake each other with calls that stop coming. */
const settling = 15; // seconds

/** System calls per sample of each contestant, all at once, in a run of its own: counting costs. */
export async function systemCalls(
  stage: Stage,
  counter: CallCounter,
  contestants: readonly Contestant[],
  samples: number,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  await Promise.all(
    contestants.map(async (contestant, place) => {
      await sleep(place * 70);
      const interval = Math.max(contestant.shortest, 0.1);
      const seconds = Math.max(10, samples * interval);
      const running = start(stage, contestant, interval, Math.ceil((settling + seconds + 10) / interval));
      try {
        await sleep(settling * 1000);
        const file = join(stage.workshop.folder(contestant.name), 'calls');
        const calls = await counter.count(running.pids(), seconds, file);
        if (calls !== null) found.set(contestant.name, calls / (seconds / interval));
      } finally {
        await running.stop();
      }
    }),
  );
  return found;
}
