/** `sdr describe`: what the columns of a recorder mean, and where their numbers come from. */
import type { Command } from '../command.ts';
import { flag } from '../command.ts';
import { SdrError, unknownName } from '../errors.ts';
import { aligned } from '../pages/aligned.ts';
import type { Description } from '../pages/description.ts';
import { description } from '../pages/description.ts';

export const describe: Command = {
  name: 'describe',
  summary: 'explain the columns of a recorder',
  words: 'RECORDER',
  options: [
    { flags: '--json', help: 'print one JSON document' },
    { flags: '--counters', help: 'explain what --counters writes' },
  ],
  examples: ['sdr describe cpurec', 'sdr describe sysrec --json'],
  run({ recorders, print }, [name, ...more], values) {
    const names = recorders.map((each) => each.name);
    if (name === undefined || more.length > 0) {
      throw new SdrError('usage', `describe: expected one of ${names.join(', ')}`);
    }
    const recorder = recorders.find((each) => each.name === name);
    if (!recorder) throw unknownName('recorder', name, names);
    const described = description(recorder, flag(values, 'counters'));
    print(flag(values, 'json') ? `${JSON.stringify(described, null, 2)}\n` : page(described));
    return 'done';
  },
};

/** Three tables: what the columns are, how they are computed, and what is read. */
function page({ name, summary, columns, fields }: Description): string {
  const meanings = columns.map((each) => [each.name, each.unit ?? '-', each.kind, each.meaning]);
  const formulas = columns.flatMap((each) => (each.formula === null ? [] : [[each.name, each.formula]]));
  const sources = fields.map((each) => [each.name, each.counter, each.source]);
  return [
    `${name}: ${summary}\n`,
    aligned([['column', 'unit', 'kind', 'meaning'], ...meanings]),
    aligned([['column', 'formula (Δ: growth between two samples)'], ...formulas]),
    aligned([['field', 'with --counters', 'kernel source'], ...sources]),
  ].join('\n');
}
