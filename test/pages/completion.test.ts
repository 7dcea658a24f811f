/** `sdr completion`: scripts run by real shells, against what is declared. */

import { expect, describe as group, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { main } from '../../src/cli.ts';
import type { Option, World } from '../../src/command.ts';
import { all } from '../../src/commands/index.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { bashScript } from '../../src/pages/completion/bash.ts';
import { fishScript } from '../../src/pages/completion/fish.ts';
import { completion } from '../../src/pages/completion/model.ts';
import { zshScript } from '../../src/pages/completion/zsh.ts';
import { Report } from '../../src/report.ts';
import { viewOf } from '../../src/view.ts';
import { entriesOf } from '../fake/recorder.ts';
import { needs } from '../system/needs.ts';
import type { Shell } from './completion/shells.ts';
import { bashCalled, complete, shells } from './completion/shells.ts';

const commands = await all();

/** What sdr prints for a command line. */
async function printed(...args: string[]): Promise<string> {
  const engine = { ...nodeEngine(), args };
  let text = '';
  const print: World['print'] = (more) => {
    text += more;
  };
  await main({ engine, recorders, report: new Report(engine), print }, entriesOf(commands), {
    version: '',
    build: () => '',
  });
  return text;
}

const script = (shell: Shell) => printed('completion', shell);

const sorted = (words: readonly string[]) => [...new Set(words)].sort();
const names = recorders.map(({ name }) => name);
const columnsOf = (name: string, counters = false): string[] => {
  const schema = recorders.find((each) => each.name === name);
  if (!schema) throw new Error(name);
  return viewOf(schema, { counters })
    .header.split(',')
    .filter((column) => column !== 'time' && column !== schema.key);
};
const choices = (command: string, long: string): readonly string[] => {
  const options: readonly Option[] = commands.find(({ name }) => name === command)?.options ?? [];
  return options.find(({ flags }) => flags.includes(long))?.choices ?? [];
};

/** Options as `--help` prints them. */
async function helped(...args: string[]): Promise<string[]> {
  const lines = (await printed(...args, '--help')).split('\n').filter((line) => /^ {2}-/.test(line));
  return lines.flatMap((line) => /^ {2}(-.*?)(?: {2}|$)/.exec(line)?.[1]?.match(/(?<=^|, )--?[A-Za-z-]+/g) ?? []);
}

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

const tools = { bash: ['bash', 'zsh'], zsh: ['zsh'], fish: ['fish'] } as const;

/** No shell may take this long; a hang shall end. */
const timeout = 120_000;

/** What completes words, and what it may offer: with and without the `=` that zsh does not count as a part of the word. */
const cases: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['sdr ', [...commands.map(({ name }) => name), ...names]],
  ['sdr cpur', ['cpurec']],
  ['sdr -q cpur', ['cpurec']],
  ['sdr record --fo', ['--format']],
  ['sdr record --format ', choices('record', '--format')],
  ['sdr cpurec 1 5 --format ', choices('record', '--format')],
  ['sdr record --header ', choices('record', '--header')],
  ['sdr record --header a', ['always', 'auto']],
  ['sdr record --header=a', ['--header=always', '--header=auto']],
  ['sdr record ', names],
  ['sdr record sysrec 1 -o . cpur', ['cpurec']],
  ['sdr record -- cpur', ['cpurec']],
  ['sdr describe -q cpur', ['cpurec']],
  ['sdr describe -q sysrec cpur', []],
  ['sdr record cpurec@3', ['cpurec@30', 'cpurec@30m']],
  ['sdr cpurec@3', ['cpurec@30', 'cpurec@30m']],
  ['sdr record --devices ', recorders.filter(({ key }) => key !== null).map(({ name }) => `${name}=`)],
  ['sdr record --devices cp', ['cpurec=']],
  ['sdr record --flush ', []],
  ['sdr describe ', names],
  ['sdr describe sysrec ', []],
  ['sdr describe --lmo ', ['json', 'xml']],
  ['sdr completion ', [...shells]],
  ['sdr list ', []],
  ['sdr nonsense ', []],
  ...names.map((name) => [`sdr ${name} --columns `, columnsOf(name)] as const),
  ...names.map((name) => [`sdr record --counters ${name}@10 --columns `, columnsOf(name, true)] as const),
  ['sdr record cpurec diskrec --columns ', [...columnsOf('cpurec'), ...columnsOf('diskrec')]],
  ['sdr record --columns user', names.flatMap((name) => columnsOf(name)).filter((name) => name.startsWith('user'))],
  ['sdr cat /var/lib/sdr/cpurec-20261121.csv --columns ', columnsOf('cpurec')],
  ['sdr record cpurec --columns user_pct,idle', ['user_pct,idle_pct']],
  ['sdr record cpurec --columns=user_pct,idle', ['--columns=user_pct,idle_pct']],
  ['sdr record cpurec --columns idle_pct,user_pct,idle', []],
];

group.each(shells)('%s', (shell) => {
  const options = { ...needs(...tools[shell]), timeout };

  test('completes what is declared', options, async () => {
    const lines = cases.map(([line]) => line);
    const found = complete(shell, await script(shell), lines).map((each) =>
      each.offered.map((word) => word.replace(/=$/, '')),
    );
    const wanted = cases.map(([, words]) => sorted(words.map((word) => word.replace(/=$/, ''))));
    expect(lines.map((line, i) => [line, found[i]])).toEqual(lines.map((line, i) => [line, wanted[i]]));
  });

  test('completes the options that help prints', options, async () => {
    const all = await Promise.all(
      ['', ...commands.map(({ name }) => name)].map(async (name) => [name, await helped(name)] as const),
    );
    const lines = all.map(([name]) => `sdr ${name}${name === '' ? '' : ' '}--`);
    const found = complete(shell, await script(shell), lines);
    const wanted = all.map(([, long]) => sorted(long.filter((option) => option.startsWith('--'))));
    expect(found.map(({ offered }, i) => [lines[i], offered])).toEqual(wanted.map((words, i) => [lines[i], words]));
  });

  test('completes directories where they belong, files where they do, and nothing elsewhere', options, async () => {
    const files = ['data.csv', 'data/', 'cpurec-20261121.csv', 'two words.csv'];
    const lines = ['sdr record -o da', 'sdr record --state da', 'sdr cat cpur', 'sdr cat data/', 'sdr record cpurec@'];
    const [directory, state, cat, inside, none] = complete(shell, await script(shell), lines, files);
    const bare = (words: readonly string[] = []) => sorted(words.map((word) => word.replace(/\/$/, '')));
    if (shell !== 'bash') {
      // In bash, readline does this by itself, behind our back.
      expect(bare(directory?.offered)).toEqual(['data']);
      expect(bare(state?.offered)).toEqual(['data', 'data.csv']);
    }
    expect(cat?.offered).toEqual(['cpurec', 'cpurec-20261121.csv']);
    expect(inside?.offered).toEqual([]);
    expect(none?.offered.every((word) => /^cpurec@\d+m?$/.test(word))).toBe(true);
  });
});

group.each(shells)('%s, with commands of a test', (shell) => {
  const command = (name: string, words: string, options: readonly Option[] = []) => ({
    name,
    words,
    options,
    summary: `it's "${name}": [a] \\ $HOME \`b\` %s`,
    examples: [],
    run: () => 'done' as const,
  });
  const option = { flags: '-x, --exact <when>', help: `it's [a]: "b" \\ $HOME \`c\` %s`, choices: ['now', 'later'] };
  const declared = [
    command('help', '[topic]'),
    command('stats', 'FILE|DIR [column…]', [option]),
    command('mend', '[DIR]'),
  ];
  const made = completion({ commands: declared, recorders, common: [], own: [option], topics: ['csv'] });

  test('topics, columns as words, positions and hostile texts', { ...needs(...tools[shell]), timeout }, () => {
    const lines: readonly (readonly [line: string, offered: readonly string[]])[] = [
      ['sdr ', [...declared.map(({ name }) => name), ...names]],
      ['sdr help ', ['help', 'stats', 'mend', ...names, 'csv']],
      ['sdr help csv ', []],
      ['sdr stats ', ['data', 'data.csv']],
      ['sdr stats -x now data.csv user_p', ['user_pct']],
      ['sdr stats cpurec-1.csv cpu_pct ', columnsOf('cpurec')],
      ['sdr stats -x l', ['later']],
      ['sdr stats --exa', ['--exact']],
      ['sdr mend data d', []],
    ];
    const found = complete(
      shell,
      scripts[shell](made),
      lines.map(([line]) => line),
      ['data.csv', 'data/'],
    );
    const isLeftToReadline = (i: number) => shell === 'bash' && lines[i]?.[0] === 'sdr stats ';
    found.forEach(({ offered }, i) => {
      const wanted = isLeftToReadline(i) ? [] : sorted(lines[i]?.[1] ?? []);
      expect([lines[i]?.[0], sorted(offered.map((word) => word.replace(/\/$/, '')))]).toEqual([lines[i]?.[0], wanted]);
    });
  });
});

test('a word of a synopsis stands for something, or is one to type', () => {
  const made = completion({ commands, recorders, common: [], own: [], topics: [] });
  const typed = made.commands.flatMap(({ words }) => words.flatMap((slot) => slot.words));
  const ofCollect = ['status', 'token', 'add', 'list', 'revoke', 'host', 'accept'];
  expect([...new Set(typed)]).toEqual([...ofCollect, ...shells]);
  expect(made.commands.find(({ name }) => name === 'record')?.words).toEqual([{ places: ['timed'], words: [] }]);
  expect(made.commands.find(({ name }) => name === 'capture')?.words).toEqual([
    { places: ['directory'], words: [] },
    { places: ['recorder'], words: [] },
  ]);
  expect(made.commands.find(({ name }) => name === 'list')?.words).toEqual([{ places: [], words: [] }]);
});

test('an interval that a recorder cannot have is not offered behind its @', () => {
  const [first] = recorders;
  if (!first) throw new Error('no recorders');
  const slow = { ...first, least: { milliseconds: 10_000, why: 'a reason' } };
  const made = completion({ commands: [], recorders: [slow], common: [], own: [], topics: [] });
  expect(made.recorders[0]?.intervals).toEqual(['10', '30', '1m', '5m', '30m']);
});

test.each([
  // What is typed, what it becomes in bash, and in zsh.
  ['sdr record --fo', 'sdr record --format ', 'sdr record --format='],
  ['sdr cpur', 'sdr cpurec ', 'sdr cpurec '],
  ['sdr record cpurec@3', 'sdr record cpurec@30', 'sdr record cpurec@30'],
  ['sdr record --devices cp', 'sdr record --devices cpurec=', 'sdr record --devices cpurec='],
  ['sdr cpurec --columns us', 'sdr cpurec --columns user_pct', 'sdr cpurec --columns user_pct,'],
  [
    'sdr cpurec --columns=user_pct,id',
    'sdr cpurec --columns=user_pct,idle_pct',
    'sdr cpurec --columns=user_pct,idle_pct,',
  ],
  ['sdr record --format=j', 'sdr record --format=json ', 'sdr record --format=json '],
  ['sdr record -o da', 'sdr record -o data/', 'sdr record -o data/'],
  ['sdr record --output=da', 'sdr record --output=data/', 'sdr record --output=data/'],
  ['sdr record --state tw', 'sdr record --state two\\ words.csv ', 'sdr record --state two\\ words.csv '],
  ['sdr cat ./tw', 'sdr cat ./two\\ words.csv ', 'sdr cat ./two\\ words.csv '],
  ['sdr record --flush da', 'sdr record --flush da', 'sdr record --flush da'],
])('on a terminal, TAB makes %o', { ...needs('bash', 'zsh'), timeout }, async (typed, inBash, inZsh) => {
  const files = ['data.csv', 'data/', 'two words.csv'];
  expect(complete('bash', await script('bash'), [typed], files)[0]?.line).toBe(inBash);
  expect(complete('zsh', await script('zsh'), [typed], files)[0]?.line).toBe(inZsh);
});

test('bash lists the columns alone on the second TAB', { ...needs('bash', 'zsh'), timeout }, async () => {
  const line = 'sdr record cpurec --columns user_pct,s';
  const [found] = complete('bash', await script('bash'), [`${line}\t`]);
  expect(found?.line).toBe(line);
  expect(found?.offered).toEqual(expect.arrayContaining(['user_pct,sys_pct', 'sys_pct']));
});

test('bash completes without readline too, for those who call the function', {
  ...needs('bash'),
  timeout,
}, async () => {
  const call =
    'complete -p sdr; COMP_WORDS=(sdr record cpurec --columns user_pct,id) COMP_CWORD=4; _sdr; echo "$COMPREPLY"';
  expect(bashCalled(await script('bash'), call)).toBe('complete -F _sdr sdr\nuser_pct,idle_pct\n');
});
