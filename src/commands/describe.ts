/** `sdr describe`: what the columns of a recorder mean, and where their numbers come from. */
import type { Command, Values, World } from '../command.ts';
import { flag, text } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError, unknownName } from '../errors.ts';
import { aligned } from '../pages/aligned.ts';
import type { Description } from '../pages/description.ts';
import { description } from '../pages/description.ts';
import type { Recorder } from '../recorder.ts';
import { ownOptions } from './own.ts';

export const describe: Command = {
  name: 'describe',
  summary: 'explain the columns of a recorder',
  words: '[RECORDER]',
  options: [
    { flags: '--json', help: 'print one JSON document' },
    { flags: '--counters', help: 'explain what --counters writes' },
    {
      flags: '--lmo <format>',
      help: 'print the Library of Monitoring Objects, of all recorders if none is named',
      choices: ['json', 'xml'],
    },
    ...ownOptions,
  ],
  examples: ['sdr describe cpurec', 'sdr describe sysrec --json', 'sdr describe --lmo xml > lmo.xml'],
  run(world, words, values) {
    if (text(values, 'lmo') !== undefined) return printLibrary(world, words, values);
    world.print(described(world, words, values));
    return 'done';
  },
};

function described({ recorders }: World, words: readonly string[], values: Values): string {
  const [recorder] = chosen(recorders, words);
  if (!recorder) throw new SdrError('usage', expected(recorders));
  const found = description(recorder, flag(values, 'counters'));
  return flag(values, 'json') ? `${JSON.stringify(found, null, 2)}\n` : page(found);
}

/** The Library of Monitoring Objects; loaded here, since hardly anybody asks for it. */
async function printLibrary({ recorders, print }: World, words: readonly string[], values: Values): Promise<Exit> {
  if (flag(values, 'json')) throw new SdrError('usage', 'describe: expected --json or --lmo, got both');
  const named = chosen(recorders, words);
  const [{ library }, { jsonText, xmlText }] = await Promise.all([
    import('../pages/lmo.ts'),
    import('../pages/lmo-text.ts'),
  ]);
  const all = library(named.length > 0 ? named : recorders, flag(values, 'counters'));
  print(text(values, 'lmo') === 'xml' ? xmlText(all) : jsonText(all));
  return 'done';
}

const expected = (recorders: readonly Recorder[]): string =>
  `describe: expected one of ${recorders.map(({ name }) => name).join(', ')}`;

/** The recorder that was named, if one was. */
function chosen(recorders: readonly Recorder[], [name, ...more]: readonly string[]): readonly Recorder[] {
  if (name === undefined) return [];
  if (more.length > 0) throw new SdrError('usage', expected(recorders));
  const found = recorders.filter((each) => each.name === name);
  if (found.length > 0) return found;
  throw unknownName(
    'recorder',
    name,
    recorders.map((each) => each.name),
  );
}

/** Three tables: what the columns are, what they are called elsewhere and how they are computed, and what is read. */
function page({ name, summary, columns, fields }: Description): string {
  const meanings = columns.map((each) => [each.name, each.unit ?? '-', each.kind, each.meaning]);
  const formulas = columns.map((each) => [each.name, each.prometheus ?? '-', each.formula ?? '-']);
  const sources = fields.map((each) => [each.name, each.counter, each.source]);
  return [
    `${name}: ${summary}\n`,
    aligned([['column', 'unit', 'kind', 'meaning'], ...meanings]),
    aligned([['column', 'Prometheus name', 'formula (Δ: growth between two samples)'], ...formulas]),
    aligned([['field', 'with --counters', 'kernel source'], ...sources]),
  ].join('\n');
}
