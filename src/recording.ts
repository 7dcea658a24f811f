/** From what was asked to a running recording: machine, jobs, sinks, state. */
import type { World } from './command.ts';
import type { Wishes } from './commands/record.ts';
import type { Exit } from './errors.ts';
import { SdrError, unknownName } from './errors.ts';
import { formats } from './format.ts';
import { recorded } from './formats/krd/index.ts';
import { glob } from './glob.ts';
import type { Files, System } from './host.ts';
import { Machine } from './machine.ts';
import { once } from './once.ts';
import type { Plan, Planned } from './plan.ts';
import { planOf } from './plan.ts';
import type { Recorder, Wanted } from './recorder.ts';
import type { End, Session } from './session.ts';
import { clockIsSet, endingOf, runOnClock } from './session.ts';
import { countsText, noCounts } from './sink.ts';
import { Directory } from './sinks/directory/index.ts';
import { Stdout } from './sinks/stdout.ts';
import type { Output } from './track.ts';
import { openJobs, Track } from './track.ts';
import { viewOf } from './view.ts';

export async function recordingOf(world: World, words: readonly string[], wishes: Wishes): Promise<Exit> {
  const { engine, recorders, report, own = [] } = world;
  const plan = planOf(words, recorders, own.length > 0 ? own : fallbackOf(recorders, wishes));
  check(plan, recorders, wishes);
  checkRoot(engine.files, wishes.root);
  if (wishes.dryRun) return dryRun(world, plan, wishes);
  if (wishes.waitClock > 0 && !(await clockIsSet(engine, engine.files, wishes.waitClock))) {
    report.warn('clock', `The clock is not synchronised after ${wishes.waitClock / 1000} s; recording all the same`);
  }
  const opened = (files: Files, system: System) => open(world, plan, wishes, files, system);
  const { session, failed, end } = await (plan.jobs.every(({ interval }) => interval === null)
    ? once(world, statePath(plan, wishes), wishes.root, opened)
    : onClock(world, plan, opened));
  if (end === 'interrupted') return 'interrupted';
  if (end === 'stopped') return 'done';
  return failed || session.tracks.some(({ job }) => job.failures > 0) ? 'partial' : 'done';
}

const toStdout = (wishes: Wishes): boolean => wishes.outputs.includes('-');

/** No recorder named: all of them, but one stream of CSV or a table holds one recorder. */
function fallbackOf(recorders: readonly Recorder[], wishes: Wishes): readonly Recorder[] {
  const able = wishes.format === 'krd' ? recorders.filter(({ name }) => recorded.includes(name)) : recorders;
  return toStdout(wishes) && wishes.format !== 'json' ? able.slice(0, 1) : able;
}

/** What cannot work, said before anything is opened. */
function check(plan: Plan, recorders: readonly Recorder[], wishes: Wishes): void {
  const names = recorders.map(({ name }) => name);
  if (toStdout(wishes) && ['csv', 'krd'].includes(wishes.format) && plan.jobs.length > 1) {
    throw new SdrError(
      'usage',
      `Several recorders do not fit into one ${wishes.format.toUpperCase()} stream: use --format json, or -o DIR for a file each`,
    );
  }
  for (const { recorder } of [...wishes.devices, ...wishes.skipDevices]) {
    if (!names.includes(recorder)) throw unknownName('recorder', recorder, names);
  }
  if (wishes.state !== null && plan.jobs.some(({ interval }) => interval !== null)) {
    throw new SdrError('usage', '--state is for a single sample: expected no interval');
  }
  const view = viewsOf(plan, wishes);
  const format = formatOf(wishes.format);
  for (const job of plan.jobs) format.head(view(job));
}

function checkRoot(files: Files, root: string): void {
  if (root === '') return;
  try {
    files.stat(`${root}/proc`);
  } catch {
    throw new SdrError('usage', `--root "${root}": there is no ${root}/proc`);
  }
}

/** Each recorder's columns. With several recorders, each takes those of the wanted names that it has. */
function viewsOf(plan: Plan, { columns, counters, changes }: Wishes): (planned: Planned) => ReturnType<typeof viewOf> {
  const all = new Map(plan.jobs.map((job) => [job, viewOf(job.recorder, { counters, changes })]));
  if (columns.length === 0) return (planned) => all.get(planned) as ReturnType<typeof viewOf>;
  const has = (job: Planned, name: string) => all.get(job)?.header.split(',').includes(name) ?? false;
  for (const name of columns) {
    if (plan.jobs.some((job) => has(job, name))) continue;
    throw unknownName(
      `column`,
      name,
      [...all.values()].flatMap((view) => view.header.split(',')),
    );
  }
  return (planned) =>
    viewOf(planned.recorder, { counters, changes, columns: columns.filter((name) => has(planned, name)) });
}

/** What `--devices` and `--skip-devices` leave. */
export function wantedOf({
  devices,
  skipDevices,
}: Pick<Wishes, 'devices' | 'skipDevices'>): (recorder: string) => Wanted {
  return (recorder) => {
    const tests = (list: Wishes['devices']) =>
      list.filter((each) => each.recorder === recorder).map((each) => glob(each.glob));
    const only = tests(devices);
    const never = tests(skipDevices);
    return (device, named = false) =>
      ((only.length === 0 && !named) || only.some((test) => test(device))) && !never.some((test) => test(device));
  };
}

const formatOf = (name: string): Output['format'] => (formats[name] as () => Output['format'])();

function outputsOf(world: World, wishes: Wishes, counts: ReturnType<typeof noCounts>): readonly Output[] {
  const { engine, report } = world;
  const warn = (condition: string, message: string) => report.warn(condition, message);
  const over = (condition: string, message: string) => report.over(condition, message);
  const csv = formatOf('csv');
  const plain = wishes.format === 'krd' ? { suffix: '.krd', format: formatOf('krd') } : { suffix: '', format: csv };
  return wishes.outputs.map((path) => {
    if (path === '-') {
      const sink = new Stdout({ files: engine.files, header: wishes.header, counts, warn });
      return { sink, format: wishes.format === 'csv' ? csv : formatOf(wishes.format) };
    }
    return {
      sink: new Directory({
        ...wishes,
        suffix: plain.suffix,
        maxFile: maxFileOf(wishes),
        engine,
        path,
        counts,
        warn,
        over,
      }),
      format: plain.format,
    };
  });
}

/** Files that are never closed could not be removed: a bound of all files bounds each of them. */
const maxFileOf = ({ maxFile, limits }: Wishes): number => Math.min(maxFile, limits.maxBytes / 16);

/** What is ready to run; `failed` when a recorder was left out. */
export interface Opened {
  readonly session: Session;
  readonly failed: boolean;
}

/** How a run ended. */
export interface Ran extends Opened {
  readonly end: End;
}

function open(world: World, plan: Plan, wishes: Wishes, files: Files, system: System): Opened {
  const { engine, report } = world;
  const counts = noCounts();
  const tracks: Track[] = [];
  const machine = new Machine(files, wishes.root, (condition, message) => report.warn(condition, message), {
    system: counting(system, () =>
      countsText(
        counts,
        tracks.reduce((sum, { job }) => sum + job.failures, 0),
      ),
    ),
    moment: () => Math.round(engine.clock.monotonic()),
  });
  const { jobs, failed } = openJobs(plan.jobs, plan.isNamed, {
    machine,
    report,
    counts,
    view: viewsOf(plan, wishes),
    wanted: wantedOf(wishes),
  });
  const ending = endingOf(engine, report);
  const outputs = outputsOf(world, wishes, counts);
  for (const [planned, job] of jobs) tracks.push(new Track(job, planned, outputs));
  return { session: { engine, machine, report, counts, tracks, outputs, ending }, failed };
}

type Open = (files: Files, system: System) => Opened;

async function onClock({ engine }: World, plan: Plan, opened: Open): Promise<Ran> {
  const { session, failed } = opened(engine.files, engine.system);
  const now = Math.round(engine.clock.monotonic());
  session.machine.begin(now);
  // Counters need no base: their first row is where a chain of rates begins.
  for (const track of session.tracks) track.base(now);
  return { session, failed, end: await runOnClock(session, plan.count) };
}

/** The machine's system, with what this recording counts of itself. */
const counting = (system: System, counts: () => string): System => ({
  ...system,
  fact: (name) => (name === 'counts' ? counts() : system.fact(name)),
});

/** Where a single sample finds the one before: a directory remembers by itself. */
function statePath(plan: Plan, { state, outputs }: Wishes): string | null {
  const directory = outputs.find((path) => path !== '-');
  const names = plan.jobs.map(({ recorder }) => recorder.name).join('+');
  return state ?? (directory === undefined ? null : `${directory}/.sdr/state-${names}`);
}

function dryRun(world: World, plan: Plan, wishes: Wishes): Exit {
  for (const { recorder, interval } of plan.jobs) {
    const every = interval === null ? 'once' : `every ${interval / 1000} s`;
    const where = wishes.outputs.map((path) => (path === '-' ? 'stdout' : `${path}/${recorder.name}-YYYYMMDD.csv`));
    world.print(`${recorder.name}  ${every}  ${where.join(', ')}\n`);
  }
  return 'done';
}
