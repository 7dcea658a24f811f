/** One recorder at work on one machine: reads at a tick, hands its rows on as a batch. */
import type { Batch } from './batch.ts';
import { ParseError } from './errors.ts';
import { errno } from './host.ts';
import type { Machine, Warn } from './machine.ts';
import { meminfo } from './proc/meminfo.ts';
import { isNarrow } from './proc/page-size.ts';
import type { Asker, Reader, Recorder, Wanted } from './recorder.ts';
import { isDifference } from './schema.ts';
import { Series } from './series.ts';
import type { View } from './view.ts';

/** Calls `then` when no job awaits an answer any more. */
export function whenIdle(jobs: readonly Job[], then: () => void): void {
  const [job, ...more] = jobs;
  if (job) job.whenIdle(() => whenIdle(more, then));
  else then();
}

export class Job {
  readonly recorder: Recorder;
  readonly view: View;
  /** Readings that failed. */
  failures = 0;
  /** Whether the first reading is only the base of what the second says. */
  readonly needsBase: boolean;
  /** Whether an answer is still awaited. */
  busy = false;
  private readonly series: Series;
  private readonly opened: Reader | Asker;
  private readonly machine: Machine;
  private readonly warn: Warn;
  /** Whether a tick came while an answer was awaited. */
  private skipped = false;
  private idle: (() => void) | null = null;
  /** Gets what went wrong for good after an answer beside the tick: there is no caller any more who could catch it. */
  thrown: (error: Error) => void = (error) => {
    throw error;
  };

  /** Throws an SdrError when the recorder cannot work on this machine. */
  constructor(recorder: Recorder, view: View, machine: Machine, wanted: Wanted, warn: Warn) {
    this.recorder = recorder;
    this.view = view;
    this.warn = warn;
    this.machine = machine;
    this.needsBase = !view.counters && Object.values(recorder.columns).some(isDifference);
    this.series = new Series(view, isNarrow(machine.source(meminfo)()?.VmallocTotal ?? Number.NaN), wanted);
    this.opened = recorder.open(machine, wanted);
  }

  /**
   * Reads a sample at `now` (whole monotonic milliseconds) for the tick `time`. `rows` gets what there is to write, if there is
   * anything: at once, or when a slow source has answered. False when the sample before is not done yet: nothing is read then.
   */
  sample(now: number, time: number, fractional: boolean, rows: (batch: Batch) => void): boolean {
    if (this.busy) {
      this.skipped = true;
      return false;
    }
    const filled = (fill: Reader, at: number): void => {
      if (this.fill(fill, at)) rows({ view: this.view, time, fractional, rows: this.series.rows });
    };
    if (typeof this.opened === 'function') filled(this.opened, now);
    else this.ask(this.opened, (fill) => filled(fill, this.machine.moment()));
    return true;
  }

  private ask(asker: Asker, filled: (fill: Reader) => void): void {
    this.busy = true;
    asker.ask((fill) => {
      this.busy = false;
      const { failures } = this;
      try {
        filled(fill);
        // One that failed has its own warning.
        if (this.skipped && failures === this.failures) this.late();
        this.skipped = false;
      } catch (error) {
        this.thrown(error as Error);
      }
      const { idle } = this;
      this.idle = null;
      idle?.();
    });
  }

  private late(): void {
    const { name } = this.recorder;
    this.warn(`${name}: late`, `${name}: a sample took longer than the interval; the next one was skipped`);
  }

  /** Calls `then` when no answer is awaited any more. */
  whenIdle(then: () => void): void {
    if (this.busy) this.idle = then;
    else then();
  }

  private fill(fill: Reader, now: number): boolean {
    const { series } = this;
    series.begin(now);
    try {
      fill(series);
    } catch (error) {
      series.drop();
      this.failed(error);
      return false;
    }
    return series.finish();
  }

  private failed(error: unknown): void {
    if (!(error instanceof ParseError) && errno(error) === '') throw error;
    this.failures++;
    const { name } = this.recorder;
    this.warn(`${name}: sample skipped`, `${name}: ${(error as Error).message}; sample skipped`);
  }
}
