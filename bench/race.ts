import { setTimeout as sleep } from 'node:timers/promises';

import type { Contestant } from './contestant.ts';
import { type Memory, memoryOf } from './proc.ts';
import { type Running, type Stage, start } from './running.ts';
import { median } from './statistics.ts';

/** What one contestant cost in one window. */
export interface Lap {
  readonly cpu: number; // milliseconds per sample
  readonly bytes: number; // per sample
  readonly memory: Memory;
}

export interface Window {
  readonly interval: number; // seconds
  readonly samples: number;
  readonly repeats: number;
}

const warmUp = 4; // seconds: compiling, first allocations, the first records

/** Laps of each contestant by name; an error's text for one that did not last. */
export type Laps = Map<string, Lap[]>;

/**
 * Runs groups of contestants side by side, so that whatever else this machine does hits all of a group alike, and
 * staggered, so that they do not wake at the same moment.
 */
export async function race(
  stage: Stage,
  groups: readonly (readonly Contestant[])[],
  window: Window,
  report: (line: string) => void,
): Promise<Laps> {
  const laps: Laps = new Map();
  for (let repeat = 0; repeat < window.repeats; repeat += 1) {
    for (const group of groups) {
      const able = group.filter((contestant) => contestant.shortest <= window.interval);
      report(`${window.samples} samples at ${window.interval} s: ${able.map(({ name }) => name).join(' ')}`);
      const results = await Promise.allSettled(able.map((one, place) => lap(stage, one, window, place / able.length)));
      results.forEach((result, place) => {
        const name = able[place]?.name ?? '';
        if (result.status === 'rejected') report(`  ${result.reason}`);
        else laps.set(name, [...(laps.get(name) ?? []), result.value]);
      });
    }
  }
  return laps;
}

/** `phase` 0–1: how much of an interval after the others this one starts. */
async function lap(stage: Stage, contestant: Contestant, window: Window, phase: number): Promise<Lap> {
  const { interval, samples } = window;
  await sleep(phase * interval * 1000);
  const running = start(stage, contestant, interval, samples + Math.ceil((warmUp + 5) / interval));
  try {
    await sleep(warmUp * 1000);
    return await measure(running, interval, samples);
  } finally {
    await running.stop();
  }
}

/** Reads the meters, waits for that many samples, and reads them again. */
export async function measure(running: Running, interval: number, samples: number): Promise<Lap> {
  const before = reading(running);
  await sleep(samples * interval * 1000);
  const after = reading(running);
  const taken = (after.at - before.at) / 1000 / interval;
  return {
    cpu: (after.cpu - before.cpu) / taken,
    bytes: (after.bytes - before.bytes || after.written - before.written) / taken,
    memory: memoryOf(running.pids()),
  };
}

function reading(running: Running): { at: number; cpu: number; bytes: number; written: number } {
  running.assertAlive();
  return { at: performance.now(), cpu: running.meter.cpu(), bytes: running.bytes(), written: running.written() };
}

/** The median of one figure over the laps of a contestant, or null if it never finished one. */
export function medianOf(laps: Laps, name: string, figure: (lap: Lap) => number): number | null {
  const all = laps.get(name);
  return all === undefined ? null : median(all.map(figure));
}
