/** What is wrong with a recorder's declaration: names, operands, help. Ours are tested with it, a user's is refused by it. */
import type { Recorder } from '../recorder.ts';
import { operands } from '../schema.ts';

const snake = /^[a-z][a-z0-9_]*$/;
/** Names become file names, `sysrec-20261121.csv`. */
const name = /^[a-z][a-z0-9]*$/;

export function faultsOf(recorder: Recorder): readonly string[] {
  return [...nameFaults(recorder), ...operandFaults(recorder), ...helpFaults(recorder)];
}

function nameFaults(recorder: Recorder): readonly string[] {
  const shown = [...shownBefore(recorder), ...Object.keys(recorder.columns)];
  const told = Object.values(recorder.fields).map((field) => field.name);
  const counters = Object.values(recorder.fields).filter(({ kind }) => kind === 'counter');
  return [
    ...(name.test(recorder.name) ? [] : [`name "${recorder.name}": expected lower-case letters and digits`]),
    ...[...shown, ...told, ...Object.keys(recorder.fields)]
      .filter((each) => !snake.test(each))
      .map((each) => `"${each}": expected snake_case`),
    ...[...twice(shown), ...twice(told)].map((each) => `"${each}" is there twice`),
    ...counters.filter((each) => !each.name.endsWith('_total')).map((each) => `"${each.name}": expected …_total`),
  ];
}

const shownBefore = ({ key }: Recorder): readonly string[] => ['time', 'interval_s', ...(key === null ? [] : [key])];

const twice = (names: readonly string[]): readonly string[] => names.filter((each, i) => names.indexOf(each) !== i);

function operandFaults({ fields, columns }: Recorder): readonly string[] {
  return Object.entries(columns).flatMap(([column, { formula }]) =>
    operands(formula)
      .filter((operand) => !(operand in fields))
      .map((operand) => `${column}: there is no field "${operand}"`),
  );
}

/** Help stands in tables: words, no sentence. */
function helpFaults({ fields, columns, summary }: Recorder): readonly string[] {
  const all = [['summary', summary] as const, ...[...Object.entries(fields), ...Object.entries(columns)].map(helped)];
  return all.flatMap(([what, help]) => {
    if (help === '') return [`${what}: its help is missing`];
    return help.endsWith('.') ? [`${what}: its help ends in a full stop`] : [];
  });
}

const helped = ([what, { help }]: [string, { readonly help: string }]): readonly [string, string] => [what, help];
