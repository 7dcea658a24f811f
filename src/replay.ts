/** Tapes on disk: the folders `0/ 1/ 2/ …` of a captured machine, and running recorders over them. */
import type { Batch } from './batch.ts';
import { SdrError } from './errors.ts';
import type { Files } from './host.ts';
import { errno } from './host.ts';
import { Job } from './job.ts';
import type { Warn } from './machine.ts';
import { Machine } from './machine.ts';
import type { Recorder, Wanted } from './recorder.ts';
import { readAll, readBytes, readText } from './store.ts';
import type { Frame } from './tape.ts';
import { listing, namesOf, Playback, TapeError } from './tape.ts';
import { playbackSystem } from './tape-system.ts';
import type { View } from './view.ts';

/** One sample of a tape. */
export interface Step {
  readonly frame: Frame;
  /** The due tick, milliseconds since the epoch: `N/time`, else a second after the one before. */
  readonly time: number;
  /** Monotonic milliseconds: `N/elapsed`, else as far from the one before as the ticks are. */
  readonly now: number;
  /** Whether `N/time` has decimals. */
  readonly fractional: boolean;
}

/** The samples of a tape in order. Throws an SdrError when there is none, or its times are not numbers. */
export function stepsOf(files: Files, directory: string): readonly Step[] {
  const steps: Step[] = [];
  for (let n = 0; exists(files, `${directory}/${n}`); n++) {
    const before = steps.at(-1);
    const path = `${directory}/${n}`;
    const text = readText(files, `${path}/time`)?.trim();
    const time = Math.round(
      text === undefined ? (before ? before.time + 1000 : 0) : 1000 * seconds(`${path}/time`, text),
    );
    const elapsed = readText(files, `${path}/elapsed`)?.trim();
    const apart = before ? before.now + (time - before.time) : time;
    const now = elapsed === undefined ? apart : Math.round(1000 * seconds(`${path}/elapsed`, elapsed));
    steps.push({
      frame: folderFrame(files, path),
      time,
      now,
      fractional: text?.includes('.') ?? before?.fractional ?? false,
    });
  }
  if (steps.length === 0) throw new SdrError('usage', `No tape in ${directory}: expected folders 0, 1, 2 …`);
  return steps;
}

function seconds(path: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new SdrError('usage', `Cannot read ${path}: expected seconds, got "${text}"`);
  return Number(text);
}

function exists(files: Files, path: string): boolean {
  try {
    return files.stat(path).kind === 'directory';
  } catch (error) {
    if (errno(error) === '') throw error;
    return false;
  }
}

/** The answers of one folder; `errors` says which paths failed, and how. */
function folderFrame(files: Files, directory: string): Frame {
  let errors: ReadonlyMap<string, string> | null = null;
  const refused = (path: string): void => {
    errors ??= errorsOf(readText(files, `${directory}/errors`) ?? '');
    const code = errors.get(path);
    if (code !== undefined) throw new TapeError(code, path);
  };
  return {
    bytes(path) {
      refused(path);
      const fd = files.open(directory + path, 'read');
      try {
        return readAll(files, fd).slice();
      } finally {
        files.close(fd);
      }
    },
    stat(path) {
      refused(path);
      return files.stat(directory + path);
    },
    names(path) {
      refused(path);
      const listed = readBytes(files, `${directory}${path}/${listing}`);
      return listed ? namesOf(listed) : files.names(directory + path);
    },
  };
}

function errorsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => words.length === 2)
      .map(([path = '', code = '']) => [path, code]),
  );
}

interface Wish {
  readonly recorders: readonly Recorder[];
  readonly view: (recorder: Recorder) => View;
  readonly wanted: (recorder: string) => Wanted;
  readonly warn: Warn;
  readonly rows: (batch: Batch) => void;
}

/** Runs recorders over a tape: the rows that a recording of that machine would have written. Returns how many readings failed. */
export function replay(steps: readonly Step[], wish: Wish): number {
  const [first] = steps;
  if (!first) return 0;
  const tape = new Playback(first.frame);
  const machine = new Machine(tape, '', wish.warn, { system: playbackSystem(() => tape.frame) });
  const jobs = wish.recorders.map(
    (recorder) => new Job(recorder, wish.view(recorder), machine, wish.wanted(recorder.name), wish.warn),
  );
  const fractional = steps.some((step) => step.fractional);
  steps.forEach((step, n) => {
    tape.frame = step.frame;
    machine.begin(step.now);
    for (const job of jobs) {
      job.sample(step.now, step.time, fractional, (batch) => {
        if (n > 0 || !job.needsBase) wish.rows(batch);
      });
    }
  });
  return jobs.reduce((sum, { failures }) => sum + failures, 0);
}

/** Writes what one sample was answered as folder `n` of a tape. Throws a SystemError. */
export function saveStep(
  files: Files,
  directory: string,
  n: number,
  step: { readonly time: number; readonly now: number; readonly fractional: boolean },
  shot: ReadonlyMap<string, Uint8Array | string>,
): void {
  const folder = `${directory}/${n}`;
  makeFolders(files, folder);
  const errors: string[] = [];
  for (const [path, answer] of shot) {
    if (path.includes('/../')) continue;
    if (typeof answer === 'string') errors.push(`${path} ${answer}`);
    else if (path.endsWith('/')) makeFolders(files, `${folder}${path.slice(0, -1)}`);
    else write(files, `${folder}${path}`, answer);
  }
  const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
  write(files, `${folder}/time`, ascii(`${step.fractional ? (step.time / 1000).toFixed(3) : step.time / 1000}\n`));
  write(files, `${folder}/elapsed`, ascii(`${(step.now / 1000).toFixed(3)}\n`));
  // A path that is not there needs no line: it is not on the tape.
  const told = errors.filter((line) => !line.endsWith(' ENOENT'));
  if (told.length > 0) write(files, `${folder}/errors`, ascii(`${told.join('\n')}\n`));
}

function write(files: Files, path: string, bytes: Uint8Array): void {
  makeFolders(files, path.slice(0, path.lastIndexOf('/')));
  const fd = files.open(path, 'replace');
  try {
    for (let done = 0; done < bytes.length; ) done += files.write(fd, bytes, done, bytes.length - done);
  } finally {
    files.close(fd);
  }
}

function makeFolders(files: Files, path: string): void {
  if (path === '' || exists(files, path)) return;
  makeFolders(files, path.slice(0, path.lastIndexOf('/')));
  files.mkdir(path, 0o755);
}
