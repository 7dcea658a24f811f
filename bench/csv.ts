/** sdr's own CSV beside csv-stringify: the same batches of this machine, in one process. */

import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { recorders } from '../recorders/index.ts';
import { type Batch, exactText, rateDigits, timeText } from '../src/batch.ts';
import { Csv } from '../src/formats/csv.ts';
import { nodeEngine } from '../src/hosts/node.ts';
import { Job } from '../src/job.ts';
import { Machine } from '../src/machine.ts';
import { Text } from '../src/text.ts';
import { viewOf } from '../src/view.ts';
import { sampled } from '../test/fake/job.ts';
import { median } from './statistics.ts';
import { figure, table } from './table.ts';

/** Microseconds of one tick, by what they went to, and whether both spelled the same. */
interface Tick {
  readonly sampling: number;
  readonly own: number;
  readonly library: number;
  readonly same: boolean;
}

interface Pace {
  readonly name: string;
  readonly wait: number; // milliseconds between ticks: the longer, the colder the caches
  readonly ticks: number;
}

const paces: readonly Pace[] = [
  { name: 'every 2 ms (hot)', wait: 2, ticks: 2000 },
  { name: 'every 100 ms (cold)', wait: 100, ticks: 100 },
];

/** Prints what spelling costs each way; true unless they disagree about a byte. */
export async function compareFormatting(print: (text: string) => void): Promise<boolean> {
  const tick = sampler();
  const rows: string[][] = [];
  let same = true;
  for (const { name, wait, ticks } of paces) {
    const all: Tick[] = [];
    for (let n = 0; n < ticks; n += 1) {
      await sleep(wait);
      all.push(tick(n % 2 === 0));
    }
    same &&= all.every((one) => one.same);
    const settled = all.slice(ticks >> 2); // the first quarter is compiled on the way
    const figures = (['sampling', 'own', 'library'] as const).map((part) => median(settled.map((one) => one[part])));
    const [sampling = Number.NaN, own = Number.NaN, library = Number.NaN] = figures;
    const times = [library / own, library / (sampling + own)];
    rows.push([name, ...figures.map((value) => figure(value, 0)), ...times.map((value) => figure(value, 1))]);
  }
  const header = [
    'µs per sample of four recorders',
    'read, compute',
    'sdr csv',
    'csv-stringify',
    '× sdr csv',
    '× all of sdr',
  ];
  print(`${table(header, rows)}\nsame bytes from both: ${same ? 'yes' : 'NO'}\n`);
  return same;
}

/** A function that takes one sample and spells it both ways; `ownFirst` takes turns, for the caches. */
function sampler(): (ownFirst: boolean) => Tick {
  const { files, clock } = nodeEngine();
  const machine = new Machine(files, '', () => {});
  const jobs = recorders.map(
    (recorder) =>
      new Job(
        recorder,
        viewOf(recorder),
        machine,
        () => true,
        () => {},
      ),
  );
  const format = new Csv();
  const out = new Text();
  return (ownFirst) => {
    const begin = performance.now();
    const now = Math.round(clock.monotonic());
    machine.begin(now);
    const batches = jobs.map((job) => sampled(job, now, clock.wall(), true)).filter((batch) => batch !== null);
    const sampling = 1000 * (performance.now() - begin);
    // Spelling that is kept for things that stand still would be no comparison.
    for (const { rows } of batches) for (const entry of rows) entry.same = false;
    let theirs: Buffer[] = [];
    const library = () => {
      theirs = batches.map((batch) => Buffer.from(stringify(cellsOf(batch))));
    };
    const own = () => {
      out.clear();
      for (const batch of batches) format.rows(batch, out);
    };
    const costs = ownFirst ? [timed(own), timed(library)] : [timed(library), timed(own)].reverse();
    const same = Buffer.concat(theirs).equals(out.view());
    return { sampling, own: costs[0] ?? Number.NaN, library: costs[1] ?? Number.NaN, same };
  };
}

function timed(work: () => void): number {
  const begin = performance.now();
  work();
  return 1000 * (performance.now() - begin);
}

/** Rounds halves up as sdr does: toFixed alone looks at the binary digits behind them. */
function spell(value: number, digits: number): string {
  const power = 10 ** digits;
  return Number.isFinite(value) ? (Math.round(value * power) / power).toFixed(digits) : '';
}

/** What csv-stringify wants: text cells, spelled as the dialect says. */
function cellsOf(batch: Batch): string[][] {
  const { view, time, fractional, rows } = batch;
  return rows.map((entry) => [
    timeText(time, fractional),
    ...(view.schema.key === null ? [] : [entry.key]),
    ...(view.interval ? [spell(entry.seconds, 3)] : []),
    ...view.columns.map(({ digits, isRate }, column) => {
      const exact = exactText(batch, entry, column);
      if (exact !== null) return exact;
      const decimals = isRate && entry.seconds > 100 ? rateDigits(digits, entry.seconds) : digits;
      return spell(entry.cells[column] ?? Number.NaN, decimals);
    }),
  ]);
}
