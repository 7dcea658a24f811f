/** What a user wants to see of a recorder: which columns, as rates or as counters. Made once, before the first tick. */
import { unknownName } from './errors.ts';
import { indexes, Program } from './formula.ts';
import type { Column, Field, Schema } from './schema.ts';
import { isDifference, level, operands } from './schema.ts';

/** A column as it is written. */
export interface Shown {
  readonly name: string;
  readonly digits: number;
  /** A rate gets one more decimal for each factor of ten of its interval beyond 100 s, so that its count can be had back. */
  readonly isRate: boolean;
  /** The counter it copies, with `--counters`: values beyond 2^53 are copied digit by digit. */
  readonly field: number;
}

export interface View {
  readonly schema: Schema;
  readonly counters: boolean;
  /** Whether `interval_s` is written. */
  readonly interval: boolean;
  readonly columns: readonly Shown[];
  /** Computes the columns. */
  readonly program: Program;
  /** The decimals of each column. */
  readonly decimals: Uint8Array;
  /** `time,device,interval_s,…` */
  readonly header: string;
}

/** The column of the seconds that a row covers. */
export const intervalColumn = 'interval_s';

interface Wish {
  readonly counters?: boolean;
  /** Column names; null = all. */
  readonly columns?: readonly string[] | null;
}

/** Throws a usage error for a column that the recorder does not have. */
export function viewOf(schema: Schema, wish: Wish = {}): View {
  const counters = wish.counters ?? false;
  const all = counters ? countersOf(schema) : ratesOf(schema);
  const interval = Object.values(schema.columns).some(isDifference);
  const names = [...(interval ? [intervalColumn] : []), ...all.map(({ shown }) => shown.name)];
  const chosen = chosenOf(schema, names, wish.columns ?? null);
  const shown = all.filter((column) => chosen.has(column.shown.name));
  const withInterval = interval && chosen.has(intervalColumn);
  const header = [
    'time',
    ...(schema.key ? [schema.key] : []),
    ...(withInterval ? [intervalColumn] : []),
    ...shown.map((column) => column.shown.name),
  ].join(',');
  return {
    schema,
    counters,
    interval: withInterval,
    columns: shown.map((column) => column.shown),
    program: new Program(
      shown.map((candidate) => candidate.column),
      schema.fields,
    ),
    decimals: Uint8Array.from(shown, (candidate) => candidate.shown.digits),
    header,
  };
}

interface Candidate {
  readonly shown: Shown;
  readonly column: Column;
}

function chosenOf(schema: Schema, names: readonly string[], wanted: readonly string[] | null): ReadonlySet<string> {
  if (wanted === null) return new Set(names);
  const always = ['time', schema.key ?? 'time'];
  for (const name of wanted) {
    if (!names.includes(name) && !always.includes(name)) throw unknownName(`${schema.name} column`, name, names);
  }
  return new Set(wanted);
}

function ratesOf(schema: Schema): readonly Candidate[] {
  return Object.entries(schema.columns).map(([name, column]) => asRate(name, column));
}

function asRate(name: string, column: Column): Candidate {
  const isRate = column.formula.kind === 'rate' && column.max === Number.POSITIVE_INFINITY;
  return { shown: { name, digits: column.digits, isRate, field: -1 }, column };
}

/** Each rate and share becomes the counters that it is made of, once; gauges stay. */
function countersOf(schema: Schema): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  const at = indexes(schema.fields);
  for (const [name, column] of Object.entries(schema.columns)) {
    if (!isDifference(column)) {
      found.set(name, asRate(name, column));
      continue;
    }
    for (const operand of operands(column.formula)) {
      const field = schema.fields[operand];
      if (field && !found.has(field.name)) found.set(field.name, asCounter(operand, field, at[operand] as number));
    }
  }
  return [...found.values()];
}

function asCounter(name: string, field: Field, index: number): Candidate {
  const shown = { name: field.name, digits: field.digits, isRate: false, field: index };
  return { shown, column: level(name, field.help, field.digits) };
}
