/** The short way of reading a command line agrees with the long one wherever it says anything. */
import { expect, test } from 'vitest';
import { main } from '../src/cli.ts';
import type { Command, Values } from '../src/command.ts';
import { commonOptions } from '../src/command.ts';
import { commands } from '../src/commands/index.ts';
import { lineOf } from '../src/line.ts';
import { Report } from '../src/report.ts';
import { entriesOf } from './fake/recorder.ts';
import { FakeEngine } from './fake.ts';

interface Got {
  readonly words: readonly string[];
  readonly values: Values;
}

/** What commander makes of a line; null when it refuses it. */
async function judged(command: Command, args: readonly string[]): Promise<Got | null> {
  const engine = new FakeEngine();
  engine.args = [command.name, ...args];
  let got: Got | null = null;
  const listening: Command = {
    ...command,
    run(_, words, values) {
      got = { words, values };
      return 'done';
    },
  };
  delete (listening as { keys?: unknown }).keys;
  const world = { engine, recorders: [], report: new Report(engine), print: () => {} };
  await main(world, entriesOf([listening]), { version: '1', build: () => '' });
  return got;
}

/** Numbers that look random and are the same at each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const texts = ['cpurec', 'sysrec@5', '1', '.5', '-', '', 'a=b', '--', '-1', '-x', '--nonsense', '--no-fsync', '-ofile'];

/** A line of the command's own options, right and wrong values and words, in any order. */
function lineFrom({ options }: Command, next: (below: number) => number): string[] {
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;
  // A recorder brought along would be loaded.
  const known = [...options, ...commonOptions].filter(({ flags }) => !/help|config|recorder <|exec/.test(flags));
  const line: string[] = [];
  for (let left = next(6); left > 0; left--) {
    const option = pick(known);
    const names = option.flags.replace(/ <.*/, '').split(', ');
    const value = pick([...(option.choices ?? []), ...texts]);
    const typed = next(3);
    if (typed === 0) line.push(pick(texts));
    else if (typed === 1) line.push(pick(names), ...(option.flags.includes('<') && next(8) > 0 ? [value] : []));
    else line.push(`${pick(names)}=${value}`);
  }
  return line;
}

test.each(commands.map(({ name }) => name))('a plain line of %s means what commander says', async (name) => {
  const command = await commands.find((entry) => entry.name === name)?.load();
  if (!command) throw new Error(`there is no ${name}`);
  const next = numbers(7);
  let plain = 0;
  for (let i = 0; i < 400; i++) {
    const args = lineFrom(command, next);
    const line = lineOf(args, [...command.options, ...commonOptions]);
    if (line === null) continue;
    plain++;
    expect([args, await judged(command, args)]).toEqual([args, line]);
  }
  expect(plain).toBeGreaterThan(20);
});

const options = [
  { flags: '-o, --output <dir>', help: '', isList: true },
  { flags: '--format <name>', help: '', choices: ['csv', 'json'] },
  { flags: '--min-free <size>', help: '' },
  { flags: '-q, --quiet', help: '' },
  { flags: '--no-config', help: '' },
  { flags: '-h, --help', help: '' },
];

test('words and options are told apart wherever they stand', () => {
  expect(lineOf(['cpurec', '-o', 'a', '1', '--output=b', '-q', '--min-free', '5%', '-'], options)).toEqual({
    words: ['cpurec', '1', '-'],
    values: { output: ['a', 'b'], quiet: true, minFree: '5%' },
  });
});

test.each([
  ['an option that is not declared', ['--frmat', 'csv']],
  ['part of a name', ['--form', 'csv']],
  ['a value that is none of the choices', ['--format', 'xml']],
  ['a value that is missing', ['cpurec', '--output']],
  ['a value that looks like an option', ['--output', '-q']],
  ['a flag with a value', ['--quiet=yes']],
  ['a glued value', ['-oDIR']],
  ['glued flags', ['-qq']],
  ['a negation', ['--no-config']],
  ['a request for help', ['--help']],
  ['the end of options', ['--', 'cpurec']],
  ['a negative number', ['cpurec', '-1']],
])('%s is not judged here', (_, args) => {
  expect(lineOf(args, options)).toBeNull();
});
