/**
 * A single sample: a second wide, or as wide as the time since the run before, when that left its state. The base is then read
 * from the state by the same recorders, as from a tape, before the machine itself is read.
 */
import type { World } from './command.ts';
import { SdrError } from './errors.ts';
import type { Engine, Files, System } from './host.ts';
import type { Opened, Ran } from './recording.ts';
import { runOnce } from './session.ts';
import { bootId } from './sinks/directory/claim.ts';
import type { State } from './state.ts';
import { loadState, oldest, saveState } from './state.ts';
import type { Answer, Shot } from './tape.ts';
import { frameOf, keep, Playback, passing, recording } from './tape.ts';
import { passingSystem, playbackSystem, recordingSystem } from './tape-system.ts';

/** How wide a single sample is without a base from before, milliseconds. */
const second = 1000;

/** `path` is where the state lies; null = none. */
export async function once(
  world: World,
  path: string | null,
  root: string,
  opened: (files: Files, system: System) => Opened,
): Promise<Ran> {
  const { engine } = world;
  const boot = bootId(engine);
  const before = path === null ? null : recent(engine, path, boot);
  const shot: Shot = new Map(before?.shot);
  const note = (file: string, answer: Answer) => keep(shot, file, answer);
  const live = {
    files: path === null ? engine.files : recording(engine.files, note),
    system: path === null ? engine.system : recordingSystem(() => engine.system, root, note),
  };
  let current = live;
  if (before !== null) {
    const frame = frameOf(before.shot);
    current = { files: new Playback(frame), system: playbackSystem(() => frame) };
  }
  const { session, failed } =
    path === null
      ? opened(live.files, live.system)
      : opened(
          passing(() => current.files),
          passingSystem(() => current.system),
        );
  // What is no difference has no width.
  const wide = session.tracks.some(({ job }) => job.needsBase) ? second : 0;
  if (before !== null || wide > 0) {
    const now = before?.now ?? Math.round(engine.clock.monotonic());
    session.machine.begin(now);
    for (const track of session.tracks) track.base(now, before !== null);
  }
  current = live;
  const end = await runOnce(session, before === null ? wide : 0);
  if (path !== null) saveQuietly(world, path, { boot, now: session.machine.now, shot });
  return { session, failed, end };
}

/** The state of a run in this boot, at most an hour ago. */
function recent(engine: Engine, path: string, boot: string): State | null {
  let state: State | null;
  try {
    state = loadState(engine.files, path);
  } catch (error) {
    throw new SdrError('io', `Cannot read state ${path}: ${(error as Error).message}`, error);
  }
  const age = state === null ? Number.NaN : engine.clock.monotonic() - state.now;
  return state !== null && state.boot === boot && age > 0 && age <= oldest ? state : null;
}

function saveQuietly({ engine, report }: World, path: string, state: State): void {
  try {
    saveState(engine.files, path, engine.pid, state);
  } catch (error) {
    report.warn(path, `Cannot write state ${path}: ${(error as Error).message}; the next sample is a second wide`);
  }
}
