/**
 * What the collector costs, beside its peers and two references in C.
 *
 *   npm run bench:collect                      everything: under 15 minutes
 *   npm run bench:collect -- --quick           under two
 *   npm run bench:collect -- --throughput      only that part; likewise --slow --crowd
 *   npm run bench:collect -- --sdr 'COMMAND'   another program under test
 */
import { spawnSync } from 'node:child_process';

import type { Bench } from './collect/bench.ts';
import { type Contestant, collector, isHere, references } from './collect/contestant.ts';
import { type Crowd, crowds, crowdTable } from './collect/crowd.ts';
import { flushTime } from './collect/disk.ts';
import { hamustroTable } from './collect/hamustro.ts';
import { peers } from './collect/peers.ts';
import { type Slowed, slowed, slowTable } from './collect/slow.ts';
import { type Results, throughput, throughputTable } from './collect/throughput.ts';
import { openTools } from './collect/tools.ts';
import { verdictTable } from './collect/verdict.ts';
import { chooseMeter } from './meter.ts';
import { flag, parsed, print, report, type ValuesOf } from './options.ts';
import { stopAll } from './running.ts';
import { openWorkshop } from './workshop.ts';

const options = { quick: flag, throughput: flag, slow: flag, crowd: flag, sdr: { type: 'string' } } as const;

type Values = ValuesOf<typeof options>;

/** Whoever is here; the others are said in a line each. */
function contestants(bench: Bench, command: string | null): Contestant[] {
  const all = [collector(bench.stage.workshop, bench.tools, command), ...references(bench.tools), ...peers()];
  for (const one of all) if (!isHere(one)) print(`${one.name} left out: ${one.remedy}`);
  return all.filter(isHere);
}

async function measure(bench: Bench, values: Values): Promise<void> {
  const all = contestants(bench, values.sdr ?? null);
  const [ours] = all;
  if (ours?.name !== 'sdr collect') return bench.fail('There is no collector to measure');
  print(`One flush of 4 KiB takes ${flushTime(bench.stage.workshop.dir).toFixed(2)} ms here (median)\n`);
  const whole = !values.throughput && !values.slow && !values.crowd;
  let results: Results | null = null;
  if (whole || values.throughput) {
    results = await throughput(bench, all);
    print(`${throughputTable(results, all, bench.quick)}\n\n${hamustroTable(results, all)}\n`);
  }
  let slow: Slowed[] = [];
  if (whole || values.slow) {
    slow = await slowed(bench, all);
    print(`${slowTable(slow)}\nInfluxDB and VictoriaMetrics flush without the C library and cannot be slowed so\n`);
  }
  let crowd: Crowd[] = [];
  if (whole || values.crowd) {
    crowd = await crowds(bench, ours, all[1]);
    print(`${crowdTable(crowd)}\n`);
  }
  print(verdictTable(ours.name, all, { results, crowds: crowd, slowed: slow }));
}

const values = parsed(options);
if (spawnSync('gcc', ['--version'], { stdio: 'ignore' }).status !== 0) {
  report('gcc is needed: apt-get install gcc libc6-dev');
  process.exit(69);
}
const workshop = openWorkshop();
// Terminals, npx and tsx may each pass the same signal on: the second must not cut the tidying short.
const interrupted = () => stopAll().finally(() => process.exit(130));
process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
process.once('exit', () => workshop.remove());
const stage = { workshop, kind: chooseMeter() };
const fail = (line: string) => {
  report(line);
  process.exitCode = 1;
};
try {
  print(`CPU time from ${stage.kind.name}; Node ${process.version}`);
  await measure({ stage, tools: openTools(workshop, print), quick: values.quick, report, print, fail }, values);
} finally {
  await stopAll();
}
