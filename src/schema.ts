/**
 * The vocabulary everyone shares: what a recorder reads (fields), what it writes (columns), and how a column follows from
 * fields (its formula). Headers, help, man pages, README tables, JSON and the computation itself all come from these
 * declarations.
 */

/**
 * How wide the kernel's counter is: it decides whether running backwards may be a wrap.
 * `u32` wraps on every kernel, `ulong` on 32-bit kernels, `u64` never.
 */
export type Width = 'u64' | 'ulong' | 'u32';

/** One number, or one text, that a recorder reads. */
export interface Field {
  readonly kind: 'counter' | 'gauge' | 'text';
  /** Its column with `--counters`: base units, counters end in `_total`. */
  readonly name: string;
  /** What one unit of the kernel is in base units: 512 for sectors, 0.01 for ticks. */
  readonly scale: number;
  /** Decimals of the scaled value. */
  readonly digits: number;
  readonly width: Width;
  /** Going back by less than this (in the kernel's unit) counts as standing still. */
  readonly slack: number;
  readonly help: string;
  /** The kernel file, and where in it. */
  readonly source: string;
}
export type Fields = Readonly<Record<string, Field>>;

/** A field's name, or `-name` to subtract it. */
export type Term<K extends string> = K | `-${K}`;
export type Terms<K extends string> = readonly Term<K>[];

/**
 * How a column follows from fields. Δ is the difference between two samples, s the seconds between them.
 * - `level`: Σ values now (gauges)
 * - `part`: 100·Σ of/Σ in, values now
 * - `rate`: times·ΣΔ/s
 * - `share`: 100·ΣΔ of/ΣΔ in
 * - `mean`: times·ΣΔ of/ΣΔ in
 * - `own`: the recorder's own arithmetic, in words beside it
 * - `text`: what was read, as text
 */
export type Formula<K extends string = string> =
  | { readonly kind: 'level'; readonly of: Terms<K> }
  | { readonly kind: 'part'; readonly of: Terms<K>; readonly in: Terms<K> }
  | { readonly kind: 'rate'; readonly of: Terms<K>; readonly times: number }
  | { readonly kind: 'share'; readonly of: Terms<K>; readonly in: Terms<K> }
  | { readonly kind: 'mean'; readonly of: Terms<K>; readonly in: Terms<K>; readonly times: number }
  | { readonly kind: 'text'; readonly of: Terms<K> }
  | { readonly kind: 'own'; readonly of: Terms<K>; readonly words: string; readonly value: Own<K> };

/** `delta(field)` and `now(field)` are in base units. */
export type Own<K extends string> = (delta: (field: K) => number, now: (field: K) => number, seconds: number) => number;

export interface Column<K extends string = string> {
  readonly formula: Formula<K>;
  readonly digits: number;
  /** The value lies in 0…max; what rounding and jitter put above it is cut off. */
  readonly max: number;
  readonly help: string;
}

export interface Schema {
  readonly name: string;
  readonly summary: string;
  /** The name of the key column of a recorder of many things. */
  readonly key: string | null;
  readonly fields: Fields;
  readonly columns: Readonly<Record<string, Column>>;
  /** Kernel files, for people. */
  readonly sources: readonly string[];
}

type FieldOptions = Partial<Omit<Field, 'kind' | 'name' | 'help' | 'source'>>;

const plainField: FieldOptions = {};

/** Each property by name: there are hundreds of fields, and copying objects is dear where nothing is compiled. */
function fieldOfKind(kind: Field['kind'], name: string, source: string, help: string, options: FieldOptions): Field {
  const { scale = 1, digits = 0, width = 'u64', slack = 0 } = options;
  return { scale, digits, width, slack, kind, name, source, help };
}

/** A number that only grows. */
export function counter(name: string, source: string, help: string, options = plainField): Field {
  return fieldOfKind('counter', name, source, help, options);
}

/** A number that goes up and down. */
export function gauge(name: string, source: string, help: string, options = plainField): Field {
  return fieldOfKind('gauge', name, source, help, options);
}

/** Words. */
export function text(name: string, source: string, help: string): Field {
  return fieldOfKind('text', name, source, help, plainField);
}

const list = <K extends string>(of: Term<K> | Terms<K>): Terms<K> => (typeof of === 'string' ? [of] : of);

export function level<K extends string>(of: Term<K> | Terms<K>, help: string, digits = 0): Column<K> {
  return { formula: { kind: 'level', of: list(of) }, digits, max: Number.POSITIVE_INFINITY, help };
}

/** A text as it was read. */
export function words<K extends string>(of: K, help: string): Column<K> {
  return { formula: { kind: 'text', of: [of] }, digits: 0, max: Number.POSITIVE_INFINITY, help };
}

/** A percentage of something else, now. */
export function part<K extends string>(of: Term<K> | Terms<K>, whole: Term<K> | Terms<K>, help: string): Column<K> {
  return { formula: { kind: 'part', of: list(of), in: list(whole) }, digits: 2, max: 100, help };
}

export function rate<K extends string>(of: Term<K> | Terms<K>, help: string, digits = 2): Column<K> {
  return { formula: { kind: 'rate', of: list(of), times: 1 }, digits, max: Number.POSITIVE_INFINITY, help };
}

/** The percentage of time that a counter of seconds accounts for. */
export function busy<K extends string>(of: Term<K> | Terms<K>, help: string): Column<K> {
  return { formula: { kind: 'rate', of: list(of), times: 100 }, digits: 2, max: 100, help };
}

/** A percentage of the growth of others. */
export function share<K extends string>(of: Term<K> | Terms<K>, whole: Terms<K>, help: string): Column<K> {
  return { formula: { kind: 'share', of: list(of), in: whole }, digits: 2, max: 100, help };
}

/** Milliseconds per event, from a counter of seconds: empty when nothing happened. */
export function meanMs<K extends string>(of: Terms<K>, per: Terms<K>, help: string): Column<K> {
  return { formula: { kind: 'mean', of, in: per, times: 1000 }, digits: 2, max: Number.POSITIVE_INFINITY, help };
}

export function own<K extends string>(
  of: Terms<K>,
  words: string,
  value: Own<NoInfer<K>>,
  help: string,
  max = Number.POSITIVE_INFINITY,
): Column<K> {
  return { formula: { kind: 'own', of, words, value }, digits: 2, max, help };
}

/** A term's field. */
export const fieldOf = (term: string): string => (term.startsWith('-') ? term.slice(1) : term);

/** Whether a column needs two samples. */
export const isDifference = (column: Column): boolean => !['level', 'part', 'text'].includes(column.formula.kind);

/** The fields that a formula reads, each once. */
export function operands(formula: Formula): readonly string[] {
  const terms = 'in' in formula ? [...formula.of, ...formula.in] : formula.of;
  return [...new Set(terms.map(fieldOf))];
}
