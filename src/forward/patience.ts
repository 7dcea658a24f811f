/** How a sender bears failures: what passes is tried again at random and ever later, what only a person can mend every five minutes. */
import type { Clock } from '../host.ts';
import type { Report } from '../report.ts';
import type { Outcome } from './way.ts';

const first = 1000;
/** Short enough that somebody who was away for long is back, and has caught up, within a minute. */
const longest = 30_000;
/** Until what was refused for good is tried again, milliseconds. */
export const forGood = 5 * 60_000;
/** Statuses that pass by themselves. */
const passing = new Set([0, 408, 425, 429, 500, 502, 503, 504, 507]);

export const isPassing = (status: number): boolean => passing.has(status);

/**
 * Milliseconds to wait after `failures` in a row, the first being 1: up to twice as long each time, and at random, so that hosts that
 * failed together do not return together. `random` is from 0 to below 1.
 */
export const backoff = (failures: number, random: () => number): number =>
  random() * Math.min(longest, first * 2 ** Math.min(failures - 1, 16));

interface Means {
  readonly clock: Clock;
  readonly report: Report;
  readonly random: () => number;
  readonly url: string;
  /** Where rows wait meanwhile. */
  readonly directory: string;
}

export class Patience {
  /** Since when it has failed without a break, monotonic milliseconds; null while all is well. */
  failing: number | null = null;
  /** Whether only a person can help. */
  isRefused = false;
  /** When something went well last, or began. */
  progress: number;
  private failures = 0;
  private stalls = 0;
  private readonly means: Means;

  constructor(means: Means) {
    this.means = means;
    this.progress = means.clock.monotonic();
  }

  /** Counts from now on. */
  begin(): void {
    this.progress = this.means.clock.monotonic();
  }

  /** All is well again, and if `isOn` something has arrived. */
  recover(isOn = true): void {
    const { report, url } = this.means;
    this.failing = null;
    this.failures = 0;
    this.isRefused = false;
    if (isOn) this.begin();
    for (const kind of ['down', 'refused']) report.over(`${url} ${kind}`, `${url} takes rows again`);
  }

  /** When to try again after a failure, monotonic milliseconds. */
  fail({ status, why, after }: Pick<Outcome, 'status' | 'why' | 'after'>): number {
    const { clock, report, url, directory } = this.means;
    this.failures++;
    this.failing ??= clock.monotonic();
    if (isPassing(status)) {
      const said = status === 0 ? why : `${why} (${status})`;
      report.warn(`${url} down`, `Cannot send to ${url}: ${said}; rows wait in ${directory}`);
      return this.later(this.failures) + after;
    }
    this.isRefused = true;
    const kept = `they are kept in ${directory}, and it is asked again every 5 minutes`;
    report.warn(`${url} refused`, `${url} refuses all rows: ${why} (${status}); ${kept}`);
    return clock.monotonic() + forGood;
  }

  /**
   * Something was answered: whether it brought us on. Going back once is as it should be; a receiver that says the same again and
   * again is left alone until then, monotonic milliseconds.
   */
  advanced(isOn: boolean): number {
    this.stalls = isOn ? 0 : this.stalls + 1;
    return this.stalls > 1 ? this.later(this.stalls) : Number.NEGATIVE_INFINITY;
  }

  private later(failures: number): number {
    return this.means.clock.monotonic() + backoff(failures, this.means.random);
  }
}
