/**
 * What sdr costs, beside its peers and the floor.
 *
 *   npm run bench                      everything: about ten minutes
 *   npm run bench -- --quick           fewer samples
 *   npm run bench -- --contest         only the table of sdr and its peers; likewise --scale --memory --csv --stats
 *   npm run bench -- --soak            memory of all recorders over 100,000 samples: 17 minutes for each edition
 *   npm run bench -- --sdr 'COMMAND'   another program under test
 */
import { mkdirSync } from 'node:fs';

import { contest } from './contest.ts';
import { type Edition, editions, isHere, withAll } from './contestant.ts';
import { compareFormatting } from './csv.ts';
import { longRun } from './memory.ts';
import { chooseMeter } from './meter.ts';
import { flag, parsed, print, report, type ValuesOf } from './options.ts';
import { type Run, type Stage, stopAll } from './running.ts';
import { scale } from './scale.ts';
import { compareStatistics } from './stats.ts';
import { openWorkshop } from './workshop.ts';

const options = {
  quick: flag,
  contest: flag,
  scale: flag,
  memory: flag,
  csv: flag,
  stats: flag,
  soak: flag,
  sdr: { type: 'string' },
} as const;

type Values = ValuesOf<typeof options>;

type Part = (run: Run) => Promise<boolean>;

/** The parts that were asked for, or all. */
function chosenParts(values: Values, command: string | null, ours: readonly Edition[]): Part[] {
  const parts: Readonly<Record<'contest' | 'scale' | 'memory' | 'csv' | 'stats', Part[]>> = {
    contest: [async (run) => [...(await contest(run, command)).values()].every(({ cpu1 }) => cpu1 !== null)],
    scale: ours.map((one) => (run) => scale(run, one)),
    memory: ours.map((one) => (run) => longRun(run, one)),
    csv: [(run) => compareFormatting(run.print)],
    stats: ours.filter(({ name }) => name === 'sdr').map((one) => (run) => compareStatistics(run, one)),
  };
  // A quarter of an hour for each: only when it is asked for.
  if (values.soak) return ours.map((one) => (run) => longRun(run, withAll(one), 100_000));
  const names = ['contest', 'scale', 'memory', 'csv', 'stats'] as const;
  const asked = names.filter((name) => values[name]);
  return (asked.length > 0 ? asked : names).flatMap((name) => parts[name]);
}

/** Runs the chosen parts; false if something could not be measured at all. */
async function bench(stage: Stage, values: Values): Promise<boolean> {
  const command = values.sdr ?? null;
  const ours = editions(stage.workshop, command).filter(isHere);
  const missing = ours.length === 0;
  if (missing) report('dist/sdr.cjs is not there: npm run build');
  print(`CPU time from ${stage.kind.name}; Node ${process.version}\n`);
  let complete = !missing;
  for (const part of chosenParts(values, command, ours)) {
    complete = (await part({ stage, quick: values.quick, report, print })) && complete;
  }
  return complete;
}

const values = parsed(options);
mkdirSync('dist', { recursive: true });
const stage: Stage = { workshop: openWorkshop(), kind: chooseMeter() };
// Terminals, npx and tsx may each pass the same signal on: the second must not cut the tidying short.
const interrupted = () => stopAll().finally(() => process.exit(130));
process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
process.once('exit', () => stage.workshop.remove());
try {
  process.exitCode = (await bench(stage, values)) ? 0 : 1;
} finally {
  await stopAll();
}
