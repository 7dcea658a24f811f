import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Contestant } from './contestant.ts';
import { type Stage, start } from './running.ts';
import { median } from './statistics.ts';
import { plainEnvironment } from './workshop.ts';

/** CPU milliseconds from the start to the version on the screen, and to the first record. */
export interface StartUp {
  readonly version: number | null;
  readonly first: number | null;
}

/** Medians over interleaved rounds, so that a busy second of the machine does not fall on one contestant. */
export async function startUps(
  stage: Stage,
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Map<string, StartUp>> {
  const versions = new Map<string, number[]>();
  const firsts = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, version } of contestants) {
      if (version !== null) add(versions, name, await rusage(stage, name, () => version));
    }
    // Runs to the first record mostly wait for it: they may overlap, but do not start together.
    await Promise.all(
      contestants.map(async (contestant, place) => {
        await sleep(place * 200);
        add(firsts, contestant.name, await toFirstRecord(stage, contestant));
      }),
    );
  }
  const figure = (all: Map<string, number[]>, name: string) => {
    const values = all.get(name);
    return values === undefined ? null : median(values);
  };
  return new Map(
    contestants.map(({ name }) => [name, { version: figure(versions, name), first: figure(firsts, name) }]),
  );
}

function add(all: Map<string, number[]>, name: string, value: number | null): void {
  if (value !== null) all.set(name, [...(all.get(name) ?? []), value]);
}

function toFirstRecord(stage: Stage, contestant: Contestant): Promise<number | null> {
  const { once } = contestant;
  return once === null ? daemonToFirstRecord(stage, contestant) : rusage(stage, contestant.name, once);
}

/** CPU time of a whole run, by wait4 in a program that adds nothing; null if the run failed. */
async function rusage(stage: Stage, name: string, command: (dir: string) => readonly string[]): Promise<number | null> {
  const dir = stage.workshop.folder(name);
  const file = join(dir, 'rusage');
  const child = spawn(stage.workshop.launch, ['--rusage', file, ...command(dir)], {
    stdio: 'ignore',
    env: plainEnvironment(),
  });
  await new Promise((resolve) => child.once('exit', resolve));
  const [micros = Number.NaN, code] = readFileSync(file, 'utf8').split(' ').map(Number);
  // sadc -V and collectd -h say what they are and end with 1.
  return code === 0 || code === 1 ? micros / 1000 : null;
}

/** A daemon never ends: its CPU time is read when the first bytes are there. */
async function daemonToFirstRecord(stage: Stage, contestant: Contestant): Promise<number | null> {
  const running = start(stage, contestant, 0.1, 100);
  // What the bench itself wrote into the folder does not count, and the files are only made a moment later.
  const base = running.bytes();
  try {
    for (let waited = 0; waited < 5000; waited += 4) {
      if (running.bytes() > base) return running.meter.cpu();
      await sleep(4);
    }
    return null;
  } finally {
    await running.stop();
  }
}
