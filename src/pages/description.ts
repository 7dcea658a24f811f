/** What a recorder writes, in words: computed from its schema, for `sdr describe` and the pages. */
import { spelled } from '../formula.ts';
import type { Column, Field, Schema } from '../schema.ts';
import { isDifference, operands } from '../schema.ts';
import type { Shown } from '../view.ts';
import { intervalColumn, viewOf } from '../view.ts';
import { prometheusName } from './prometheus.ts';
import { unitOf } from './units.ts';

/** `rate` needs two samples; `gauge`, `counter` and `text` are copied from one. */
export type Kind = 'time' | 'key' | 'text' | 'gauge' | 'rate' | 'counter';

export interface DescribedColumn {
  readonly name: string;
  readonly unit: string | null;
  /** Its name as a Prometheus metric; null for what is no number there: the time, the label, words. */
  readonly prometheus: string | null;
  readonly kind: Kind;
  /** Decimals; null where it is text, or depends on the interval (`time`). */
  readonly digits: number | null;
  readonly meaning: string;
  /** Over the fields below; null when there is nothing to compute. */
  readonly formula: string | null;
  readonly fields: readonly string[];
  /** Kernel files, and where in them. */
  readonly sources: readonly string[];
}

export interface DescribedField {
  readonly name: string;
  /** Its column with `--counters`. */
  readonly counter: string;
  readonly unit: string | null;
  readonly kind: Field['kind'];
  readonly scale: number;
  readonly digits: number;
  readonly width: Field['width'];
  readonly meaning: string;
  readonly source: string;
}

export interface Description {
  readonly name: string;
  readonly summary: string;
  readonly key: string | null;
  readonly counters: boolean;
  readonly sources: readonly string[];
  /** In the order of the header. */
  readonly columns: readonly DescribedColumn[];
  readonly fields: readonly DescribedField[];
}

/** `counters` describes what `--counters` writes. */
export function description(schema: Schema, counters: boolean): Description {
  const view = viewOf(schema, { counters });
  return {
    name: schema.name,
    summary: schema.summary,
    key: schema.key,
    counters,
    sources: schema.sources,
    columns: [
      time,
      ...(schema.key === null ? [] : [keyed(schema.key)]),
      ...(view.interval ? [interval(schema.name)] : []),
      ...view.columns.map((shown) => column(schema, shown)),
    ],
    fields: Object.entries(schema.fields).map(([name, each]) => field(name, each)),
  };
}

const plain = { prometheus: null, digits: null, formula: null, fields: [], sources: [] } as const;

const time: DescribedColumn = {
  ...plain,
  name: 'time',
  unit: 's',
  kind: 'time',
  meaning: 'the due tick, Unix epoch; three decimals when the interval is not whole seconds',
};

const interval = (recorder: string): DescribedColumn => ({
  ...plain,
  name: intervalColumn,
  unit: 's',
  prometheus: prometheusName(recorder, intervalColumn),
  kind: 'gauge',
  digits: 3,
  meaning: 'monotonic time that this row covers: rates are divided by it',
});

const keyed = (name: string): DescribedColumn => ({
  ...plain,
  name,
  unit: null,
  kind: 'key',
  meaning: `which ${name}; bytes outside A-Za-z0-9_.:@/+- are percent-encoded`,
});

function column(schema: Schema, { name, digits, field: index, isText }: Shown): DescribedColumn {
  const declared = schema.columns[name];
  const copied = Object.entries(schema.fields)[index];
  const isCopy = copied && (!declared || isDifference(declared));
  return {
    name,
    unit: unitOf(name),
    prometheus: isText ? null : prometheusName(schema.name, name),
    digits: isText ? null : digits,
    ...(isCopy ? counted(...copied) : computed(schema, name, declared as Column)),
  };
}

type Origin = Omit<DescribedColumn, 'name' | 'unit' | 'prometheus' | 'digits'>;

/** A column as its recorder declares it. */
function computed(schema: Schema, name: string, declared: Column): Origin {
  const fields = operands(declared.formula);
  return {
    kind: kindOf(name, declared),
    meaning: declared.help,
    formula: spelled(declared.formula),
    fields,
    sources: [...new Set(fields.flatMap((each) => schema.fields[each]?.source ?? []))],
  };
}

/** A name that ends in `_total` promises a counter. */
function kindOf(name: string, column: Column): Kind {
  if (column.formula.kind === 'text') return 'text';
  if (isDifference(column)) return 'rate';
  return name.endsWith('_total') ? 'counter' : 'gauge';
}

/** A field as `--counters` writes it. */
const counted = (key: string, { kind, scale, help, source }: Field): Origin => ({
  kind,
  meaning: help,
  formula: scale === 1 ? key : `${scale} × ${key}`,
  fields: [key],
  sources: [source],
});

const field = (key: string, { name, kind, scale, digits, width, help, source }: Field): DescribedField => ({
  name: key,
  counter: name,
  unit: unitOf(name),
  kind,
  scale,
  digits,
  width,
  meaning: help,
  source,
});
