/** What the words behind `sdr record` mean: which recorders, how often, how many times. */
import { count, interval } from './amount.ts';
import { SdrError, unknownName } from './errors.ts';
import type { Recorder } from './recorder.ts';

export interface Planned {
  readonly recorder: Recorder;
  /** Milliseconds; null = one sample. */
  readonly interval: number | null;
  /** Whether the bare interval governs it, so that its samples are counted. */
  readonly isCounted: boolean;
}

export interface Plan {
  readonly jobs: readonly Planned[];
  /** Samples of the bare interval; Infinity = no end. */
  readonly count: number;
  /** Whether the user named them: what was not named and does not work here is left out in silence. */
  readonly isNamed: boolean;
}

const startsLikeAmount = (word: string): boolean => /^[\d.+-]/.test(word);

/** Reads `[recorder[@interval]…] [interval [count]]`. `fallback` are the recorders when none is named. */
export function planOf(words: readonly string[], recorders: readonly Recorder[], fallback: readonly Recorder[]): Plan {
  const amountAt = words.findIndex(startsLikeAmount);
  const names = amountAt < 0 ? words : words.slice(0, amountAt);
  const [intervalText, countText, ...more] = amountAt < 0 ? [] : words.slice(amountAt);
  if (more.length > 0) throw new SdrError('usage', `Too many words: "${more.join(' ')}" behind the count`);
  const bare = intervalText === undefined ? null : interval(intervalText);
  const limit = countText === undefined ? Number.POSITIVE_INFINITY : count(countText);
  const isNamed = names.length > 0;
  const jobs = isNamed ? named(names, recorders, bare) : fallback.map((recorder) => unnamed(recorder, bare));
  return { jobs, count: bare === null ? 1 : limit, isNamed };
}

function named(names: readonly string[], recorders: readonly Recorder[], bare: number | null): readonly Planned[] {
  const jobs = names.map((name) => one(name, recorders, bare));
  const seen = new Set<Recorder>();
  for (const { recorder } of jobs) {
    if (seen.has(recorder)) throw new SdrError('usage', `${recorder.name} is named twice`);
    seen.add(recorder);
  }
  const some = jobs.find((job) => job.interval !== null);
  const none = jobs.find((job) => job.interval === null);
  if (some && none) {
    throw new SdrError(
      'usage',
      `${none.recorder.name} has no interval: expected one for all, such as "${names.join(' ')} 5", or ${none.recorder.name}@5`,
    );
  }
  return jobs;
}

function one(word: string, recorders: readonly Recorder[], bare: number | null): Planned {
  const [name = '', own, ...rest] = word.split('@');
  const recorder = recorders.find((each) => each.name === name);
  if (!recorder)
    throw unknownName(
      'recorder',
      name,
      recorders.map((each) => each.name),
    );
  if (rest.length > 0) throw new SdrError('usage', `"${word}": expected recorder@interval`);
  const every = own === undefined ? bare : interval(own);
  const { least } = recorder;
  if (least && every !== null && every < least.milliseconds) {
    throw new SdrError(
      'usage',
      `${name} cannot be recorded every ${every / 1000} s: expected at least ${least.milliseconds / 1000} s, because ${least.why}`,
    );
  }
  return { recorder, interval: every, isCounted: own === undefined };
}

/** Slow recorders that nobody named keep to their own pace, unless the bare one is slower still. */
function unnamed(recorder: Recorder, bare: number | null): Planned {
  if (recorder.slow === null || bare === null) return { recorder, interval: bare, isCounted: true };
  return { recorder, interval: Math.max(bare, recorder.slow), isCounted: bare >= recorder.slow };
}
