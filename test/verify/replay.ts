/** A recorder of the program on a tape, in this process: the one place where `verify` touches the program's inside. */

import { Job } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import type { Recorder } from '../../src/recorder.ts';
import { type Frame, Playback, TapeError } from '../../src/tape.ts';
import { viewOf } from '../../src/view.ts';
import { sampled } from '../fake/job.ts';

/** One row: the device, which sample ended it, and its cells as they are before they are spelled. */
export interface Replayed {
  readonly device: string;
  readonly step: number;
  readonly seconds: number;
  readonly cells: ReadonlyMap<string, number>;
}

const missing = (path: string): never => {
  throw new TapeError('ENOENT', path);
};

function frameOf(files: ReadonlyMap<string, string>): Frame {
  const encoder = new TextEncoder();
  return {
    bytes: (path) => encoder.encode(files.get(path) ?? missing(path)),
    stat(path) {
      const isFolder = files.has(`${path}/`);
      if (!isFolder && !files.has(path)) return missing(path);
      return { dev: 1, ino: 1, size: 0, mtime: 0, kind: isFolder ? 'directory' : 'file', mode: 0o644 };
    },
    names: missing,
  };
}

/** The rows that a recorder makes of a tape whose samples are taken at `at` (seconds). */
export function replay(
  recorder: Recorder,
  tape: readonly ReadonlyMap<string, string>[],
  at: readonly number[],
  counters: boolean,
): Replayed[] {
  const frames = tape.map(frameOf);
  const playback = new Playback(frames[0] as Frame);
  const warn = (_: string, message: string): never => {
    throw new Error(message);
  };
  const machine = new Machine(playback, '', warn);
  const view = viewOf(recorder, { counters });
  const job = new Job(recorder, view, machine, () => true, warn);
  return frames.flatMap((frame, step) => {
    playback.frame = frame;
    const now = Math.round((at[step] ?? 0) * 1000) + 1_000_000;
    machine.begin(now);
    const batch = sampled(job, now, now / 1000);
    return (batch?.rows ?? []).map((row) => ({
      device: row.key,
      step,
      seconds: row.seconds,
      cells: new Map(view.columns.map((column, i) => [column.name, row.cells[i] ?? Number.NaN])),
    }));
  });
}
