/** Counters at their start. */
import { Histogram } from './histogram.ts';
import type { Stats } from './types.ts';

export const noStats = (): Stats => ({
  frames: 0,
  rows: 0,
  bytes: 0,
  duplicates: 0,
  rewinds: 0,
  conflicts: 0,
  malformed: 0,
  busy: 0,
  full: 0,
  failed: 0,
  writes: 0,
  repeats: 0,
  commits: 0,
  checkpoints: 0,
  journaled: 0,
  recovered: 0,
  truncated: 0,
  lost: 0,
  latency: {
    write: new Histogram(),
    sync: new Histogram(),
    apply: new Histogram(),
    commit: new Histogram(),
    checkpoint: new Histogram(),
    wait: new Histogram(),
  },
});
