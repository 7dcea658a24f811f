/** Whether a recorder works here: it is opened and reads one sample. */
import { SdrError } from '../errors.ts';
import { Job } from '../job.ts';
import { Machine } from '../machine.ts';
import type { Recorder } from '../recorder.ts';
import { viewOf } from '../view.ts';
import type { Scene } from './check.ts';

export interface Trial {
  readonly recorder: Recorder;
  readonly works: boolean;
  /** Rows of the sample. */
  readonly rows: number;
  /** Why it does not work, or what it met; '' when all is well. */
  readonly why: string;
}

/** Each recorder on a machine of its own, so that a file that is broken is blamed by everyone who needs it. */
export function trialOf(recorder: Recorder, { engine, root }: Pick<Scene, 'engine' | 'root'>): Trial {
  const met: string[] = [];
  const own = `${recorder.name}: `;
  // A recording names the recorder and goes on to its next sample; here both would be said twice.
  const warn = (_: string, message: string) => met.push(message.replace(own, '').replace('; sample skipped', ''));
  const now = Math.round(engine.clock.monotonic());
  try {
    const machine = new Machine(engine.files, root, warn);
    machine.begin(now);
    // Counters have a value in the first sample, rates do not.
    const job = new Job(recorder, viewOf(recorder, { counters: true }), machine, () => true, warn);
    const rows = job.sample(now, 0, false)?.rows.length ?? 0;
    const silent = rows === 0 && recorder.key === null;
    if (silent) met.push(`nothing to read in ${root}/proc`);
    return { recorder, works: job.failures === 0 && !silent, rows, why: met.join('; ') };
  } catch (error) {
    if (!(error instanceof SdrError)) throw error;
    return { recorder, works: false, rows: 0, why: error.message };
  }
}

/** `2 rows a sample`, for people. */
export const rowsText = ({ rows }: Trial): string =>
  rows === 0 ? 'no device yet' : `${rows} ${rows === 1 ? 'row' : 'rows'} a sample`;
