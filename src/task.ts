/** From words and options to a task: what is recorded, how often, where to. Nothing is opened yet. */
import type { Asked } from './command.ts';
import type { Wishes } from './commands/record.ts';
import { SdrError, unknownName } from './errors.ts';
import { formats } from './format.ts';
import { recorded } from './formats/krd/index.ts';
import type { Files } from './host.ts';
import type { Plan, Planned } from './plan.ts';
import { planOf } from './plan.ts';
import type { Recorder } from './recorder.ts';
import type { Output } from './track.ts';
import { viewOf } from './view.ts';

/** What is to be recorded. */
export interface Task {
  readonly asked: Asked;
  readonly plan: Plan;
  readonly wishes: Wishes;
}

/** Looks at what was asked for, and opens nothing. Throws a usage error. */
export function taskOf(asked: Asked, wishes: Wishes): Task {
  const { engine, recorders, own = [] } = asked.world;
  const plan = planOf(asked.words, recorders, own.length > 0 ? own : fallbackOf(recorders, wishes));
  check(plan, recorders, wishes);
  checkRoot(engine.files, wishes.root);
  return { asked, plan, wishes };
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
export function viewsOf(
  plan: Plan,
  { columns, counters, changes }: Wishes,
): (planned: Planned) => ReturnType<typeof viewOf> {
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

/** A format by its name. */
export const formatOf = (name: string): Output['format'] => (formats[name] as () => Output['format'])();
