/**
 * The clock of the recording: ticks on multiples of each interval, waits and rates by the monotonic clock. A late tick is a late
 * tick, a missed one is a gap and a count; a step of the wall clock starts the ticks anew. One timer, one callback, no promise.
 */
import type { Clock } from './host.ts';

/** Something that happens on multiples of an interval. */
export interface Beat {
  /** Milliseconds, whole. */
  readonly interval: number;
  /** Does it. `time` is the due tick, `now` whole monotonic milliseconds. Beats of one tick come one after another. */
  beat(time: number, now: number): void;
}

/** A jump of the clock, in milliseconds: `step` of the wall clock, `suspended` time of the machine. */
export interface Jump {
  readonly step: number;
  readonly suspended: number;
}

interface Hooks {
  /** Before the first beat of a tick. */
  begin(now: number): void;
  /** After the last beat of a tick; true ends the loop. */
  end(time: number): boolean;
  jumped(jump: Jump): void;
  missed(ticks: number, lateMs: number): void;
  /** Seconds since boot with suspend, NaN when unknown: asked only when the clocks disagree. */
  uptime(): number;
}

/** Timers may fire a hair early: a tick that is this near has come (milliseconds). */
const early = 1;
/** The clocks are compared at least this often, milliseconds: a step must not be slept through. */
const look = 60_000;
/** The wall clock may wander this far from the monotonic one before it is a step. */
const tolerance = 1000;

/** The first tick at least half an interval after `wall`. */
export const firstTick = (wall: number, interval: number): number =>
  Math.ceil((wall + interval / 2) / interval) * interval;

export class Loop {
  private readonly clock: Clock;
  private readonly hooks: Hooks;
  private readonly beats: { readonly beat: Beat; due: number }[];
  /** Wall minus monotonic when last looked at. */
  private offset: number;
  /** Uptime minus monotonic: grows by suspending. */
  private sleep: number;
  private stopped = false;
  private ended: () => void = () => {};
  private failed: (error: Error) => void = () => {};

  constructor(clock: Clock, beats: readonly Beat[], hooks: Hooks) {
    this.clock = clock;
    this.hooks = hooks;
    const wall = clock.wall();
    this.offset = wall - clock.monotonic();
    this.sleep = this.slept();
    this.beats = beats.map((beat) => ({ beat, due: firstTick(wall, beat.interval) }));
  }

  /** Ticks until {@link stop} or until `end` says so; `failed` gets what a beat threw, and nothing ticks any more. */
  start(ended: () => void, failed: (error: Error) => void): void {
    this.ended = ended;
    this.failed = failed;
    this.arm();
  }

  stop(): void {
    this.stopped = true;
  }

  private slept(): number {
    return this.hooks.uptime() * 1000 - this.clock.monotonic();
  }

  private arm(): void {
    let due = Number.POSITIVE_INFINITY;
    for (const each of this.beats) due = Math.min(due, each.due);
    // By the wall clock as last compared: one that was set back during the beats must not put the next tick off.
    this.clock.at(Math.min(due - this.offset, this.clock.monotonic() + look), this.wake);
  }

  private readonly wake = (): void => {
    if (this.stopped) return;
    const wall = this.clock.wall();
    const monotonic = this.clock.monotonic();
    const moved = wall - monotonic - this.offset;
    // Small differences are the wall clock being slewed; they do not add up to a step.
    this.offset += moved;
    try {
      if (Math.abs(moved) > tolerance) this.jump(moved, wall);
      if (this.tick(wall, Math.round(monotonic))) this.ended();
      else this.arm();
    } catch (error) {
      this.stopped = true;
      this.failed(error as Error);
    }
  };

  private jump(moved: number, wall: number): void {
    const sleep = this.slept();
    const suspended = Number.isNaN(sleep - this.sleep) ? 0 : Math.max(0, Math.round(sleep - this.sleep));
    this.sleep = sleep;
    this.hooks.jumped({ step: Math.round(moved - suspended), suspended });
    for (const each of this.beats) each.due = Math.ceil(wall / each.beat.interval) * each.beat.interval;
  }

  /** Does what is due; true when the loop has ended. */
  private tick(wall: number, now: number): boolean {
    let latest = Number.NEGATIVE_INFINITY;
    for (const each of this.beats) {
      if (each.due > wall + early) continue;
      const { interval } = each.beat;
      const time = Math.floor((wall + early) / interval) * interval;
      if (latest === Number.NEGATIVE_INFINITY) this.hooks.begin(now);
      latest = Math.max(latest, time);
      this.hooks.missed(Math.round((time - each.due) / interval), Math.max(0, wall - time));
      each.due = time + interval;
      each.beat.beat(time, now);
    }
    if (latest === Number.NEGATIVE_INFINITY) return false;
    this.stopped = this.hooks.end(latest) || this.stopped;
    return this.stopped;
  }
}
