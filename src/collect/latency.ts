/** The latency doctor: how long commits took, by cause, lately and since the start. */
import type { Latency } from '../collector.ts';
import type { Histogram } from './archive/histogram.ts';
import type { Cause, Stats } from './archive/types.ts';

/** How often it looks, milliseconds. */
export const minute = 60_000;

/** Windows in minutes. */
const windows: readonly (readonly [name: string, minutes: number])[] = [
  ['last minute', 1],
  ['last 10 minutes', 10],
  ['last hour', 60],
];

/** Counts below the limits of a histogram, of one moment. */
type Shot = ReadonlyMap<Cause, readonly (readonly [limit: number, count: number])[]>;

export class LatencyDoctor {
  private readonly stats: Stats;
  /** One a minute, the newest last. */
  private readonly shots: Shot[] = [];

  constructor(stats: Stats) {
    this.stats = stats;
    this.look();
  }

  private get causes(): readonly [Cause, Histogram][] {
    return Object.entries(this.stats.latency) as [Cause, Histogram][];
  }

  /** To be called once a minute. */
  look(): void {
    this.shots.push(new Map(this.causes.map(([cause, histogram]) => [cause, [...histogram.cumulative()]])));
    if (this.shots.length > 60) this.shots.shift();
  }

  report(): readonly Latency[] {
    return this.causes.flatMap(([cause, histogram]) => [
      ...windows.map(([window, minutes]) => {
        const before = this.shots[Math.max(0, this.shots.length - minutes)]?.get(cause) ?? [];
        return { cause, window, ...between(before, histogram) };
      }),
      {
        cause,
        window: 'since the start',
        count: histogram.count,
        p50_ms: histogram.quantile(0.5),
        p99_ms: histogram.quantile(0.99),
        worst_ms: histogram.worst,
      },
    ]);
  }
}

/** Of a window only the octaves are known: each figure is at most twice what it was. */
function between(before: readonly (readonly [number, number])[], now: Histogram) {
  const grown = [...now.cumulative()].map(([limit, count], at) => [limit, count - (before[at]?.[1] ?? 0)] as const);
  const count = grown.at(-1)?.[1] ?? 0;
  const limitOf = (share: number): number => {
    const wanted = Math.ceil(count * share);
    const [limit = 0] = grown.find(([, below]) => below >= wanted) ?? [];
    return count === 0 ? 0 : Math.min(limit, now.worst);
  };
  return { count, p50_ms: limitOf(0.5), p99_ms: limitOf(0.99), worst_ms: limitOf(1) };
}
