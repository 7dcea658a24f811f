/** The kernel's counters over time, sampled at 10 Hz, and what they were at any instant between. */
import { type Machine, readMachine } from './machine.ts';
import type { View } from './view.ts';

export const STEP_S = 0.1;

/** How late a tick is read on a busy machine. */
const NEAR_MS = 40;

interface Moment {
  /** Seconds since the epoch. */
  readonly wall: number;
  readonly monotonic: number;
  readonly machine: Machine;
}

export class Timeline {
  private readonly moments: Moment[] = [];
  isDense = false;
  private timer: NodeJS.Timeout | undefined;

  /**
   * Samples on multiples of 100 ms, and every 10 ms where stamps are expected: right after whole seconds, when the
   * ticks of a 1 s recorder are read, and as long as `isDense`, when it takes its base.
   */
  start(): void {
    const monotonic = Number(process.hrtime.bigint()) / 1e9;
    this.moments.push({ wall: Date.now() / 1000, monotonic, machine: readMachine() });
    const now = Date.now();
    const step = this.isDense || now % 1000 < NEAR_MS ? STEP_S * 100 : STEP_S * 1000;
    this.timer = setTimeout(() => this.start(), step - (now % step));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  get latest(): Machine {
    return this.moments.at(-1)?.machine ?? new Map();
  }

  /** Whether the kernel had a number in every sample: a device that came or went has no window to compare. */
  always(key: string): boolean {
    return this.moments.every((m) => m.machine.has(key));
  }

  get earliest(): Machine {
    return this.moments[0]?.machine ?? new Map();
  }

  get count(): number {
    return this.moments.length;
  }

  get span(): readonly [number, number] {
    return [this.moments[0]?.wall ?? 0, this.moments.at(-1)?.wall ?? 0];
  }

  /** The longest time between two samples within a window, seconds. */
  longestStep(from: number, to: number): number {
    const inside = this.moments.filter((m) => m.wall >= from - STEP_S && m.wall <= to + STEP_S);
    return inside.reduce((most, m, i) => Math.max(most, i === 0 ? 0 : m.wall - (inside[i - 1] as Moment).wall), 0);
  }

  /** How far the wall clock moved against the monotonic one: stamps mean nothing when it stepped. */
  get clockStep(): number {
    const offsets = this.moments.map((m) => m.wall - m.monotonic);
    return Math.max(...offsets) - Math.min(...offsets);
  }

  /** A number at an instant, between the samples around it; NaN where the kernel had none. */
  value(key: string, wall: number): number {
    const after = Math.max(
      1,
      this.moments.findIndex((m) => m.wall >= wall),
    );
    const [a, b] = [this.moments[after - 1] as Moment, this.moments[after] as Moment];
    const [low, high] = [a.machine.get(key) ?? Number.NaN, b.machine.get(key) ?? Number.NaN];
    const share = Math.min(1, Math.max(0, (wall - a.wall) / (b.wall - a.wall)));
    return low + (high - low) * share;
  }

  /** Least and greatest sampled value in a time, with the samples next to both its ends. */
  range(of: (machine: Machine) => number, from: number, to: number): readonly [number, number] {
    const near = this.moments.filter((m) => m.wall > from - STEP_S * 1.5 && m.wall < to + STEP_S * 1.5);
    const values = near.map((m) => of(m.machine));
    return [Math.min(...values), Math.max(...values)];
  }

  /** Two instants, as a formula sees them; `seconds` is what a rate divides by. */
  view(from: number, to: number, seconds = to - from): View {
    return {
      seconds,
      machine: this.latest,
      now: (key) => this.value(key, to),
      delta: (key) => this.value(key, to) - this.value(key, from),
    };
  }
}
