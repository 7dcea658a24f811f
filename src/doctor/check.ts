/** The contract of a check: it looks at one thing, changes nothing, and says how to mend what is wrong. */
import type { Engine } from '../host.ts';
import type { Recorder } from '../recorder.ts';

/** Where the checks look. */
export interface Scene {
  readonly engine: Engine;
  readonly recorders: readonly Recorder[];
  /** Stands before /proc and /sys; '' is the machine itself. */
  readonly root: string;
  /** Where files are recorded; null when nobody named one and there is none. */
  readonly directory: string | null;
}

export interface Check {
  readonly name: string;
  /** Null: this machine does not have it or does not say; recording goes on without. */
  readonly ok: boolean | null;
  readonly text: string;
  /** What to do about it; '' when there is nothing to do. */
  readonly mend: string;
}

export const good = (name: string, text: string): Check => ({ name, ok: true, text, mend: '' });

export const unknown = (name: string, text: string, mend = ''): Check => ({ name, ok: null, text, mend });

export const bad = (name: string, text: string, mend: string): Check => ({ name, ok: false, text, mend });
