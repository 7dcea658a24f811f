/** What was typed behind `sdr collect`: a task, its words and its directory. */
import type { Values } from '../../command.ts';
import { SdrError } from '../../errors.ts';
import type { Engine } from '../../host.ts';
import { options, type Task, tasks } from './options.ts';

/** Where a collector of the packages keeps its files. */
const usual = '/var/lib/sdr-collect';

export interface Asked {
  readonly task: Task;
  readonly directory: string;
  /** '' where the task has none. */
  readonly name: string;
}

/** Throws a usage error. */
export function askedOf(engine: Pick<Engine, 'env'>, words: readonly string[], values: Values): Asked {
  const task = taskOf(words);
  const rest = words.slice(task === '' ? 0 : task.split(' ').length);
  const wanted = tasks[task].words;
  const usage = `sdr collect ${[...task.split(' '), ...wanted].join(' ')}`.replace(/ {2,}/, ' ');
  const isNamed = wanted.length > 1;
  if (rest.length > wanted.length) {
    throw new SdrError('usage', `collect: expected ${usage}, got "${rest.slice(wanted.length).join(' ')}" behind it`);
  }
  const name = isNamed ? rest[0] : '';
  if (name === undefined) throw new SdrError('usage', `collect: expected ${usage}`);
  refuseOthers(task, values);
  return { task, name, directory: rest[isNamed ? 1 : 0] ?? directoryHere(engine) };
}

function taskOf([first = '', second = '']: readonly string[]): Task {
  const names = Object.keys(tasks) as Task[];
  const found = names.find((task) => task !== '' && (task === first || task === `${first} ${second}`));
  if (found) return found;
  const begun = names.filter((task) => task.startsWith(`${first} `));
  if (first === '' || begun.length === 0) return '';
  throw new SdrError('usage', `collect: expected ${begun.map((task) => `sdr collect ${task}`).join(', ')}`);
}

/** What systemd gave us, or the usual place. */
function directoryHere(engine: Pick<Engine, 'env'>): string {
  return engine.env('STATE_DIRECTORY')?.split(':')[0] || usual;
}

const longOf = (flags: string): string => /--([a-z-]+)/.exec(flags)?.[1] ?? '';
const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** An option that a task does not know is a mistake, not to be passed over. */
function refuseOthers(task: Task, values: Values): void {
  const known = new Set(tasks[task].options.map(({ flags }) => longOf(flags)));
  const strange = options
    .map(({ flags }) => longOf(flags))
    .find((name) => !known.has(name) && values[camel(name)] !== undefined);
  if (strange === undefined) return;
  throw new SdrError('usage', `--${strange} has no meaning for sdr collect${task === '' ? '' : ` ${task}`}`);
}
