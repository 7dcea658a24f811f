/** Every command line of the manual is one: its command, options, recorders and columns exist. */

import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { main } from '../../src/cli.ts';
import type { Command, Values } from '../../src/command.ts';
import { all } from '../../src/commands/index.ts';
import { wishesOf } from '../../src/commands/record.ts';
import { manual } from '../../src/pages/manual.ts';
import { titleOf } from '../../src/pages/page.ts';
import { planOf } from '../../src/plan.ts';
import type { Recorder } from '../../src/recorder.ts';
import { Report } from '../../src/report.ts';
import { viewOf } from '../../src/view.ts';
import { entriesOf } from '../fake/recorder.ts';
import { FakeEngine } from '../fake.ts';

const commands = await all();

/** Words of a shell, up to where its command ends. */
function shellWords(text: string): string[] {
  const words = text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  const end = words.findIndex((word) => /^([|&;)#]|[0-9]?[<>])/.test(word));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replaceAll(/['"]|\)$/g, ''));
}

/** The words behind each `sdr` of some lines of a shell, with continued lines joined. */
const commandsIn = (lines: readonly string[]): string[][] =>
  [
    ...lines
      .join('\n')
      .replaceAll(/ \\\n\s*/g, ' ')
      .matchAll(/(?:^|[|&(]\s*|\/usr\/bin\/|\* (?!sdr \/))sdr (.*)/gm),
  ].map(([, rest = '']) => shellWords(rest));

const typed = manual({ commands, recorders }).flatMap((page) =>
  page.sections
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) => (typeof block === 'object' && block.kind === 'code' ? commandsIn(block.lines) : []))
    .map((words) => [titleOf(page), words] as const),
);

/** What is wrong with a line; '' when nothing is. */
async function fault(words: readonly string[]): Promise<string> {
  const engine = new FakeEngine();
  engine.args = words;
  const found: string[] = [];
  const checked = commands.map((command) => ({
    ...command,
    run: (_: unknown, rest: readonly string[], values: Values) => {
      found.push(...faultsOf(command, rest, values));
      return 'done' as const;
    },
  }));
  const world = { engine, recorders, report: new Report(engine), print: () => {} };
  await main(world, entriesOf(checked), { version: '', build: () => '' });
  return [...found, engine.files.said(2)].join('');
}

function faultsOf({ name }: Command, words: readonly string[], values: Values): string[] {
  const known = recorders.filter((recorder) => words.some((word) => word.split('@')[0] === recorder.name));
  if (name === 'record') {
    const wishes = wishesOf(values);
    const plan = planOf(words, recorders, recorders);
    const toStdout = wishes.outputs.includes('-') && wishes.format !== 'json';
    const several = toStdout && plan.jobs.length > 1 && plan.isNamed ? ['several recorders on stdout'] : [];
    const used = plan.jobs.map(({ recorder }) => recorder);
    return [...several, ...unknownColumns(used, wishes.columns, wishes.counters)];
  }
  const columns = [values['columns'] ?? []].flat().flatMap((list) => String(list).split(','));
  const more = name === 'stats' ? words.slice(1).filter((word) => /^[a-z_]+_[a-z_,]+$/.test(word)) : [];
  const all = [...columns, ...more.flatMap((word) => word.split(','))];
  if (name === 'help') return words.every((word) => /^(csv|sar)$/.test(word) || isName(word)) ? [] : [words.join(' ')];
  return all.length > 0 && known.length > 0 ? unknownColumns(known, all, false) : [];
}

const isName = (word: string): boolean => [...commands, ...recorders].some(({ name }) => name === word);

const unknownColumns = (used: readonly Recorder[], columns: readonly string[], counters: boolean): string[] =>
  columns.filter((column) => !used.some((each) => viewOf(each, { counters }).header.split(',').includes(column)));

test('shell words end where the command does', () => {
  expect(commandsIn(["sdr a 'b c' | less", 'x | sdr d \\', '    e > f # g', '$(sdr h)', 'nosdr i'])).toEqual([
    ['a', 'b c'],
    ['d', 'e'],
    ['h'],
  ]);
});

test('there are examples in every page but those that print none', () => {
  expect(typed.length).toBeGreaterThan(100);
});

describe('faults are found', () => {
  test.each([
    ['recrod', 'Unknown command'],
    ['record cpurek 1', 'Unknown recorder'],
    ['cpurec 1 --columns cpu_pst', 'cpu_pst'],
    ['cpurec 1 --formt csv', 'Unknown option'],
    ['sysrec cpurec 1', 'several'],
    ['stats sysrec cpu_pst', 'cpu_pst'],
    ['help nothing', 'nothing'],
  ])('sdr %s', async (line, message) => {
    expect(await fault(line.split(' '))).toContain(message);
  });
});

test.each(typed.map(([title, words]) => [`${title}: sdr ${words.join(' ')}`, words] as const))(
  '%s',
  async (_, words) => {
    expect(await fault(words)).toBe('');
  },
);
