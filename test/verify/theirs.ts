/** sysstat's side of a comparison, brought to our window: it starts and ends when it likes. */
import type { Oracle } from './oracle.ts';
import { meanOf, type Sysstat } from './sysstat.ts';
import type { Timeline } from './timeline.ts';
import { disks, nics } from './view.ts';

/** How well we know when sysstat took its first and last sample, seconds. */
const STAMP_S = 0.15;

/** Its clock counts 1/100 s, so a second may be 1.01 s long. */
const CLOCK = 0.011;

/** What it rounds to: two decimals. */
const ROUNDING = 0.006;

export interface Their {
  readonly sysstat: number;
  readonly sysstatAllowed: number;
}

/** Means of a level: sysstat looked at other instants, and no kernel counter tells what it saw. */
export function theirLevel(sysstat: Sysstat, timeline: Timeline, oracle: Oracle, device: string): Their {
  const { scale = 1, most = 0 } = oracle.sysstat ?? {};
  const mean = theirMean(sysstat, timeline, oracle, device);
  return { sysstat: mean, sysstatAllowed: CLOCK * Math.abs(mean) + most + ROUNDING * scale };
}

/**
 * A rate or share over sysstat's window, plus what the kernel says that lies between its window and ours: `kernel` is
 * the truth of our window, `slack` how well it is known.
 */
export function theirRate(
  sysstat: Sysstat,
  timeline: Timeline,
  oracle: Oracle,
  device: string,
  { kernel, slack }: { readonly kernel: number; readonly slack: number },
): Their {
  const { scale = 1, most = 0, keys = [] } = oracle.sysstat ?? {};
  const window = sysstat.windows.get(keys[0]?.split(':')[0] ?? '');
  if (window === undefined) return { sysstat: Number.NaN, sysstatAllowed: 0 };
  const { from, to, stretched } = window;
  const at = (a: number, b: number): number => oracle.truth(timeline.view(from + a, to + b, to - from), device);
  const exact = at(0, 0);
  const near = [-STAMP_S, 0, STAMP_S];
  const shifts = near.flatMap((a) => near.map((b) => Math.abs(at(a, b) - exact)));
  const mean = theirMean(sysstat, timeline, oracle, device);
  // CPU means: the tolerance as it stands. A share does not depend on how long a second was.
  if (oracle.flat) return { sysstat: mean - exact + kernel, sysstatAllowed: most + ROUNDING * scale };
  return {
    sysstat: mean - exact + kernel,
    sysstatAllowed: Math.max(CLOCK, stretched) * Math.abs(mean) + most + ROUNDING * scale + Math.max(...shifts) + slack,
  };
}

function theirMean(sysstat: Sysstat, timeline: Timeline, oracle: Oracle, device: string): number {
  const { scale = 1, keys = [] } = oracle.sysstat ?? {};
  if (keys.length === 0) return Number.NaN;
  const m = timeline.latest;
  const all = keys.flatMap((key) => {
    if (key.includes('{disks}')) return disks(m).map((name) => key.replace('{disks}', name));
    if (key.includes('{nics}')) return nics(m).map((name) => key.replace('{nics}', name));
    return [key.replace('{d}', device)];
  });
  return meanOf(sysstat, all) * scale;
}
