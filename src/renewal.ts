/** SIGHUP: the configuration is read again. What is good takes the place of what runs; what is not is told, and all goes on. */

import type { Asked } from './command.ts';
import { SdrError } from './errors.ts';
import type { Opened } from './recording.ts';
import type { Task } from './task.ts';

export class Renewal {
  /** What is recorded. */
  task: Task;
  private next: Task;
  private readonly read: (asked: Asked) => Task;

  /** `read` throws a usage error for what cannot be meant. */
  constructor(task: Task, read: (asked: Asked) => Task) {
    this.task = task;
    this.next = task;
    this.read = read;
  }

  /** Calls `renew` when there is something else to record. */
  async renew(renew: () => void): Promise<void> {
    const { report, again } = this.task.asked.world;
    if (!again) {
      report.verbose('SIGHUP: nothing to read again');
      return;
    }
    try {
      const next = this.read(await again());
      refuse(this.task, next);
      if (spelled(next) === spelled(this.task)) {
        report.event('SIGHUP: the configuration is as it was');
        return;
      }
      this.next = next;
      renew();
    } catch (error) {
      this.keep(error);
    }
  }

  /** Opens what is new; when that cannot be, what was there before. */
  begin(opened: (task: Task) => Opened): Opened {
    const before = this.task;
    try {
      const now = opened(this.next);
      this.task = this.next;
      before.asked.world.report.event('SIGHUP: the configuration has changed, and is in force');
      return now;
    } catch (error) {
      this.keep(error);
      return opened(before);
    }
  }

  private keep(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.task.asked.world.report.error(`SIGHUP: ${why}; the recording goes on as it was`);
  }
}

const spelled = ({ asked }: Task): string => JSON.stringify([asked.words, Object.entries(asked.values).sort()]);

/** What is good for a start, but not for a recording that is under way. */
function refuse(before: Task, next: Task): void {
  if (next.plan.jobs.some(({ interval }) => interval === null)) {
    throw new SdrError('config', 'The configuration has no interval any more');
  }
  if ([...before.wishes.outputs, ...next.wishes.outputs].includes('-')) {
    throw new SdrError('config', 'What is written to stdout is changed by a new start only');
  }
}
