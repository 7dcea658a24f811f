/** Whether a recorder works here: it is opened and reads one sample. */
import { SdrError } from '../errors.ts';
import { Job } from '../job.ts';
import { Machine } from '../machine.ts';
import type { Recorder } from '../recorder.ts';
import { everything } from '../recorder.ts';
import { viewOf } from '../view.ts';
import type { Scene } from './check.ts';

export interface Trial {
  readonly recorder: Recorder;
  readonly works: boolean;
  /** This machine has nothing for it. */
  readonly isMissing: boolean;
  /** Rows of the sample. */
  readonly rows: number;
  /** Why it does not work, or what it met; '' when all is well. */
  readonly why: string;
}

/** Each recorder on a machine of its own, so that a file that is broken is blamed by everyone who needs it. */
export async function trialOf(recorder: Recorder, { engine, root }: Pick<Scene, 'engine' | 'root'>): Promise<Trial> {
  const met: string[] = [];
  const own = `${recorder.name}: `;
  // A recording names the recorder and goes on to its next sample; here both would be said twice.
  const warn = (_: string, message: string) => met.push(message.replace(own, '').replace('; sample skipped', ''));
  const now = Math.round(engine.clock.monotonic());
  try {
    const { files, system } = engine;
    const machine = new Machine(files, root, warn, { system });
    machine.begin(now);
    // Counters have a value in the first sample, rates do not.
    const job = new Job(recorder, viewOf(recorder, { counters: true }), machine, everything, warn);
    let rows = 0;
    job.sample(now, 0, false, (batch) => {
      rows = batch.rows.length;
    });
    await new Promise<void>((resolve) => job.whenIdle(resolve));
    const silent = rows === 0 && recorder.key === null;
    if (silent) met.push(`nothing to read in ${root}/proc`);
    return { recorder, works: job.failures === 0 && !silent, isMissing: false, rows, why: met.join('; ') };
  } catch (error) {
    if (!(error instanceof SdrError)) throw error;
    return { recorder, works: false, isMissing: error.exit === 'unavailable', rows: 0, why: error.message };
  }
}

/** `2 rows a sample`, for people. */
export const rowsText = ({ rows }: Trial): string =>
  rows === 0 ? 'no device yet' : `${rows} ${rows === 1 ? 'row' : 'rows'} a sample`;
