/** From what was asked to a running recording: machine, jobs, sinks, state. */
import type { Asked, World } from './command.ts';
import type { Wishes } from './commands/record.ts';
import type { Exit } from './errors.ts';
import { Forwarding, openerOf } from './forwarding.ts';
import { glob } from './glob.ts';
import type { Files, System } from './host.ts';
import { Machine } from './machine.ts';
import { once } from './once.ts';
import type { Plan } from './plan.ts';
import type { Wanted } from './recorder.ts';
import { Renewal } from './renewal.ts';
import type { End, Ending, Session } from './session.ts';
import { clockIsSet, endingOf, runOnClock } from './session.ts';
import type { Counts } from './sink.ts';
import { countsText, noCounts } from './sink.ts';
import { Directory } from './sinks/directory/index.ts';
import { Stdout } from './sinks/stdout.ts';
import type { Task } from './task.ts';
import { formatOf, viewsOf } from './task.ts';
import type { Output } from './track.ts';
import { openJobs, Track } from './track.ts';

/** `read` makes a task of what is asked for when the configuration has changed. */
export async function recordingOf(task: Task, read: (asked: Asked) => Task): Promise<Exit> {
  const { plan, wishes } = task;
  const { world } = task.asked;
  const { engine, report } = world;
  if (wishes.dryRun) return dryRun(world, plan, wishes);
  if (wishes.waitClock > 0 && !(await clockIsSet(engine, engine.files, wishes.waitClock))) {
    report.warn('clock', `The clock is not synchronised after ${wishes.waitClock / 1000} s; recording all the same`);
  }
  if (wishes.forward.targets.length > 0) await openerOf(world, wishes.forward);
  const renewal = new Renewal(task, read);
  const isSingle = plan.jobs.every(({ interval }) => interval === null);
  const ending = endingOf(engine, report, isSingle ? undefined : (renew) => void renewal.renew(renew));
  const counts = noCounts();
  const { session, failed, end } = await (isSingle
    ? once(world, statePath(plan, wishes), wishes.root, (files, system) => open(task, ending, counts, files, system))
    : renewed(renewal, (each) => open(each, ending, counts, engine.files, engine.system)));
  if (end === 'interrupted') return 'interrupted';
  if (end === 'stopped') return 'done';
  const sent = (await session.forwarding?.drain(ending)) ?? 'done';
  if (sent !== 'done') return sent;
  return failed || session.tracks.some(({ job }) => job.failures > 0) ? 'partial' : 'done';
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

function outputsOf(world: World, wishes: Wishes, counts: Counts): readonly Output[] {
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

function open({ asked, plan, wishes }: Task, ending: Ending, counts: Counts, files: Files, system: System): Opened {
  const { world } = asked;
  const { engine, report } = world;
  const tracks: Track[] = [];
  let forwarding: Forwarding | null = null;
  const machine = new Machine(files, wishes.root, (condition, message) => report.warn(condition, message), {
    system: counting(system, () => {
      const failures = tracks.reduce((sum, { job }) => sum + job.failures, 0);
      return [countsText(counts, failures), ...(forwarding?.lags() ?? [])].join('\n');
    }),
    moment: () => Math.round(engine.clock.monotonic()),
  });
  const { jobs, failed } = openJobs(plan.jobs, plan.isNamed, {
    machine,
    report,
    counts,
    view: viewsOf(plan, wishes),
    wanted: wantedOf(wishes),
  });
  const outputs = outputsOf(world, wishes, counts);
  try {
    for (const [planned, job] of jobs) tracks.push(new Track(job, planned, outputs));
  } catch (error) {
    // What was claimed already is free for whoever comes instead.
    for (const { sink } of outputs) sink.close();
    throw error;
  }
  forwarding = forwardingOf(world, plan, wishes, outputs);
  return { session: { engine, machine, report, counts, tracks, outputs, ending, forwarding }, failed };
}

/** The first directory is what is forwarded: in others is the same. */
function forwardingOf(world: World, plan: Plan, wishes: Wishes, outputs: readonly Output[]): Forwarding | null {
  const directory = wishes.outputs.find((path) => path !== '-');
  if (directory === undefined || wishes.forward.targets.length === 0) return null;
  const isOnce = plan.jobs.every(({ interval }) => interval === null);
  return new Forwarding(world, directory, wishes.forward, isOnce, () => {
    for (const { sink } of outputs) if (sink instanceof Directory) sink.begin();
  });
}

/** Records until the end; each new task takes the place of the one before. */
async function renewed(renewal: Renewal, opened: (task: Task) => Opened): Promise<Ran> {
  let failed = false;
  for (let now = opened(renewal.task); ; now = renewal.begin(opened)) {
    failed ||= now.failed;
    const ran = await onClock(now, renewal.task.plan);
    if (ran.end !== 'renewed') return { ...ran, failed };
  }
}

async function onClock({ session, failed }: Opened, plan: Plan): Promise<Ran> {
  const { engine } = session;
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
