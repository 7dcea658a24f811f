/** One line says what was wrong, what was wanted and the nearest valid name. */

import { expect, test } from 'vitest';
import { recorders } from '../recorders/index.ts';
import { exitCode, main } from '../src/cli.ts';
import type { Command, Values } from '../src/command.ts';
import { ParseError, SdrError } from '../src/errors.ts';
import { Report } from '../src/report.ts';
import { entriesOf } from './fake/recorder.ts';
import { FakeEngine } from './fake.ts';

const commands = (run: Command['run']): readonly Command[] => [
  {
    name: 'record',
    summary: 'record',
    words: '[recorder]… [interval [count]]',
    options: [
      { flags: '-o, --output <dir>', help: 'where to', isList: true },
      { flags: '--format <name>', help: 'how', choices: ['csv', 'json'] },
      { flags: '--fsync', help: 'sync' },
    ],
    examples: ['sdr record cpurec 1 5'],
    run,
  },
  { name: 'list', summary: 'list', words: '', options: [], examples: [], run },
  {
    name: 'serve',
    summary: 'serve',
    words: '[DIR]',
    options: [
      { flags: '--fsync', help: 'sync' },
      { flags: '--limit <size>', help: 'limit' },
    ],
    keys: [{ flags: '--directory <dir>', help: 'where' }],
    examples: [],
    run,
  },
];

const configuration = '[serve]\ndirectory = "/srv"\nfsync = true\nlimit = "1M"\n';

async function typed(line: string, run: Command['run'] = () => 'done') {
  const engine = new FakeEngine();
  engine.files.put('/etc/sdr/sdr.toml', configuration);
  engine.args = line.split(' ').filter((word) => word !== '');
  let printed = '';
  let got: { words: readonly string[]; values: Values } | null = null;
  const all = commands((world, words, values) => {
    got = { words, values };
    return run(world, words, values);
  });
  const print = (text: string | Uint8Array): void => {
    printed += String(text);
  };
  const world = { engine, recorders, report: new Report(engine), print };
  const exit = await main(world, entriesOf(all), { version: '1.2.3', build: () => 'fake engine' });
  return {
    exit,
    code: exitCode(exit),
    printed,
    said: engine.files.said(2),
    got: got as { words: string[]; values: Values } | null,
  };
}

test.each([
  ['record cpurec --frmat csv', 64, 'sdr: Unknown option "--frmat": did you mean --format?'],
  ['recrod', 64, 'sdr: Unknown command "recrod": did you mean record?'],
  ['cpurek 1', 64, 'sdr: Unknown command "cpurek": did you mean cpurec?'],
  ['record cpurec -x', 64, 'sdr: Unknown option "-x"\n'],
  ['cpurec --frmat csv', 64, 'sdr: Unknown option "--frmat": did you mean --format?'],
  ['--format csv', 64, 'sdr: Option "--format": expected a command before it: record\n'],
  ['--fsync 5', 64, 'sdr: Option "--fsync": expected a command before it: record, serve\n'],
  ['--format=csv record', 64, 'sdr: Option "--format=csv": expected a command before it: record\n'],
  ['-o data', 64, 'sdr: Option "-o": expected a command before it: record\n'],
  ['--frmat csv', 64, 'sdr: Unknown option "--frmat": did you mean sdr record --format?\n'],
  ['--zzzzzz', 64, 'sdr: Unknown option "--zzzzzz"\n'],
  ['list --limit 1', 64, 'sdr: Unknown option "--limit" of list: serve has it\n'],
  ['-v list --fsync', 64, 'sdr: Unknown option "--fsync" of list: record, serve have it\n'],
  ['record --format xml', 64, 'Allowed choices are csv, json'],
  ['record --output', 64, 'argument missing'],
  ['zzzzzzzz', 64, 'expected one of record, list, serve, sysrec, cpurec'],
])('%s exits %d', async (line, code, message) => {
  const found = await typed(line);
  expect(found.code).toBe(code);
  expect(found.said).toContain(message);
  expect(found.said.split('\n')).toHaveLength(2);
  expect(found.got).toBeNull();
});

test('a recorder as the first word is recorded', async () => {
  expect((await typed('cpurec 1 5')).got?.words).toEqual(['cpurec', '1', '5']);
  expect((await typed('cpurec@10 1')).got?.words).toEqual(['cpurec@10', '1']);
});

test('options that may be repeated are a list', async () => {
  expect((await typed('record cpurec -o a -o b --fsync 5')).got).toMatchObject({
    words: ['cpurec', '5'],
    values: { output: ['a', 'b'], fsync: true },
  });
});

test.each([
  [new SdrError('locked', 'Taken'), 75, 'sdr: Taken\n'],
  [new SdrError('permission', 'Forbidden'), 77, 'sdr: Forbidden\n'],
  [new ParseError('odd'), 70, 'This is a fault in sdr, please report it: '],
])('%s has its exit code', async (error, code, message) => {
  const found = await typed('list', () => {
    throw error;
  });
  expect(found.code).toBe(code);
  expect(found.said).toContain(message);
});

test('--version and --help are done, no command at all is wrong usage with help', async () => {
  expect(await typed('--version')).toMatchObject({ code: 0, printed: 'sdr 1.2.3\n' });
  expect((await typed('--version --verbose')).printed).toContain('fake engine');
  expect((await typed('record --help')).printed).toContain('sdr record cpurec 1 5');
  expect((await typed('record --help')).code).toBe(0);
  expect((await typed('')).code).toBe(64);
});

test.each([
  ['serve', ['/srv'], { fsync: true, limit: '1M' }],
  ['serve --no-fsync', ['/srv'], { fsync: false, limit: '1M' }],
  ['serve --limit 2M', ['/srv'], { fsync: true, limit: '2M' }],
  ['serve /data', ['/data'], {}],
  ['serve --no-config', [], { config: false }],
  ['serve /data --config /etc/sdr/sdr.toml', ['/data'], { fsync: true, limit: '1M' }],
])('%s is asked for %j', async (line, words, values) => {
  const { got } = await typed(line);
  expect(got?.words).toEqual(words);
  expect(got?.values).toMatchObject(values);
  expect(Object.keys(got?.values ?? {}).sort()).toEqual(
    [...new Set([...Object.keys(values), ...(line.includes('--config') ? ['config'] : [])])].sort(),
  );
});

test('a mistake of the configuration is told with its line', async () => {
  const run: Command['run'] = (_, _words, { limit }) => {
    throw new SdrError('usage', `--limit "${limit}": expected less`);
  };
  expect(await typed('serve', run)).toMatchObject({
    code: 78,
    said: 'sdr: /etc/sdr/sdr.toml:4: limit "1M": expected less\n',
  });
  expect(await typed('serve --limit 3M', run)).toMatchObject({ code: 64, said: 'sdr: --limit "3M": expected less\n' });
});
