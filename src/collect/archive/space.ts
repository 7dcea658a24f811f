/** Whether there is room on the disk, asked at most once a second: the answer costs a system call. */
import type { Store } from './store.ts';

const every = 1000;

export class Space {
  private readonly store: Store;
  private readonly path: string;
  private readonly least: number;
  private asked = Number.NEGATIVE_INFINITY;
  private isLow = false;

  /** `least`: bytes that stay free. */
  constructor(store: Store, path: string, least: number) {
    this.store = store;
    this.path = path;
    this.least = least;
  }

  /** `now`: milliseconds. Throws a SystemError. */
  hasRoom(now: number): boolean {
    if (this.least === 0) return true;
    // A clock that was set back must not put off the next question.
    if (Math.abs(now - this.asked) >= every) {
      this.asked = now;
      this.isLow = this.store.free(this.path) < this.least;
    }
    return !this.isLow;
  }
}
