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

/** How each field of a sample may run backwards: the slack, NaN for what is no counter, and whether it wraps. */
export interface Guards {
  readonly slack: Float64Array;
  readonly wraps: Uint8Array;
}

export function guardsOf(fields: readonly Field[], narrow: boolean): Guards {
  return packed(fields.map((field) => (field.kind === 'counter' ? guardOf(field, narrow) : null)));
}

/** Guards as a loop wants them; null is no counter. */
export function packed(guards: readonly (Guard | null)[]): Guards {
  const slack = new Float64Array(guards.length);
  const wraps = new Uint8Array(guards.length);
  guards.forEach((guard, i) => {
    slack[i] = guard === null ? Number.NaN : guard.slack;
    wraps[i] = guard?.wraps ? 1 : 0;
  });
  return { slack, wraps };
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

/**
 * Fills `delta` with what each counter of a sample grew by; NaN for what is none, and for all without a base. Returns whether
 * nothing has changed since the sample before: nothing is missing that was there, and no number is beyond what a double holds.
 */
export type Difference = (
  now: Float64Array,
  before: Float64Array,
  delta: Float64Array,
  slack: Float64Array,
  wraps: Uint8Array,
  hasBase: boolean,
) => boolean;

const guard = { slack: 0, wraps: false };

/** The loop over fields, which an engine without a compiler replaces by its own (src/hosts/quickjs.ts). */
export const native: { difference: Difference; blank: (values: Float64Array) => void } = {
  blank(values) {
    values.fill(Number.NaN);
  },
  difference(now, before, delta, slack, wraps, hasBase) {
    let still = hasBase;
    for (let i = 0; i < now.length; i++) {
      const a = now[i] as number;
      const b = before[i] as number;
      guard.slack = slack[i] as number;
      guard.wraps = wraps[i] === 1;
      delta[i] = hasBase && guard.slack >= 0 ? growth(a, b, guard) : Number.NaN;
      still &&= Object.is(a, b) && !(a > Number.MAX_SAFE_INTEGER);
    }
    return still;
  },
};
