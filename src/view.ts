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
  /** The one field that it copies, else -1: texts, and counters, whose values beyond 2^53 are copied digit by digit. */
  readonly field: number;
  readonly isText: boolean;
}

export interface View {
  readonly schema: Schema;
  readonly counters: boolean;
  /** Whether `interval_s` is written. */
  readonly interval: boolean;
  readonly columns: readonly Shown[];
  /** Whether a row is written only when it differs from the one before: of recorders without rates. */
  readonly changes: boolean;
  /** Whether a column holds text. */
  readonly hasText: boolean;
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
  readonly changes?: boolean;
  /** Column names; null = all. */
  readonly columns?: readonly string[] | null;
}

/** The whole views that were made: what is asked for is looked at before it is begun, and a view takes long to make. */
const whole = new Map<Schema, Map<string, View>>();

/** Throws a usage error for a column that the recorder does not have. */
export function viewOf(schema: Schema, wish: Wish = {}): View {
  if (wish.columns) return made(schema, wish);
  const known = whole.get(schema) ?? new Map<string, View>();
  whole.set(schema, known);
  const name = `${wish.counters ?? false} ${wish.changes ?? false}`;
  const view = known.get(name) ?? made(schema, wish);
  known.set(name, view);
  return view;
}

function made(schema: Schema, wish: Wish): View {
  const counters = wish.counters ?? false;
  const all = counters ? countersOf(schema) : ratesOf(schema);
  const interval = Object.values(schema.columns).some(isDifference);
  const names = [...(interval ? [intervalColumn] : []), ...all.map(({ shown }) => shown.name)];
  const chosen = chosenOf(schema, names, wish.columns ?? null);
  const shown = chosen === null ? all : all.filter((column) => chosen.has(column.shown.name));
  const withInterval = interval && (chosen === null || chosen.has(intervalColumn));
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
    changes: (wish.changes ?? false) && !interval,
    columns: shown.map((column) => column.shown),
    hasText: shown.some((column) => column.shown.isText),
    program: new Program(
      shown.map((candidate) => candidate.column),
      schema.fields,
    ),
    decimals: decimalsOf(shown),
    header,
  };
}

function decimalsOf(shown: readonly Candidate[]): Uint8Array {
  const decimals = new Uint8Array(shown.length);
  for (let i = 0; i < shown.length; i++) decimals[i] = (shown[i] as Candidate).shown.digits;
  return decimals;
}

interface Candidate {
  readonly shown: Shown;
  readonly column: Column;
}

/** Null: all of them. */
function chosenOf(
  schema: Schema,
  names: readonly string[],
  wanted: readonly string[] | null,
): ReadonlySet<string> | null {
  if (wanted === null) return null;
  const always = ['time', schema.key ?? 'time'];
  for (const name of wanted) {
    if (!names.includes(name) && !always.includes(name)) throw unknownName(`${schema.name} column`, name, names);
  }
  return new Set(wanted);
}

function ratesOf(schema: Schema): readonly Candidate[] {
  const at = indexes(schema.fields);
  return Object.keys(schema.columns).map((name) => asIs(name, schema.columns[name] as Column, schema, at));
}

function asIs(name: string, column: Column, schema: Schema, at: Readonly<Record<string, number>>): Candidate {
  const { formula, digits, max } = column;
  const isRate = formula.kind === 'rate' && max === Number.POSITIVE_INFINITY;
  const isText = formula.kind === 'text';
  const only = formula.of[0] ?? '';
  const isAlone = formula.of.length <= 1;
  const isCopy = isText || (formula.kind === 'level' && isAlone && schema.fields[only]?.kind === 'counter');
  return { shown: { name, digits, isRate, field: isCopy ? (at[only] as number) : -1, isText }, column };
}

/** Each rate and share becomes the counters that it is made of, once; gauges stay. */
function countersOf(schema: Schema): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  const at = indexes(schema.fields);
  for (const [name, column] of Object.entries(schema.columns)) {
    if (!isDifference(column)) {
      found.set(name, asIs(name, column, schema, at));
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
  const shown = { name: field.name, digits: field.digits, isRate: false, field: index, isText: false };
  return { shown, column: level(name, field.help, field.digits) };
}
