import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Contestant } from './contestant.ts';
import type { Meter, MeterKind } from './meter.ts';
import { bytesHandedOver, sizeOf } from './proc.ts';
import { type Scraper, scrape } from './scraper.ts';
import { plainEnvironment, type Workshop } from './workshop.ts';

/** A contestant at work. */
export interface Running {
  readonly meter: Meter;
  pids(): number[];
  /** Bytes of output so far: the files' size, or what was scraped. */
  bytes(): number;
  /** Bytes given to write() so far: for output that leaves no file behind. */
  written(): number;
  /** Throws with what it last said on stderr if it has ended. */
  assertAlive(): void;
  stop(): Promise<void>;
}

export interface Stage {
  readonly workshop: Workshop;
  readonly kind: MeterKind;
}

/** What the parts of the bench are given. */
export interface Run {
  readonly stage: Stage;
  readonly quick: boolean;
  /** Progress, for whoever watches. */
  readonly report: (line: string) => void;
  /** Results. */
  readonly print: (text: string) => void;
}

const alive = new Set<Running>();

/** Starts a command so that all it ever forks is counted and found again. */
export function startCommand(stage: Stage, name: string, dir: string, command: readonly string[]): Running {
  const { workshop, kind } = stage;
  let session = 0;
  const meter = kind.open(`${name}-${dir.split('/').at(-1)}`, () => session);
  const out = openSync(join(dir, 'stdout'), 'a');
  const err = openSync(`${dir}.err`, 'a');
  const child = spawn(workshop.launch, ['--join', meter.procs, ...command], {
    stdio: ['ignore', out, err],
    detached: true,
    env: plainEnvironment(),
  });
  session = child.pid ?? 0;
  closeSync(out);
  closeSync(err);
  const running: Running = {
    meter,
    pids: () => meter.pids(),
    bytes: () => sizeOf(dir),
    written: () => bytesHandedOver(meter.pids()),
    assertAlive() {
      if (meter.pids().length > 0) return;
      throw new Error(`${name} ended early: ${readFileSync(`${dir}.err`, 'utf8').trim().split('\n').at(-1)}`);
    },
    async stop() {
      await end(meter);
      alive.delete(running);
    },
  };
  alive.add(running);
  return running;
}

/** Starts a contestant and, for one that only answers, its scraper. */
export function start(stage: Stage, contestant: Contestant, interval: number, count: number): Running {
  const dir = stage.workshop.folder(contestant.name);
  const running = startCommand(stage, contestant.name, dir, contestant.record(dir, interval, count));
  if (contestant.scrape === null) return running;
  const scraper: Scraper = scrape(contestant.scrape, interval);
  return {
    ...running,
    bytes: () => scraper.bytes(),
    async stop() {
      scraper.stop();
      await running.stop();
    },
  };
}

/** TERM, a little patience, KILL; only ever to processes of this meter's own group or session. */
async function end(meter: Meter): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', 2000],
    ['SIGKILL', 2000],
  ] as const) {
    signalAll(meter, signal);
    const until = Date.now() + patience;
    while (Date.now() < until && meter.pids().length > 0) await sleep(20);
    if (meter.pids().length === 0) break;
  }
  // The kernel may take a moment to let go of a group whose last process has just ended.
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      return meter.close();
    } catch {
      await sleep(20);
    }
  }
}

function signalAll(meter: Meter, signal: NodeJS.Signals): void {
  for (const pid of meter.pids()) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended between being listed and being told.
    }
  }
}

/** Ends whatever is still running: for an interrupted bench. */
export async function stopAll(): Promise<void> {
  await Promise.all([...alive].map((running) => running.stop()));
}
