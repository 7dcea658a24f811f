/** One recorder at work on one machine: reads at a tick, hands its rows on as a batch. */
import type { Batch } from './batch.ts';
import { ParseError } from './errors.ts';
import { errno } from './host.ts';
import type { Machine, Warn } from './machine.ts';
import { meminfo } from './proc/meminfo.ts';
import { isNarrow } from './proc/page-size.ts';
import type { Reader, Recorder } from './recorder.ts';
import { Series } from './series.ts';
import type { View } from './view.ts';

export class Job {
  readonly recorder: Recorder;
  readonly view: View;
  /** Readings that failed. */
  failures = 0;
  private readonly series: Series;
  private readonly reader: Reader;
  private readonly warn: Warn;

  /** Throws an SdrError when the recorder cannot work on this machine. */
  constructor(recorder: Recorder, view: View, machine: Machine, wanted: (key: string) => boolean, warn: Warn) {
    this.recorder = recorder;
    this.view = view;
    this.warn = warn;
    this.series = new Series(view, isNarrow(machine.source(meminfo)()?.VmallocTotal ?? Number.NaN), wanted);
    this.reader = recorder.open(machine);
  }

  /**
   * Reads a sample at `now` (whole monotonic milliseconds) for the tick `time`. Returns its rows, or null when there are none:
   * the first reading, a failed one, or nothing to say.
   */
  sample(now: number, time: number, fractional: boolean): Batch | null {
    const { series } = this;
    series.begin(now);
    try {
      this.reader(series);
    } catch (error) {
      series.drop();
      this.failed(error);
      return null;
    }
    return series.finish() ? { view: this.view, time, fractional, rows: series.rows } : null;
  }

  private failed(error: unknown): void {
    if (!(error instanceof ParseError) && errno(error) === '') throw error;
    this.failures++;
    const { name } = this.recorder;
    this.warn(`${name}: sample skipped`, `${name}: ${(error as Error).message}; sample skipped`);
  }
}
