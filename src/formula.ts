/**
 * Formulas: every column of a recorder compiled into one flat program, and spelled for people. The arithmetic of every column of
 * every recorder is here. One loop over numbers in typed arrays, not a function per column: it runs once a second for years, and
 * code that is called once a second is as dear as it is large.
 */
import type { Column, Fields, Formula, Terms } from './schema.ts';
import { fieldOf } from './schema.ts';

/** How a column is computed, as a number for the loop. */
const kinds = { level: 0, part: 1, rate: 2, share: 3, mean: 4, own: 5, text: 6 } as const;

/** Computes a row's cells from the growth of the fields, their values now (both in the kernel's units) and the seconds between. */
export class Program {
  private readonly fields: Fields;
  private readonly at: Readonly<Record<string, number>>;
  private readonly kind: Uint8Array;
  private readonly times: Float64Array;
  private readonly min: Float64Array;
  private readonly max: Float64Array;
  /** Column i sums the terms first[i] … middle[i], and divides by the sum of middle[i] … first[i + 1]. */
  private readonly first: Uint16Array;
  private readonly middle: Uint16Array;
  private readonly place: Uint16Array;
  private readonly factor: Float64Array;
  private readonly own: readonly (Cell | null)[];

  constructor(columns: readonly Column[], fields: Fields) {
    const n = columns.length;
    this.fields = fields;
    this.at = indexes(fields);
    this.kind = Uint8Array.from(columns, ({ formula }) => kinds[formula.kind]);
    this.times = Float64Array.from(columns, ({ formula }) => timesOf(formula));
    // A level may be negative (frost); a difference of guarded counters may not.
    this.min = Float64Array.from(columns, ({ formula }) => (formula.kind === 'level' ? Number.NEGATIVE_INFINITY : 0));
    this.max = Float64Array.from(columns, ({ max }) => max);
    this.first = new Uint16Array(n + 1);
    this.middle = new Uint16Array(n);
    const terms: string[] = [];
    columns.forEach(({ formula }, i) => {
      if (formula.kind !== 'own') terms.push(...formula.of);
      this.middle[i] = terms.length;
      if ('in' in formula) terms.push(...formula.in);
      this.first[i + 1] = terms.length;
    });
    this.place = Uint16Array.from(terms, (term) => this.at[fieldOf(term)] as number);
    this.factor = Float64Array.from(terms, (term) => (fieldOf(term) === term ? 1 : -1) * this.scaleOf(fieldOf(term)));
    this.own = columns.map(({ formula }) => (formula.kind === 'own' ? this.cellOf(formula) : null));
  }

  /** Fills `cells`; NaN is no value. Returns whether there is any. */
  run(delta: Float64Array, now: Float64Array, seconds: number, cells: Float64Array): boolean {
    const { kind, first, middle, times, min, max } = this;
    let some = false;
    for (let i = 0; i < kind.length; i++) {
      const values = (kind[i] as number) < 2 ? now : delta;
      const of = this.sum(values, first[i] as number, middle[i] as number);
      let value = (times[i] as number) * of;
      switch (kind[i]) {
        case kinds.level:
          break;
        case kinds.text:
          value = Number.NaN;
          break;
        case kinds.rate:
          value /= seconds;
          break;
        case kinds.own:
          value = (this.own[i] as Cell)(delta, now, seconds);
          break;
        default: {
          const whole = this.sum(values, middle[i] as number, first[i + 1] as number);
          value = whole > 0 ? value / whole : Number.NaN;
        }
      }
      // Comparisons with NaN are false: it stays what it is.
      if (value > (max[i] as number)) value = max[i] as number;
      else if (value < (min[i] as number)) value = min[i] as number;
      cells[i] = value;
      some ||= !Number.isNaN(value);
    }
    return some;
  }

  /** A sum of terms in base units. */
  private sum(values: Float64Array, from: number, until: number): number {
    const { place, factor } = this;
    let total = 0;
    for (let i = from; i < until; i++) total += (factor[i] as number) * (values[place[i] as number] as number);
    return total;
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

type Cell = (delta: Float64Array, now: Float64Array, seconds: number) => number;

function timesOf(formula: Formula): number {
  if (formula.kind === 'part' || formula.kind === 'share') return 100;
  return 'times' in formula ? formula.times : 1;
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
