import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { drawChart } from './chart.ts';
import type { Edition } from './contestant.ts';
import { PretendedMachine, type Shape } from './machine.ts';
import { measure } from './race.ts';
import { type Run, startCommand } from './running.ts';
import { figure, table } from './table.ts';

/** CPU per sample of one recorder against the number of its devices. */
export interface Series {
  readonly recorder: string;
  readonly devices: string;
  readonly active: boolean;
  readonly points: (readonly [devices: number, ms: number])[];
}

interface Subject {
  readonly recorder: string;
  readonly devices: 'cpus' | 'disks' | 'nics';
  readonly sizes: readonly number[];
}

const subjects: readonly Subject[] = [
  { recorder: 'cpurec', devices: 'cpus', sizes: [1, 16, 64, 256] },
  { recorder: 'diskrec', devices: 'disks', sizes: [10, 100, 1000] },
  { recorder: 'nicrec', devices: 'nics', sizes: [10, 100, 1000] },
];
const interval = 0.1;
const noise = 0.15; // ms per sample: two runs of the same thing differ by that much
const usual: Shape = { cpus: 2, disks: 2, nics: 2, active: false };

/** The cost against the size of the machine: tables, verdicts and a chart; true if all of it could be measured. */
export async function scale(run: Run, edition: Edition): Promise<boolean> {
  const all: Series[] = [];
  for (const subject of subjects) {
    const series = await seriesOf(run, edition, subject);
    all.push(...series);
    run.print(`${describe(edition.name, series)}\n`);
  }
  const file = join('dist', edition.name === 'sdr' ? 'bench-scale.svg' : `bench-scale-${edition.name}.svg`);
  writeFileSync(file, drawChart(`${edition.name}: CPU per sample at ${interval} s`, all));
  run.print(`chart: ${file}\n`);
  return all.every(({ points }) => points.length >= 3);
}

/** One recorder on growing machines, idle and active. */
async function seriesOf(run: Run, edition: Edition, { recorder, devices, sizes }: Subject): Promise<Series[]> {
  const series = [false, true].map((active): Series => ({ recorder, devices, active, points: [] }));
  for (const size of sizes) {
    run.report(`${edition.name} ${recorder} with ${size} ${devices}`);
    for (const one of series) {
      const ms = await costOf(run, edition, recorder, { ...usual, [devices]: size, active: one.active });
      if (ms !== null) one.points.push([size, ms]);
    }
  }
  return series;
}

/** CPU milliseconds per sample of one recorder on one pretended machine, or null with the reason reported. */
async function costOf(run: Run, edition: Edition, recorder: string, shape: Shape): Promise<number | null> {
  const { stage, quick, report } = run;
  const [warmUp, samples] = quick ? [2, 20] : [6, 50]; // seconds, samples
  const dir = stage.workshop.folder(recorder);
  const root = stage.workshop.folder('root');
  const machine = new PretendedMachine(root, shape);
  const timer = advanceBetweenTicks(machine);
  const command = [...edition.command, 'record', recorder, String(interval), String(samples + warmUp / interval + 10)];
  const running = startCommand(stage, recorder, dir, [...command, '--root', root, '-o', join(dir, 'out')]);
  try {
    await sleep(warmUp * 1000);
    const { cpu, bytes } = await measure(running, interval, samples);
    if (bytes > 0) return cpu;
    report(`  ${recorder} wrote nothing`);
  } catch (error) {
    report(`  ${error}`);
  } finally {
    await running.stop();
    timer.stop();
    machine.close();
  }
  return null;
}

/** Recorders read on the multiples of the interval; the pretended kernel counts half an interval after them. */
function advanceBetweenTicks(machine: PretendedMachine): { stop(): void } {
  const step = interval * 1000;
  let timer: NodeJS.Timeout;
  const schedule = () => {
    const now = Date.now();
    timer = setTimeout(
      () => {
        machine.advance();
        schedule();
      },
      step - ((now - step / 2) % step),
    );
  };
  schedule();
  return { stop: () => clearTimeout(timer) };
}

function describe(name: string, series: readonly Series[]): string {
  const [idle, active] = series;
  if (idle === undefined || active === undefined) return '';
  const header = [
    `${name} ${idle.recorder}, ms per sample`,
    ...active.points.map(([size]) => `${size} ${idle.devices}`),
  ];
  const rows = series.map((one) => [state(one), ...one.points.map(([, ms]) => figure(ms, 2)), ...slopeCells(one)]);
  return [table([...header, 'µs per device', 'slope, end : start', ''], rows), idleShare(idle, active)].join('\n');
}

function idleShare(idle: Series, active: Series): string {
  const [least = 0, most = 0] = [active.points[0]?.[1], active.points.at(-1)?.[1]];
  if (most - least < noise) return `their number makes no difference that can be told from noise (${noise} ms)`;
  // A slope may come out below zero where the cost is nothing.
  const share = Math.max(0, (100 * overallSlope(idle)) / overallSlope(active));
  return `an idle one costs ${figure(share, 0)} % of an active one`;
}

function state({ active, devices }: Series): string {
  return `${active ? 'all active' : 'all idle'} ${devices}`;
}

function slopeCells(series: Series): string[] {
  const { points } = series;
  const slopes = points.slice(1).map(([size, ms], before) => {
    const [smaller, less] = points[before] ?? [0, 0];
    return (ms - less) / (size - smaller);
  });
  const ratio = (slopes.at(-1) ?? Number.NaN) / (slopes[0] ?? Number.NaN);
  return [figure(1000 * overallSlope(series), 2), figure(ratio, 2), isLinear(series) ? 'linear' : 'WORSE than linear'];
}

function overallSlope({ points }: Series): number {
  const [[small, less] = [0, Number.NaN], [large, more] = [1, Number.NaN]] = [points[0], points.at(-1)];
  return (more - less) / (large - small);
}

/**
 * No worse than linear: no size in between lies further under the straight line from the smallest to the largest than
 * 25 % or what is noise anyway. (Above the line is better than linear.)
 */
function isLinear(series: Series): boolean {
  const slope = overallSlope(series);
  const [[small, less] = [0, 0]] = [series.points[0]];
  return series.points.every(([size, ms]) => {
    const line = less + slope * (size - small);
    return line - ms <= Math.max(0.25 * line, noise);
  });
}
