/** Every way in which a column could be written down wrongly: each is one change to a recorder's declarations. */
import type { Recorder } from '../../src/recorder.ts';
import type { Column, Field, Formula, Own } from '../../src/schema.ts';

export interface Mutation {
  /** What was changed, for people. */
  readonly what: string;
  /** The column that must come out wrong. */
  readonly column: string;
  /** Seen with `--counters`. */
  readonly counters: boolean;
  readonly recorder: Recorder;
}

export function mutationsOf(recorder: Recorder): Mutation[] {
  return [
    ...Object.entries(recorder.columns).flatMap(([name, column]) => ofColumn(recorder, name, column)),
    ...Object.entries(recorder.fields).flatMap(([key, field]) => ofField(recorder, key, field)),
  ];
}

const bare = (term: string): string => term.replace('-', '');

/** A counter in the wrong unit. (Gauges are columns as well: they are changed there.) */
function ofField(recorder: Recorder, key: string, field: Field): Mutation[] {
  const isUsed = Object.values(recorder.columns).some(
    ({ formula }) =>
      ['rate', 'share', 'mean', 'own'].includes(formula.kind) && termsOf(formula).some((term) => bare(term) === key),
  );
  if (field.kind === 'gauge' || !isUsed) return [];
  const mutant = scaled(recorder, key);
  return [{ what: `${key}: its unit × 1.01`, column: field.name, counters: true, recorder: mutant }];
}

function termsOf(formula: Formula): readonly string[] {
  return 'in' in formula ? [...formula.of, ...formula.in] : formula.of;
}

function scaled(recorder: Recorder, key: string): Recorder {
  const field = recorder.fields[key] as Field;
  return { ...recorder, fields: { ...recorder.fields, [key]: { ...field, scale: field.scale * 1.01 } } };
}

function ofColumn(recorder: Recorder, name: string, column: Column): Mutation[] {
  const mutant = (what: string, formula: Formula): Mutation => ({
    what: `${name}: ${what}`,
    column: name,
    counters: false,
    recorder: { ...recorder, columns: { ...recorder.columns, [name]: { ...column, formula } } },
  });
  const { formula } = column;
  const next = (term: string): string => neighbour(recorder, term);
  const units = [...new Set(termsOf(formula).map(bare))].map(
    (key): Mutation => ({
      ...mutant(`the unit of ${key} × 1.01`, formula),
      recorder: scaled(recorder, key),
    }),
  );
  if (formula.kind === 'own') return [...units, ...ofOwn(formula, next, mutant)];
  const lists: ('of' | 'in')[] = 'in' in formula ? ['of', 'in'] : ['of'];
  return [
    // Where the same unit stands above and below, it cancels: there the whole must be wrong.
    ...(formula.kind === 'share' || formula.kind === 'part' ? units.filter((_, i) => i === 0) : units),
    ...('times' in formula ? [mutant('× 1.01', { ...formula, times: formula.times * 1.01 })] : []),
    ...(formula.kind === 'rate' ? [mutant('not divided by time', level(formula.of))] : []),
    ...(formula.kind === 'level' ? [mutant('growth for level', { kind: 'rate', of: formula.of, times: 1 })] : []),
    ...lists.flatMap((list) => ofTerms(formula, list, next, mutant)),
  ];
}

const level = (of: readonly string[]): Formula => ({ kind: 'level', of });

/** Each term swapped for the field beside it, dropped, or with the other sign. */
function ofTerms(
  formula: Formula,
  list: 'of' | 'in',
  next: (term: string) => string,
  mutant: (what: string, formula: Formula) => Mutation,
): Mutation[] {
  const terms: readonly string[] = list === 'of' || !('in' in formula) ? formula.of : formula.in;
  const with_ = (changed: readonly string[]): Formula => ({ ...formula, [list]: changed });
  return terms.flatMap((term, i) => [
    mutant(`${term} → ${next(term)} (${list})`, with_(terms.with(i, next(term)))),
    mutant(`${term} → −(${term}) (${list})`, with_(terms.with(i, term.startsWith('-') ? bare(term) : `-${term}`))),
    ...(terms.length > 1 ? [mutant(`without ${term} (${list})`, with_(terms.filter((_, j) => j !== i)))] : []),
  ]);
}

/** A recorder's own arithmetic: a wrong result, each operand from the field beside it, and time forgotten. */
function ofOwn(
  formula: Formula & { kind: 'own' },
  next: (term: string) => string,
  mutant: (what: string, formula: Formula) => Mutation,
): Mutation[] {
  const own = (what: string, value: Own<string>): Mutation => mutant(what, { ...formula, value });
  const { value } = formula;
  return [
    own('× 1.01', (delta, now, seconds) => 1.01 * value(delta, now, seconds)),
    own('time × 1.01', (delta, now, seconds) => value(delta, now, 1.01 * seconds)),
    ...formula.of.map((field) =>
      own(`${field} → ${next(field)}`, (delta, now, seconds) => {
        const swap = (name: string): string => (name === field ? next(name) : name);
        return value(
          (name) => delta(swap(name)),
          (name) => now(swap(name)),
          seconds,
        );
      }),
    ),
  ];
}

/** The field declared after (or, for the last one, before) that of a term. */
function neighbour(recorder: Recorder, term: string): string {
  const names = Object.keys(recorder.fields);
  const at = names.indexOf(bare(term));
  const name = names[at + 1] ?? (names[at - 1] as string);
  return term.startsWith('-') ? `-${name}` : name;
}
