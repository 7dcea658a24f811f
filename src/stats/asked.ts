/** What the words of `sdr stats` mean: files, directories and a recorder as everywhere, and behind them columns. */
import type { World } from '../command.ts';
import { nearest, unknownName } from '../errors.ts';
import { errno } from '../host.ts';
import type { Recorded } from '../read/recorded.ts';
import { parseName } from '../sinks/directory/names.ts';
import type { Kind, Wanted } from './tally.ts';

export interface Words {
  /** For `selectionOf`. */
  readonly sources: readonly string[];
  readonly columns: readonly string[];
}

/** Tells columns from what is there: no column is called like a path, and a file of that name in the directory at hand comes first. */
export function wordsOf(world: World, words: readonly string[]): Words {
  const isThere = (word: string): boolean => {
    if (/[/.]/.test(word) || world.recorders.some(({ name }) => name === word)) return true;
    return kindOf(world, word) !== null;
  };
  const sources = words.filter(isThere);
  const strangers = words.filter((word) => !isThere(word));
  const [first] = strangers;
  if (first === undefined || !isRecorder(world, sources, first)) return { sources, columns: columnsIn(strangers) };
  return { sources: [...sources, first], columns: columnsIn(strangers.slice(1)) };
}

/** Whether a word must be a recorder that this version does not know: there are files of it, or files of several and no other word. */
function isRecorder(world: World, sources: readonly string[], word: string): boolean {
  const directories = sources.filter((source) => kindOf(world, source) === 'directory');
  const there = new Set(directories.flatMap((directory) => recordersIn(world, directory)));
  if (there.has(word)) return true;
  return there.size > 1 && directories.length === sources.length;
}

const columnsIn = (words: readonly string[]): string[] => words.flatMap((word) => word.split(','));

function kindOf({ engine }: World, path: string): 'file' | 'directory' | 'other' | null {
  try {
    return engine.files.stat(path).kind;
  } catch (error) {
    if (errno(error) === '') throw error;
    return null;
  }
}

function recordersIn({ engine }: World, directory: string): string[] {
  try {
    return engine.files.names(directory).flatMap((file) => parseName(file)?.recorder ?? []);
  } catch (error) {
    if (errno(error) === '') throw error;
    return [];
  }
}

/** The columns to summarise, in the order of the files: those asked for, or all but time and key. Throws a usage error. */
export function wantedOf(
  { recorders }: World,
  files: readonly Recorded[],
  asked: readonly string[],
  key: string | null,
  recorder: string,
): readonly Wanted[] {
  const all = [...new Set(files.flatMap(({ names }) => names))].filter((name) => name !== 'time' && name !== key);
  const wrong = asked.find((name) => !all.includes(name));
  if (wrong !== undefined) {
    const others = recorders.map(({ name }) => name);
    const isRecorder = nearest(wrong, all) === null && nearest(wrong, others) !== null;
    throw isRecorder ? unknownName('recorder', wrong, others) : unknownName('column', wrong, all);
  }
  const schema = recorders.find(({ name }) => name === recorder);
  return all
    .filter((name) => asked.length === 0 || asked.includes(name))
    .map((name) => ({ name, kind: columnKind(name, schema?.columns[name]?.formula.kind === 'text') }));
}

/** Counters end in `_total` (test/architecture.test.ts), also those of recorders that this version does not know. */
const columnKind = (name: string, isText: boolean): Kind =>
  isText ? 'text' : name.endsWith('_total') ? 'counter' : 'gauge';
