/** A recorder of disks and its sample by sample driver, for tests of what stands above recorders. */
import type { Batch } from '../../src/batch.ts';
import type { Command, Entry } from '../../src/command.ts';
import type { Recorder } from '../../src/recorder.ts';
import { defineRecorder } from '../../src/recorder.ts';
import { busy, counter, gauge, level, meanMs, own, part, rate, share } from '../../src/schema.ts';
import { Series } from '../../src/series.ts';
import type { View } from '../../src/view.ts';

export const toy = defineRecorder({
  name: 'toyrec',
  summary: 'toys',
  key: 'device',
  sources: ['/proc/toys'],
  fields: {
    reads: counter('reads_total', '/proc/toys', 'reads'),
    sectors: counter('read_bytes_total', '/proc/toys', 'bytes', { scale: 512 }),
    ms: counter('busy_s_total', '/proc/toys', 'time', { scale: 0.001, digits: 3, width: 'u32' }),
    size: gauge('size_bytes', '/proc/toys', 'size'),
  },
  columns: {
    reads_per_s: rate('reads', 'reads'),
    read_bytes_per_s: rate('sectors', 'bytes read'),
    busy_pct: busy('ms', 'busy'),
    share_pct: share('reads', ['reads', 'sectors'], 'reads of all'),
    await_ms: meanMs(['ms'], ['reads'], 'time of a read'),
    size_bytes: level('size', 'size'),
    size_pct: part('size', ['size', 'reads'], 'a part'),
    twice: own(
      ['reads', 'size'],
      '2 × Δreads',
      (delta, now, seconds) => 2 * delta('reads') + 0 * now('size') * seconds,
      'twice',
    ),
  },
  open: () => () => {},
});

type Values = readonly [reads: number, sectors: number, ms: number, size: number];

/** A series of toys: each call is a sample. */
export class Toys {
  readonly series: Series;
  now = 1000;
  constructor(view: View, wanted: (key: string) => boolean = () => true) {
    this.series = new Series(view, false, wanted);
  }

  /** Reads a sample `after` milliseconds; gives the rows by key. */
  sample(after: number, toys: Readonly<Record<string, Values>>): Record<string, number[]> {
    this.read(after, toys);
    return Object.fromEntries(this.series.rows.map((row) => [row.key, [...row.cells]]));
  }

  read(after: number, toys: Readonly<Record<string, Values>>): boolean {
    this.now += after;
    this.series.begin(this.now);
    for (const [key, values] of Object.entries(toys)) this.series.row(key)?.set(values);
    return this.series.finish();
  }

  batch(time: number, fractional = false): Batch {
    return { view: this.series.view, time, fractional, rows: this.series.rows };
  }
}

export const recorderOf = (name: string, slow: number | null = null): Recorder => ({ ...toy, name, slow });

/** Commands as the program takes them: loaded at once. */
export const entriesOf = (commands: readonly Command[]): readonly Entry[] =>
  commands.map((command) => ({ name: command.name, load: async () => command }));
