/** The guard of every counter: what it grew by, or nothing at all when it ran backwards. */
import type { Field } from './schema.ts';

const HALF = 2 ** 31;
const FULL = 2 ** 32;

/** What a counter grew by; NaN when that cannot be told. */
export type Growth = (now: number, before: number) => number;

/**
 * The guard of one field; null for a gauge, which does not grow. A counter of 32 bits that went back wrapped if it was in its
 * upper half and the step is less than half the range; `narrow` tells a kernel whose `unsigned long` has 32 bits.
 */
export function growthOf(field: Field, narrow: boolean): Growth | null {
  if (field.kind === 'gauge') return null;
  const { slack } = field;
  const wraps = field.width === 'u32' || (field.width === 'ulong' && narrow);
  return (now, before) => {
    const grown = now - before;
    if (grown >= 0) return grown;
    if (-grown < slack) return 0;
    const wrapped = grown + FULL;
    return wraps && before > HALF && before < FULL && wrapped < HALF ? wrapped : Number.NaN;
  };
}
