/**
 * All hosts at a moment. Of thousands of them the archive has to look at thousands of files, so they are asked for a few at a time,
 * between requests, and what was found is good for some seconds.
 */
import { setImmediate as breath } from 'node:timers/promises';
import type { HostStatus } from './archive/types.ts';
import type { Keeper } from './keeper.ts';

/** How old a picture may be, milliseconds. */
const fresh = 2000;
/** Hosts between two breaths. */
const some = 20;

export class Hosts {
  private readonly keeper: Keeper;
  private readonly now: () => number;
  private taken = Number.NEGATIVE_INFINITY;
  private picture: Promise<readonly HostStatus[]> = Promise.resolve([]);

  /** `now`: monotonic milliseconds. */
  constructor(keeper: Keeper, now: () => number) {
    this.keeper = keeper;
    this.now = now;
  }

  /** Rejects with what the archive throws. */
  all(): Promise<readonly HostStatus[]> {
    if (this.now() - this.taken < fresh) return this.picture;
    this.taken = this.now();
    this.picture = this.take();
    this.picture.then(
      () => {
        this.taken = this.now();
      },
      () => {
        this.taken = Number.NEGATIVE_INFINITY;
      },
    );
    return this.picture;
  }

  private async take(): Promise<readonly HostStatus[]> {
    const found: HostStatus[] = [];
    for (const host of this.keeper.hosts()) {
      found.push(host);
      if (found.length % some === 0) await breath();
    }
    return found;
  }
}
