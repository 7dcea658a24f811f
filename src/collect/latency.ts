/** The latency doctor: how long commits took, by cause, lately and since the start. */
import type { Latency } from '../collector.ts';
import type { Histogram, Shot } from './archive/histogram.ts';
import type { Cause, Stats } from './archive/types.ts';

/** How often it looks, milliseconds. */
export const minute = 60_000;

/** Windows in minutes. */
const windows: readonly (readonly [name: string, minutes: number])[] = [
  ['last minute', 1],
  ['last 10 minutes', 10],
  ['last hour', 60],
];

/** All histograms at a moment. */
type Shots = ReadonlyMap<Cause, Shot>;

export class LatencyDoctor {
  private readonly stats: Stats;
  /** One a minute, the newest last. */
  private readonly shots: Shots[] = [];

  constructor(stats: Stats) {
    this.stats = stats;
    this.look();
  }

  private get causes(): readonly [Cause, Histogram][] {
    return Object.entries(this.stats.latency) as [Cause, Histogram][];
  }

  /** To be called once a minute. */
  look(): void {
    this.shots.push(new Map(this.causes.map(([cause, histogram]) => [cause, histogram.shot()])));
    if (this.shots.length > 60) this.shots.shift();
  }

  report(): readonly Latency[] {
    return this.causes.flatMap(([cause, histogram]) => [
      ...windows.map(([window, minutes]) => {
        const before = this.shots[Math.max(0, this.shots.length - minutes)]?.get(cause) ?? new Uint32Array();
        return { cause, window, ...figuresOf(histogram.since(before)) };
      }),
      { cause, window: 'since the start', ...figuresOf(histogram) },
    ]);
  }
}

const figuresOf = (histogram: Histogram) => ({
  count: histogram.count,
  p50_ms: histogram.quantile(0.5),
  p99_ms: histogram.quantile(0.99),
  worst_ms: histogram.worst,
});
