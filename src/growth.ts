/** The guard of every counter: what it grew by, or nothing at all when it ran backwards. */
import type { Field } from './schema.ts';

const HALF = 2 ** 31;
const FULL = 2 ** 32;

/** How a field may run backwards. */
export interface Guard {
  /** Going back by less than this is standing still; in the kernel's unit. */
  readonly slack: number;
  /** Whether it is a counter of 32 bits. */
  readonly wraps: boolean;
}

/** `narrow` tells a kernel whose `unsigned long` has 32 bits. */
export function guardOf(field: Pick<Field, 'slack' | 'width'>, narrow: boolean): Guard {
  return { slack: field.slack, wraps: field.width === 'u32' || (field.width === 'ulong' && narrow) };
}

/**
 * What a counter grew by; NaN when that cannot be told. A counter of 32 bits that went back wrapped if it was in its upper half
 * and the step is less than half the range.
 */
export function growth(now: number, before: number, { slack, wraps }: Guard): number {
  const grown = now - before;
  if (grown >= 0) return grown;
  if (-grown < slack) return 0;
  const wrapped = grown + FULL;
  return wraps && before > HALF && before < FULL && wrapped < HALF ? wrapped : Number.NaN;
}
