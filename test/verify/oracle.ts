/**
 * The contract of an oracle: what the kernel says that a column is, what sysstat calls it, how far off we may be.
 * Those under `oracles/` are written from the kernel's documentation and the columns' design, not from the program.
 */
import type { Truth } from './view.ts';

/**
 * How a column's rows become one number, and what is compared:
 * - `rate`: mean over the window, each row weighted by its seconds
 * - `share`: the same, of a percentage
 * - `mean`: weighted by what the mean is of (`per`)
 * - `level`: each row's value against what was sampled around its time; the worst row is shown
 */
type Kind = 'rate' | 'share' | 'mean' | 'level';

export interface Oracle {
  readonly kind: Kind;
  readonly truth: Truth;
  /** Tolerance against the kernel: a part of the value, or so much, whichever is more. */
  readonly part: number;
  readonly most: number;
  /** Decimals of the column: half of the last one is always allowed. */
  readonly digits: number;
  /** Rates of whole things: on our own devices the total must be exact. */
  readonly counted: boolean;
  /** The tolerance holds as it stands, without what one sampling step at either end can do. */
  readonly flat: boolean;
  /** The column whose count weighs the rows of a mean. */
  readonly per?: string;
  /** Seconds that a level may be old: files that cost much are not looked at on every tick. */
  readonly old?: number;
  /** No value lies above. */
  readonly max?: number;
  readonly sysstat?: Theirs;
}

/** The sum of these, times `scale`, is what sysstat says, give or take `most` on top of 1.1 %. */
export interface Theirs {
  readonly keys: readonly string[];
  readonly scale: number;
  readonly most: number;
}

export type Oracles = Readonly<Record<string, Oracle>>;

export const theirs = (keys: string | readonly string[], scale = 1, most = 0): Theirs => ({
  keys: typeof keys === 'string' ? [keys] : keys,
  scale,
  most,
});

type Options = Partial<Omit<Oracle, 'kind' | 'truth'>>;

/** 0.1 % of a total, unless said otherwise. */
export const rate = (truth: Truth, options: Options = {}): Oracle => ({
  kind: 'rate',
  truth,
  part: 0.001,
  most: 0,
  digits: 2,
  counted: true,
  flat: false,
  ...options,
});

/** 0.2 points. */
export const share = (truth: Truth, options: Options = {}): Oracle => ({
  kind: 'share',
  truth,
  part: 0,
  most: 0.2,
  digits: 2,
  counted: false,
  flat: false,
  max: 100,
  ...options,
});

export const mean = (truth: Truth, per: string, options: Options = {}): Oracle => ({
  kind: 'mean',
  truth,
  part: 0.001,
  most: 0,
  digits: 2,
  counted: false,
  flat: false,
  per,
  ...options,
});

export const level = (truth: Truth, options: Options = {}): Oracle => ({
  kind: 'level',
  truth,
  part: 0,
  most: 0,
  digits: 0,
  counted: false,
  flat: true,
  ...options,
});
