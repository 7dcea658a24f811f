/** Whether each recorder works here. */
import type { Check, Scene } from './check.ts';
import { bad, good } from './check.ts';
import { rowsText, trialOf } from './trial.ts';

export const recorderChecks = (scene: Scene): readonly Check[] =>
  scene.recorders.map((recorder) => {
    const trial = trialOf(recorder, scene);
    const { name, sources } = recorder;
    const note = trial.why === '' ? '' : `; ${trial.why}`;
    if (trial.works) return good(name, `works: ${rowsText(trial)}${note}`);
    return bad(name, `does not work: ${trial.why}`, `let this user read ${sources[0] ?? 'its files'}`);
  });
