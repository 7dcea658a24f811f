/** Recorded files by their first line: whose they are, and which columns they have. */
import type { World } from '../command.ts';
import { SdrError } from '../errors.ts';
import { errno } from '../host.ts';
import type { Recorder } from '../recorder.ts';
import { viewOf } from '../view.ts';
import { chunksOf, Lines } from './lines.ts';
import type { Source } from './sources.ts';
import { unreadable } from './sources.ts';

/** A file with its header. */
export interface Recorded {
  readonly source: Source;
  readonly path: string;
  readonly names: readonly string[];
  /** Bytes of the header, its LF included. */
  readonly head: number;
  /** The recorder, from the file's name or its columns; '' when neither tells. */
  readonly recorder: string;
}

/** What key columns are called, for files whose recorder this version does not know. */
const keys = ['device', 'mount', 'domain', 'sensor', 'item'];

/** The name of the key column; null when a sample is one row. */
export function keyOf({ names }: Pick<Recorded, 'names'>, recorder: Recorder | undefined): string | null {
  if (recorder) return recorder.key;
  return keys.find((key) => key === names[1]) ?? null;
}

/**
 * Opens files for a look at their headers. What is not ours or cannot be read is an error when the user named it, otherwise left
 * out with a warning and counted.
 */
export function recordedOf(world: World, sources: readonly Source[]): { files: readonly Recorded[]; failures: number } {
  const files: Recorded[] = [];
  let failures = 0;
  for (const source of sources) {
    try {
      const found = look(world, source);
      if (found) files.push(found);
    } catch (error) {
      if (!(error instanceof SdrError) || source.isNamed) throw error;
      world.report.warn(source.path, `${error.message}; left out`);
      failures++;
    }
  }
  return { files, failures };
}

/** Null when retention removed the file meanwhile; one that was compressed meanwhile is found. */
function look(world: World, source: Source): Recorded | null {
  const { path, name, isNamed } = source;
  if (isNamed) return opened(world, source, path);
  for (const each of name?.compressed ? [path] : [path, `${path}.gz`]) {
    try {
      return opened(world, source, each);
    } catch (error) {
      if (!(error instanceof SdrError && errno(error.cause) === 'ENOENT')) throw error;
    }
  }
  return null;
}

function opened({ engine, recorders }: World, source: Source, path: string): Recorded {
  const lines = new Lines(chunksOf(engine, path));
  let head: string | null;
  try {
    head = lines.line();
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    lines.close();
  }
  if (head === null || !head.startsWith('time,')) {
    throw new SdrError('usage', `${path} is not a file of sdr: its first line does not begin with "time,"`);
  }
  const names = head.split(',');
  const recorder = source.name?.recorder ?? recognised(names, recorders)?.name ?? '';
  return { source, path, names, head: head.length + 1, recorder };
}

/** The recorder that could have written this header, rates or counters, all of its columns or some. */
function recognised(names: readonly string[], recorders: readonly Recorder[]): Recorder | undefined {
  return recorders.find((recorder) => {
    const headers = [viewOf(recorder).header, viewOf(recorder, { counters: true }).header];
    const known = new Set(headers.flatMap((header) => header.split(',')));
    return (recorder.key === null || names[1] === recorder.key) && names.every((name) => known.has(name));
  });
}

/** The one recorder of all files. Throws a usage error when they are of several. */
export function sharedRecorder(files: readonly Recorded[], wanted: string | null): string {
  const [first] = files;
  if (!first) return wanted ?? '';
  const expected = wanted ?? first.recorder;
  const whose = ({ path, recorder, names }: Recorded) => `${path} (${recorder || names.slice(0, 3).join(',')})`;
  for (const file of files) {
    // Files that nobody knows must at least be rows of the same things.
    const isSame = file.recorder === expected && (expected !== '' || file.names[1] === first.names[1]);
    if (isSame) continue;
    if (wanted !== null) throw new SdrError('usage', `${whose(file)} is not a file of ${wanted}`);
    throw new SdrError('usage', `Files of different recorders: ${whose(first)}, ${whose(file)}`);
  }
  return expected;
}
