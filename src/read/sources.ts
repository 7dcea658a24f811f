/** Which files are meant by the words of `sdr cat` and `sdr rates`. */
import type { World } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError, unknownName } from '../errors.ts';
import { errno } from '../host.ts';
import type { Name } from '../sinks/directory/names.ts';
import { byAge, parseName } from '../sinks/directory/names.ts';

/** A file to read. */
export interface Source {
  readonly path: string;
  /** Null when its name is not one of ours. */
  readonly name: Name | null;
  /** Whether the user typed it. */
  readonly isNamed: boolean;
}

export interface Selection {
  /** Null when it is left to what the files say. */
  readonly recorder: string | null;
  /** Oldest first, as far as their names tell. */
  readonly sources: readonly Source[];
}

type Kind = 'recorder' | 'directory' | 'file' | 'stranger';

/** Reads `[DIR|FILE…] [RECORDER]`. Throws a usage error, or `unavailable` when there is nothing to read. */
export function selectionOf(world: World, command: string, words: readonly string[]): Selection {
  const known = world.recorders.map(({ name }) => name);
  const sorted = new Map<Kind, string[]>([['recorder', []]]);
  for (const word of words) {
    const kind = known.includes(word) ? 'recorder' : kindOf(world, word);
    sorted.set(kind, [...(sorted.get(kind) ?? []), word]);
  }
  const files = sorted.get('file') ?? [];
  const found = sorted.get('directory') ?? [];
  const directories = found.length + files.length > 0 ? found : [defaultDirectory(world)];
  const recorder = recorderOf(world, command, directories, sorted, known);
  const listed = directories.flatMap((directory) => listing(world, directory, recorder));
  const sources = sortedByAge([...files.map(named), ...listed]);
  if (sources.length === 0) throw new SdrError('unavailable', `No files of ${recorder} in ${directories.join(', ')}`);
  return { recorder, sources };
}

const named = (path: string): Source => ({ path, name: parseName(baseOf(path)), isNamed: true });

/** Files whose names say nothing stay in the order they were typed. */
function sortedByAge(sources: readonly Source[]): readonly Source[] {
  const ours = sources.flatMap((source) => (source.name === null ? [] : [{ ...source, name: source.name }]));
  return ours.length < sources.length ? sources : ours.sort((a, b) => byAge(a.name, b.name));
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const looksLikePath = (word: string): boolean => /[/.]/.test(word);

function kindOf({ engine }: World, word: string): Kind {
  try {
    const { kind } = engine.files.stat(word);
    if (kind !== 'other') return kind;
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw unreadable(word, error);
    return 'stranger';
  }
  // Headers are looked at before rows are read, which a pipe allows once only.
  throw new SdrError('usage', `Cannot read ${word}: expected a file or a directory`);
}

/** Where `sdr record` writes under systemd, else where its unit does. */
function defaultDirectory({ engine }: World): string {
  return engine.env('STATE_DIRECTORY')?.split(':')[0] || '/var/lib/sdr';
}

/** The recorder that was named, or the only one that there is; null when only files were. */
function recorderOf(
  world: World,
  command: string,
  directories: readonly string[],
  sorted: ReadonlyMap<Kind, readonly string[]>,
  known: readonly string[],
): string | null {
  const [recorder, second] = sorted.get('recorder') ?? [];
  if (second !== undefined)
    throw new SdrError('usage', `${command}: expected one recorder, got ${recorder}, ${second}`);
  const strangers = sorted.get('stranger') ?? [];
  const missing = strangers.find(looksLikePath) ?? (recorder === undefined ? strangers[1] : strangers[0]);
  if (missing !== undefined) throw new SdrError('unavailable', `Cannot read ${missing}: there is no such file`);
  if (recorder !== undefined) return recorder;
  const there = new Set(directories.flatMap((directory) => recordersIn(world, directory)));
  const [word] = strangers;
  // Files of another version of sdr are read all the same.
  if (word !== undefined && !there.has(word)) throw unknownName('recorder', word, [...new Set([...known, ...there])]);
  if (word !== undefined || directories.length === 0) return word ?? null;
  const [only, ...others] = [...there].sort();
  const where = directories.join(', ');
  if (only === undefined) throw new SdrError('unavailable', `No files of sdr in ${where}`);
  if (others.length === 0) return only;
  throw new SdrError('usage', `${command}: expected a RECORDER: ${where} has ${[only, ...others].join(', ')}`);
}

const recordersIn = (world: World, directory: string): string[] =>
  namesIn(world, directory).flatMap((file) => parseName(file)?.recorder ?? []);

function namesIn({ engine }: World, directory: string): readonly string[] {
  try {
    return engine.files.names(directory);
  } catch (error) {
    throw unreadable(directory, error);
  }
}

/** A file that is there both plain and compressed was being compressed: the plain one is whole. */
function listing(world: World, directory: string, recorder: string | null): readonly Source[] {
  const files = namesIn(world, directory);
  const all = new Set(files);
  return files
    .map((file) => ({ path: `${directory}/${file}`, name: parseName(file), isNamed: false }))
    .filter(({ name }) => name?.recorder === recorder)
    .filter(({ path, name }) => !(name?.compressed && all.has(baseOf(path).slice(0, -'.gz'.length))));
}

/** What it means for a person that a file cannot be read. */
export function unreadable(path: string, error: unknown): SdrError {
  const code = errno(error);
  if (code === '') throw error;
  const [exit, why] = reasons[code] ?? ['io', (error as Error).message];
  return new SdrError(exit, `Cannot read ${path}: ${why}`, error);
}

const reasons: Readonly<Record<string, readonly [exit: Exit, why: string]>> = {
  ENOENT: ['unavailable', 'there is no such file or directory'],
  ENOTDIR: ['unavailable', 'it is not a directory'],
  EACCES: ['permission', 'not allowed'],
  EPERM: ['permission', 'not allowed'],
};
