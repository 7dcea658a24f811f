/** A job's sample where the answer comes at once. */
import type { Batch } from '../../src/batch.ts';
import type { Job } from '../../src/job.ts';

/** The rows of a sample; null when there are none. */
export function sampled(job: Job, now: number, time: number, fractional = false): Batch | null {
  let found: Batch | null = null;
  job.sample(now, time, fractional, (batch) => {
    found = batch;
  });
  return found;
}
