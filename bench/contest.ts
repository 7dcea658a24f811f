import { budgetTable, type Findings } from './budgets.ts';
import { type Absent, type Contestant, editions, floor, isHere } from './contestant.ts';
import { peers } from './peers.ts';
import { type Lap, type Laps, medianOf, race } from './race.ts';
import type { Run } from './running.ts';
import { type StartUp, startUps } from './startup.ts';
import { chooseCallCounter, systemCalls } from './syscalls.ts';
import { figure, megabytes, table } from './table.ts';

/** Everybody against everybody: the big table. */
export async function contest(run: Run, command: string | null): Promise<ReadonlyMap<string, Findings>> {
  const { stage, report, print } = run;
  const { fast, slow, repeats, starts } = run.quick
    ? { fast: 60, slow: 10, repeats: 1, starts: 5 }
    : { fast: 300, slow: 60, repeats: 3, starts: 15 };
  const entries = [floor(stage.workshop), ...editions(stage.workshop, command), ...(await peers())];
  const here = entries.filter(isHere);
  const absent = entries.filter((entry): entry is Absent => !isHere(entry));
  const groups = groupsOf(here);
  const quick = await race(stage, groups, { interval: 0.1, samples: fast, repeats }, report);
  const usual = await race(stage, groups, { interval: 1, samples: slow, repeats }, report);
  report(`start-up: ${starts} interleaved rounds`);
  const begun = await startUps(stage, here, starts);
  const counter = chooseCallCounter();
  report(`system calls: ${counter?.name ?? 'neither perf nor strace is here'}`);
  const calls = counter === null ? new Map<string, number>() : await systemCalls(stage, counter, here, 10);
  const found = new Map(here.map(({ name }) => [name, findings(name, quick, usual, begun.get(name), calls)] as const));
  print(`${render(here, absent, found)}\n\n${budgetTable(found)}\n`);
  return found;
}

/**
 * One group, unless both editions are here: they tick at the same moments and would warm each other's caches, so each
 * has a window of its own, with the floor and sadc in both to compare with.
 */
function groupsOf(here: readonly Contestant[]): Contestant[][] {
  const ours = here.filter(({ name }) => name.startsWith('sdr'));
  const others = here.filter((one) => !ours.includes(one));
  if (ours.length < 2) return [[...ours, ...others]];
  const measures = others.filter(({ name }) => name === 'floor' || name === 'sadc');
  return ours.map((one, place) => [one, ...(place === 0 ? others : measures)]);
}

function findings(
  name: string,
  quick: Laps,
  usual: Laps,
  begun: StartUp | undefined,
  calls: ReadonlyMap<string, number>,
): Findings {
  // Memory and bytes come from the 1 s windows: that is how all of these are used.
  const at1 = (pick: (lap: Lap) => number) => medianOf(usual, name, pick);
  return {
    cpu1: at1((lap) => lap.cpu),
    cpu01: medianOf(quick, name, (lap) => lap.cpu),
    rss: at1((lap) => lap.memory.rss),
    pss: at1((lap) => lap.memory.pss),
    dirty: at1((lap) => lap.memory.dirty),
    peak: at1((lap) => lap.memory.peak),
    bytes: at1((lap) => lap.bytes),
    calls: calls.get(name) ?? null,
    version: begun?.version ?? null,
    first: begun?.first ?? null,
  };
}

function render(here: readonly Contestant[], absent: readonly Absent[], found: ReadonlyMap<string, Findings>): string {
  const header = [
    '',
    'ms/sample 1 s',
    '0.1 s',
    'calls',
    'bytes',
    'peak MB',
    'RSS',
    'PSS',
    'dirty',
    'start ms',
    'first',
  ];
  const rows = here.map(({ name }) => {
    const one = found.get(name);
    if (one === undefined) return [name];
    const cpu = [figure(one.cpu1, 2), figure(one.cpu01, 2), figure(one.calls, 1), figure(one.bytes, 0)];
    const memory = [one.peak, one.rss, one.pss, one.dirty].map(megabytes);
    return [name, ...cpu, ...memory, figure(one.version, 1), figure(one.first, 1)];
  });
  const notes = here.map(({ name, collects }) => `${name}: ${collects}`);
  const missing = absent.map(({ name, remedy }) => `${name}: not installed: ${remedy}`);
  return [table(header, rows), '', ...notes, ...missing].join('\n');
}
