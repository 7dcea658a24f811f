/**
 * Rates from recorded counters: the samples of a file go through the same differences, guards, formulas and spelling as those of
 * a recording, so the rows are those that it would have written. What the counters file has computed already (gauges, shares of
 * a total now) is copied.
 */
import type { Batch } from '../batch.ts';
import { SAFE } from '../parse.ts';
import type { Column, Field, Schema } from '../schema.ts';
import { counter, gauge, isDifference, level, text, words } from '../schema.ts';
import { Series } from '../series.ts';
import { intervalColumn, viewOf } from '../view.ts';

/** A recorder's schema over the columns of its counters file. */
function schemaOfCounters(schema: Schema): Schema {
  const copied = Object.entries(schema.columns).filter(([, column]) => !isDifference(column));
  const copies = copied.map(([name, column]): [string, Field] => [copyOf(name), copyField(name, column, schema)]);
  const columns = Object.entries(schema.columns).map(([name, column]): [string, Column] => [
    name,
    isDifference(column) ? column : shownAgain(copyOf(name), column),
  ]);
  return {
    ...schema,
    fields: { ...schema.fields, ...Object.fromEntries(copies) },
    columns: Object.fromEntries(columns),
  };
}

/** A counter is copied digit by digit. */
function copyField(name: string, { formula, digits, help }: Column, { fields }: Schema): Field {
  if (formula.kind === 'text') return text(name, '', help);
  const [only = '', ...more] = formula.of;
  const isCounter = formula.kind === 'level' && more.length === 0 && fields[only]?.kind === 'counter';
  return (isCounter ? counter : gauge)(name, '', help, { digits });
}

const shownAgain = (copy: string, { formula, digits, help }: Column): Column =>
  formula.kind === 'text' ? words(copy, help) : level(copy, help, digits);

/** The field that holds a column as it stands in the file: no field of a recorder is called so. */
const copyOf = (column: string): string => `=${column}`;

/** One row of a counters file. */
interface Row {
  readonly key: string;
  /** Seconds since the sample before of this device; NaN at the beginning of a chain. */
  readonly seconds: number;
  readonly cells: readonly string[];
}

export class Rates {
  readonly view: ReturnType<typeof viewOf>;
  /** Samples that had a base. */
  continued = 0;
  private readonly fields: readonly Field[];
  private readonly narrow: boolean;
  private readonly rows: (batch: Batch) => void;
  private series: Series;
  /** The cell of each field, of the key and of the interval in this file's rows; -1 for none. */
  private places: readonly number[] = [];
  private keyPlace = -1;
  private intervalPlace = -1;
  private sample: Row[] = [];
  private keys = new Set<string>();
  private time = Number.NaN;
  private fractional = false;
  /** The devices of the sample before, and when it was due; NaN before the first. */
  private before: ReadonlySet<string> = new Set();
  private last = Number.NaN;
  /** The shortest step of `time` so far, milliseconds. */
  private step = Number.POSITIVE_INFINITY;
  private clock = 0;

  /** `narrow`: the kernel that counted has an `unsigned long` of 32 bits. */
  constructor(schema: Schema, narrow: boolean, rows: (batch: Batch) => void) {
    this.view = viewOf(schemaOfCounters(schema));
    this.fields = Object.values(this.view.schema.fields);
    this.narrow = narrow;
    this.rows = rows;
    this.series = this.begun();
  }

  private begun(): Series {
    return new Series(this.view, this.narrow, () => true);
  }

  /** Begins a file with these columns. */
  file(names: readonly string[]): void {
    this.flush();
    this.places = this.fields.map((field) => names.indexOf(field.name));
    this.keyPlace = names.indexOf(this.view.schema.key ?? '');
    this.intervalPlace = names.indexOf(intervalColumn);
  }

  /** Takes a row; the rows of one sample follow one another. */
  row(time: number, fractional: boolean, cells: readonly string[]): void {
    const key = cells[this.keyPlace] ?? '';
    if (time !== this.time || this.keys.has(key)) this.flush();
    this.time = time;
    this.fractional = fractional;
    this.keys.add(key);
    const interval = cells[this.intervalPlace] ?? '';
    this.sample.push({ key, seconds: interval === '' ? Number.NaN : Number(interval), cells });
  }

  /** The sample is complete. */
  flush(): void {
    if (this.sample.length === 0) return;
    const { sample, time, fractional } = this;
    const seconds = sample.find((row) => row.seconds > 0)?.seconds ?? Number.NaN;
    const isKnown = sample.some((row) => this.before.has(row.key));
    const isBase = Number.isNaN(this.last) || (isKnown && !this.continues(seconds));
    if (isBase) this.series = this.begun();
    // Without a device of the sample before there is nothing that any width of a step could be applied to.
    this.clock += seconds > 0 ? Math.round(seconds * 1000) : 1;
    this.read(this.series);
    if (this.series.finish() && !isBase) this.rows({ view: this.view, time, fractional, rows: this.series.rows });
    if (isKnown && !isBase) this.continued++;
    this.before = this.keys;
    this.last = time;
    this.keys = new Set();
    this.sample = [];
  }

  /**
   * Whether this sample follows the one before it in the file. A device that goes on without an interval was begun anew. An
   * interval that is shorter than the time that passed belongs to a sample which is not there (rows that a full disk took), as
   * far as can be told: a clock set forward and a suspended machine look the same, and cost a row.
   */
  private continues(seconds: number): boolean {
    if (this.sample.some((row) => this.before.has(row.key) && row.seconds !== seconds)) {
      this.step = Number.POSITIVE_INFINITY;
      return false;
    }
    const apart = this.time - this.last;
    if (apart <= 0) return false;
    const usual = Math.min(this.step, apart);
    const shortest = this.step === Number.POSITIVE_INFINITY ? Math.min(usual, seconds * 1000) : usual;
    this.step = usual;
    return apart - seconds * 1000 <= shortest / 2;
  }

  private read(series: Series): void {
    series.begin(this.clock);
    for (const { key, cells } of this.sample) {
      const values = series.row(key);
      if (values) this.fill(values, cells, series);
    }
  }

  private fill(values: Float64Array, cells: readonly string[], series: Series): void {
    for (let i = 0; i < values.length; i++) {
      const field = this.fields[i] as Field;
      const text = cells[this.places[i] as number] ?? '';
      if (text === '') continue;
      if (field.kind === 'text') {
        series.text(i, text);
        continue;
      }
      const raw = Number(text) / field.scale;
      // What the kernel counts are whole numbers of its unit; sums of our own have decimals at scale 1.
      const isWhole = field.digits === 0 || field.scale < 1;
      values[i] = isWhole ? Math.round(raw) : raw;
      if (raw > SAFE && /^\d+$/.test(text))
        series.exact(i, String(BigInt(text) / BigInt(Math.round(field.scale) || 1)));
    }
  }
}
