/**
 * Formulas: every column of a recorder compiled into one flat program, and spelled for people. The arithmetic of every column of
 * every recorder is here. One loop over numbers in typed arrays, not a function per column: it runs once a second for years, and
 * code that is called once a second is as dear as it is large.
 */
import type { Column, Fields, Formula, Terms } from './schema.ts';
import { fieldOf } from './schema.ts';

/** How a column is computed, as a number for the loop. */
const kinds = { level: 0, part: 1, rate: 2, share: 3, mean: 4, own: 5, text: 6 } as const;

/**
 * A program for the loop. `codes` holds for n columns: n kinds, n + 1 first terms, n middle terms, then the places of the terms; `numbers`
 * holds n times, n lower limits, n upper limits, then the factors of the terms. Column i sums the terms first[i] … middle[i], and
 * divides by the sum of middle[i] … first[i + 1].
 */
interface Code {
  readonly codes: Uint16Array;
  readonly numbers: Float64Array;
}

/** Fills `cells`; NaN is no value, and what is left to a recorder's own arithmetic. Returns whether there is any value. */
export type Compute = (
  codes: Uint16Array,
  numbers: Float64Array,
  delta: Float64Array,
  now: Float64Array,
  seconds: number,
  cells: Float64Array,
) => boolean;

/** The loop over columns, which an engine without a compiler replaces by its own (src/hosts/quickjs.ts). */
export const native: { compute: Compute } = {
  compute(codes, numbers, delta, now, seconds, cells) {
    const n = cells.length;
    let some = false;
    for (let i = 0; i < n; i++) {
      const kind = codes[i] as number;
      const values = kind < 2 ? now : delta;
      const middle = codes[2 * n + 1 + i] as number;
      let value = (numbers[i] as number) * sum(codes, numbers, n, values, codes[n + i] as number, middle);
      switch (kind) {
        case kinds.level:
          break;
        case kinds.own:
        case kinds.text:
          value = Number.NaN;
          break;
        case kinds.rate:
          value /= seconds;
          break;
        default: {
          const whole = sum(codes, numbers, n, values, middle, codes[n + i + 1] as number);
          value = whole > 0 ? value / whole : Number.NaN;
        }
      }
      value = limited(value, numbers[n + i] as number, numbers[2 * n + i] as number);
      cells[i] = value;
      some ||= !Number.isNaN(value);
    }
    return some;
  },
};

/** A sum of terms in base units. */
function sum(
  codes: Uint16Array,
  numbers: Float64Array,
  n: number,
  values: Float64Array,
  from: number,
  until: number,
): number {
  let total = 0;
  for (let i = from; i < until; i++) {
    total += (numbers[3 * n + i] as number) * (values[codes[3 * n + 1 + i] as number] as number);
  }
  return total;
}

/** Comparisons with NaN are false: it stays what it is. */
function limited(value: number, min: number, max: number): number {
  if (value > max) return max;
  if (value < min) return min;
  return value;
}

/** Computes a row's cells from the growth of the fields, their values now (both in the kernel's units) and the seconds between. */
export class Program {
  private readonly fields: Fields;
  private readonly at: Readonly<Record<string, number>>;
  private readonly code: Code;
  private readonly own: readonly Own[];

  constructor(columns: readonly Column[], fields: Fields) {
    this.fields = fields;
    this.at = indexes(fields);
    this.code = this.compiled(columns);
    const own: Own[] = [];
    columns.forEach(({ formula, max }, column) => {
      if (formula.kind === 'own') own.push({ column, max, cell: this.cellOf(formula) });
    });
    this.own = own;
  }

  /** Written straight into its arrays: a program is made at each start, where lists of lists took longer than a first sample. */
  private compiled(columns: readonly Column[]): Code {
    const n = columns.length;
    const { codes, numbers } = roomFor(columns);
    const { at } = this;
    const scales = Object.values(this.fields).map(({ scale }) => scale);
    let next = 0;
    const add = (terms: Terms<string>): void => {
      let place = 3 * n + next;
      for (const term of terms) {
        const known = at[term];
        const index = known ?? (at[fieldOf(term)] as number);
        const scale = scales[index] ?? Number.NaN;
        numbers[place++] = known === undefined ? -scale : scale;
        codes[place] = index;
      }
      next = place - 3 * n;
    };
    for (let i = 0; i < n; i++) {
      const { formula, max } = columns[i] as Column;
      const { kind } = formula;
      codes[i] = kinds[kind];
      if (kind !== 'own') add(formula.of);
      codes[2 * n + 1 + i] = next;
      if ('in' in formula) add(formula.in);
      codes[n + 1 + i] = next;
      numbers[i] = timesOf(formula);
      // A level may be negative (frost); a difference of guarded counters may not.
      numbers[n + i] = kind === 'level' ? Number.NEGATIVE_INFINITY : 0;
      numbers[2 * n + i] = max;
    }
    return { codes, numbers };
  }

  /** Fills `cells`; NaN is no value. Returns whether there is any. */
  run(delta: Float64Array, now: Float64Array, seconds: number, cells: Float64Array): boolean {
    const { codes, numbers } = this.code;
    let some = native.compute(codes, numbers, delta, now, seconds, cells);
    for (let i = 0; i < this.own.length; i++) {
      const { column, max, cell } = this.own[i] as Own;
      const value = limited(cell(delta, now, seconds), 0, max);
      cells[column] = value;
      some ||= !Number.isNaN(value);
    }
    return some;
  }

  private scaleOf(field: string): number {
    return this.fields[field]?.scale ?? Number.NaN;
  }

  /** A recorder's own arithmetic, with fields looked up by name. */
  private cellOf(formula: Formula & { kind: 'own' }): Cell {
    let deltas: Float64Array = new Float64Array(0);
    let values = deltas;
    const look = (from: Float64Array, name: string) => (from[this.at[name] as number] as number) * this.scaleOf(name);
    const delta = (name: string) => look(deltas, name);
    const now = (name: string) => look(values, name);
    return (d, v, seconds) => {
      deltas = d;
      values = v;
      return formula.value(delta, now, seconds);
    };
  }
}

/** A column of a recorder's own arithmetic. */
interface Own {
  readonly column: number;
  readonly max: number;
  readonly cell: Cell;
}

type Cell = (delta: Float64Array, now: Float64Array, seconds: number) => number;

/** Arrays for all terms of these columns. */
function roomFor(columns: readonly Column[]): Code {
  let terms = 0;
  for (const { formula } of columns) terms += formula.of.length + ('in' in formula ? formula.in.length : 0);
  const n = columns.length;
  return { codes: new Uint16Array(3 * n + 1 + terms), numbers: new Float64Array(3 * n + terms) };
}

function timesOf(formula: Formula): number {
  if (formula.kind === 'part' || formula.kind === 'share') return 100;
  return 'times' in formula ? formula.times : 1;
}

/** Each field's place in the arrays of a sample. */
export function indexes<F extends Fields>(fields: F): Readonly<Record<keyof F, number>> {
  const at: Record<string, number> = {};
  Object.keys(fields).forEach((name, i) => {
    at[name] = i;
  });
  return at as Record<keyof F, number>;
}

/** The formula for people: `100 × (Δuser − Δguest) / (Δuser + …)`. */
export function spelled(formula: Formula): string {
  const now = (terms: Terms<string>) => joined(terms, '');
  const grown = (terms: Terms<string>) => joined(terms, 'Δ');
  switch (formula.kind) {
    case 'level':
    case 'text':
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
