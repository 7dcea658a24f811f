/**
 * A single sample: a second wide, or as wide as the time since the run before, when that left its state. The base is then read
 * from the state by the same recorders, as from a tape, before the machine itself is read.
 */
import type { World } from './command.ts';
import { SdrError } from './errors.ts';
import type { Engine, Files } from './host.ts';
import type { Opened, Ran } from './recording.ts';
import { runOnce } from './session.ts';
import { bootId } from './sinks/directory/claim.ts';
import type { State } from './state.ts';
import { loadState, oldest, saveState } from './state.ts';
import type { Shot } from './tape.ts';
import { frameOf, Playback, passing, recording } from './tape.ts';

/** How wide a single sample is without a base from before, milliseconds. Counters need none. */
const second = 1000;

/** `path` is where the state lies; null = none. */
export async function once(
  world: World,
  path: string | null,
  counters: boolean,
  opened: (files: Files) => Opened,
): Promise<Ran> {
  const { engine } = world;
  const boot = bootId(engine);
  const before = path === null ? null : recent(engine, path, boot);
  const shot: Shot = new Map(before?.shot);
  const live = path === null ? engine.files : recording(engine.files, (file, answer) => shot.set(file, answer));
  let current: Files = before === null ? live : new Playback(frameOf(before.shot));
  const { session, failed } = opened(path === null ? live : passing(() => current));
  const wide = counters ? 0 : second;
  if (before !== null || wide > 0) {
    const now = before?.now ?? Math.round(engine.clock.monotonic());
    session.machine.begin(now);
    for (const track of session.tracks) track.base(now);
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
