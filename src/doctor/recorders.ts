/** Whether each recorder works here. */
import type { Recorder } from '../recorder.ts';
import type { Check, Scene } from './check.ts';
import { bad, good, unknown } from './check.ts';
import { rowsText, trialOf } from './trial.ts';

export const recorderChecks = (scene: Scene): Promise<readonly Check[]> =>
  Promise.all(scene.recorders.map((recorder) => checkOf(recorder, scene)));

async function checkOf(recorder: Recorder, scene: Scene): Promise<Check> {
  const trial = await trialOf(recorder, scene);
  const { name, sources } = recorder;
  const note = trial.why === '' ? '' : `; ${trial.why}`;
  if (trial.works) return good(name, `works: ${rowsText(trial)}${note}`);
  // No Xen, no Pi, no sensor: most machines are like that, and nothing is to be mended.
  if (trial.isMissing && recorder.slow !== null) return unknown(name, `not on this machine: ${trial.why}`);
  // What slow recorders need is no file alone; they say themselves what to do.
  const mend = recorder.slow === null ? `let this user read ${sources[0] ?? 'its files'}` : '';
  return bad(name, `does not work: ${trial.why}`, mend);
}
