/** Recorders that the user brings along. */
import { SdrError } from '../errors.ts';
import type { Engine } from '../host.ts';
import type { Recorder } from '../recorder.ts';
import { execRecorder } from './exec.ts';
import { loadRecorder } from './load.ts';

/** Throws an SdrError when one cannot be used, or has the name of another. */
export async function ownRecorders(
  engine: Engine,
  known: readonly Recorder[],
  paths: readonly string[],
  commands: readonly string[],
): Promise<readonly Recorder[]> {
  const own = [...(await Promise.all(paths.map((path) => loadRecorder(engine, path)))), ...commands.map(execRecorder)];
  own.forEach((recorder, i) => {
    if ([...known, ...own.slice(0, i)].some(({ name }) => name === recorder.name)) {
      throw new SdrError('usage', `There is a recorder ${recorder.name} already: expected another name`);
    }
  });
  return own;
}
