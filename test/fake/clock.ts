/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/host.ts';

interface Waiting {
  readonly deadline: number;
  readonly then: () => void;
}

export class FakeClock implements Clock {
  /** How late the next timer fires, milliseconds; negative is early. */
  late = 0;
  private wallNow: number;
  private now: number;
  /** Milliseconds spent suspended. */
  private asleep = 0;
  private queue: Waiting[] = [];

  constructor(wall = Date.UTC(2026, 0, 1), monotonic = 1000) {
    this.wallNow = wall;
    this.now = monotonic;
  }

  wall(): number {
    return this.wallNow;
  }

  monotonic(): number {
    return this.now;
  }

  /** Seconds since boot with suspend, as /proc/uptime says. */
  uptime(): number {
    return (this.now + this.asleep) / 1000;
  }

  at(deadline: number, then: () => void): void {
    this.queue.push({ deadline, then });
  }

  /** Time goes by, nothing fires. */
  pass(ms: number): void {
    this.now += ms;
    this.wallNow += ms;
  }

  /** Somebody sets the wall clock. */
  step(ms: number): void {
    this.wallNow += ms;
  }

  suspend(ms: number): void {
    this.wallNow += ms;
    this.asleep += ms;
  }

  /** When the next timer is due, monotonic; Infinity without one. */
  get next(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.queue) if (deadline < first) first = deadline;
    return first;
  }

  /** Moves to the next timer and fires it. False when there is none. */
  fire(): boolean {
    const deadline = this.next;
    const found = this.queue.findIndex((each) => each.deadline === deadline);
    const waiting = this.queue[found];
    if (!waiting) return false;
    this.queue.splice(found, 1);
    this.pass(Math.max(0, deadline + this.late - this.now));
    waiting.then();
    return true;
  }

  /** Fires what is due in the next `ms`, then stands at their end. */
  run(ms: number): void {
    const until = this.now + ms;
    while (this.next + this.late <= until) this.fire();
    if (this.now < until) this.pass(until - this.now);
  }

  /** The process that waited is gone. */
  forget(): void {
    this.queue = [];
  }
}
