/**
 * Formulas, compiled once into functions of a sample's arrays, and spelled for people. The arithmetic of every column of
 * every recorder is here.
 */
import type { Column, Fields, Formula, Terms } from './schema.ts';
import { fieldOf } from './schema.ts';

/** A cell from the growth of the fields, their values now (both in the kernel's units) and the seconds between. NaN is no value. */
export type Cell = (delta: Float64Array, now: Float64Array, seconds: number) => number;

type Sum = (values: Float64Array) => number;

/** A column as a function over arrays in the order of `fields`. */
export function compile(column: Column, fields: Fields): Cell {
  const cell = uncut(column.formula, fields);
  const { max } = column;
  // A level may be negative (frost); a difference of guarded counters may not. NaN stays NaN.
  const min = column.formula.kind === 'level' ? Number.NEGATIVE_INFINITY : 0;
  return (delta, now, seconds) => Math.max(min, Math.min(max, cell(delta, now, seconds)));
}

function uncut(formula: Formula, fields: Fields): Cell {
  const of = sum(formula.of, fields);
  switch (formula.kind) {
    case 'level':
      return (_, now) => of(now);
    case 'part': {
      const whole = sum(formula.in, fields);
      return (_, now) => ratio(100 * of(now), whole(now));
    }
    case 'rate': {
      const { times } = formula;
      return (delta, _, seconds) => (times * of(delta)) / seconds;
    }
    case 'share':
    case 'mean': {
      const per = sum(formula.in, fields);
      const times = formula.kind === 'share' ? 100 : formula.times;
      return (delta) => ratio(times * of(delta), per(delta));
    }
    case 'own':
      return own(formula, fields);
  }
}

const ratio = (a: number, b: number): number => (b > 0 ? a / b : Number.NaN);

function own(formula: Formula & { kind: 'own' }, fields: Fields): Cell {
  const at = indexes(fields);
  const scales = Object.values(fields).map((field) => field.scale);
  const look = (values: () => Float64Array) => (name: string) => {
    const i = at[name] as number;
    return (values()[i] as number) * (scales[i] as number);
  };
  let deltas: Float64Array = new Float64Array(0);
  let values = deltas;
  const delta = look(() => deltas);
  const now = look(() => values);
  return (d, v, seconds) => {
    deltas = d;
    values = v;
    return formula.value(delta, now, seconds);
  };
}

/** The sum of terms in base units. */
function sum(terms: Terms<string>, fields: Fields): Sum {
  const at = indexes(fields);
  const parts = terms.map((term) => {
    const name = fieldOf(term);
    return { index: at[name] as number, factor: (term === name ? 1 : -1) * (fields[name]?.scale ?? Number.NaN) };
  });
  const [first] = parts;
  if (parts.length === 1 && first) return (values) => first.factor * (values[first.index] as number);
  const indices = Uint16Array.from(parts, (part) => part.index);
  const factors = Float64Array.from(parts, (part) => part.factor);
  return (values) => {
    let total = 0;
    for (let i = 0; i < indices.length; i++) {
      total += (factors[i] as number) * (values[indices[i] as number] as number);
    }
    return total;
  };
}

/** Each field's place in the arrays of a sample. */
export function indexes<F extends Fields>(fields: F): Readonly<Record<keyof F, number>> {
  return Object.fromEntries(Object.keys(fields).map((name, i) => [name, i])) as Record<keyof F, number>;
}

/** The formula for people: `100 × (Δuser − Δguest) / (Δuser + …)`. */
export function spelled(formula: Formula): string {
  const now = (terms: Terms<string>) => joined(terms, '');
  const grown = (terms: Terms<string>) => joined(terms, 'Δ');
  switch (formula.kind) {
    case 'level':
      return now(formula.of);
    case 'part':
      return `100 × ${grouped(now(formula.of))} / ${grouped(now(formula.in))}`;
    case 'rate':
      return `${formula.times === 1 ? '' : `${formula.times} × `}${grouped(grown(formula.of))} / interval_s`;
    case 'share':
      return `100 × ${grouped(grown(formula.of))} / ${grouped(grown(formula.in))}`;
    case 'mean':
      return `${formula.times} × ${grouped(grown(formula.of))} / ${grouped(grown(formula.in))}`;
    case 'own':
      return formula.words;
  }
}

const grouped = (text: string): string => (text.includes(' ') ? `(${text})` : text);

function joined(terms: Terms<string>, mark: string): string {
  return terms
    .map((term, i) => (fieldOf(term) === term ? (i > 0 ? ' + ' : '') : ' − ') + mark + fieldOf(term))
    .join('');
}
