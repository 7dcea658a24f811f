import { setTimeout as sleep } from 'node:timers/promises';

import type { Contestant } from './contestant.ts';
import { memoryOf } from './proc.ts';
import { type Run, start } from './running.ts';
import { median, slope } from './statistics.ts';
import { figure, megabytes, table } from './table.ts';

interface Point {
  readonly sample: number;
  readonly rss: number;
  readonly dirty: number;
}

const interval = 0.01;
const step = 500; // samples between two readings
const tolerance = 1 << 20; // a garbage collector's heap goes up and down by about this much

/** Memory of a run of so many samples; true if it could be measured. */
export async function longRun(run: Run, contestant: Contestant, samples = run.quick ? 3000 : 10_000): Promise<boolean> {
  const { stage, report, print } = run;
  report(`memory of ${contestant.name} over ${samples} samples at ${interval} s`);
  const points: Point[] = [];
  const running = start(stage, contestant, interval, samples);
  try {
    const begin = performance.now();
    for (let sample = step; sample <= samples; sample += step) {
      await sleep(begin + sample * interval * 1000 - performance.now());
      running.assertAlive();
      points.push({ sample, ...memoryOf(running.pids()) });
    }
  } catch (error) {
    report(String(error));
    return false;
  } finally {
    await running.stop();
  }
  print(`${describe(contestant.name, points)}\n`);
  return true;
}

function describe(name: string, points: readonly Point[]): string {
  const shown = [points[0], points[points.length >> 1], points.at(-1)].filter((point) => point !== undefined);
  const rows = shown.map(({ sample, rss, dirty }) => [`sample ${sample}`, megabytes(rss), megabytes(dirty)]);
  const lines = [table([`${name}, MB`, 'RSS', 'private dirty'], rows)];
  for (const [what, pick] of [
    ['RSS', (p: Point) => p.rss],
    ['private dirty', (p: Point) => p.dirty],
  ] as const) {
    lines.push(
      verdict(
        what,
        points.map((point) => [point.sample, pick(point)] as const),
      ),
    );
  }
  return lines.join('\n');
}

/**
 * Grown if both hold after the first quarter, in which code is still being compiled and the heap finds its size: the
 * fitted line rises by more than 1 MiB to the end, and so does the median of the last quarter over the second's.
 */
function verdict(what: string, points: readonly (readonly [sample: number, bytes: number])[]): string {
  const quarter = Math.floor(points.length / 4);
  const settled = points.slice(quarter);
  const rise = slope(settled);
  const middle = (from: number, to?: number) => median(points.slice(from, to).map(([, bytes]) => bytes));
  const step = middle(-quarter) - middle(quarter, 2 * quarter);
  const span = (settled.at(-1)?.[0] ?? 0) - (settled[0]?.[0] ?? 0);
  const grown = rise * span > tolerance && step > tolerance;
  const perThousand = `${figure((rise * 1000) / 1024, 1)} KiB per 1,000 samples`;
  const quarters = `last quarter − second ${figure(step / 1024, 0)} KiB`;
  return `${what}: ${grown ? 'grown' : 'flat'} (slope ${perThousand}, ${quarters})`;
}
