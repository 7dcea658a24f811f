/** What the parts of the bench of collectors are given. */
import type { Run } from '../running.ts';
import type { Tools } from './tools.ts';

export interface Bench extends Run {
  readonly tools: Tools;
  /** Something could not be measured: a line, and the exit code says so in the end. */
  readonly fail: (line: string) => void;
}
