/** `sdr help`: the page of everything, and of nothing else. */

import { expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { exitCode, main } from '../../src/cli.ts';
import { topics } from '../../src/commands/help.ts';
import { all } from '../../src/commands/index.ts';
import { manual } from '../../src/pages/manual.ts';
import { plain } from '../../src/pages/plain.ts';
import { Report } from '../../src/report.ts';
import { entriesOf } from '../fake/recorder.ts';
import { FakeEngine } from '../fake.ts';

const commands = await all();

async function typed(...args: readonly string[]) {
  const engine = new FakeEngine();
  engine.args = args;
  let printed = '';
  const print = (text: string | Uint8Array): void => {
    printed += String(text);
  };
  const world = { engine, recorders, report: new Report(engine), print };
  const code = exitCode(await main(world, entriesOf(commands), { version: '1.2.3', build: () => '' }));
  return { code, printed, said: engine.files.said(2) };
}

const pages = new Map(manual({ commands, recorders }).map((page) => [page.name, plain(page)]));

test.each([
  ...commands.map(({ name }) => [name, `sdr-${name}`]),
  ...recorders.map(({ name }) => [name, name]),
  ...topics.map((name) => [name, name.startsWith('sdr') ? name : `sdr-${name}`]),
  ['sdr-record', 'sdr-record'],
  ['sdr', 'sdr'],
])('sdr help %s prints %s', async (topic, page) => {
  expect(await typed('help', topic)).toEqual({ code: 0, printed: pages.get(page), said: '' });
});

test('every page can be asked for', () => {
  const asked = [...commands, ...recorders].map(({ name }) => name).concat(topics, 'sdr');
  const found = asked.map((name) => (pages.has(name) ? name : `sdr-${name}`));
  expect(found.sort()).toEqual([...pages.keys()].sort());
});

test('sdr help alone is sdr(1)', async () => {
  expect((await typed('help')).printed).toBe(pages.get('sdr'));
});

test.each([
  [['help', 'cpurek'], 'sdr: Unknown topic "cpurek": did you mean cpurec?\n'],
  [['help', 'csw'], 'sdr: Unknown topic "csw": did you mean csv?\n'],
  [['help', 'record', 'me'], 'sdr: help: expected one topic, got "me" behind it\n'],
])('%j exits 64', async (args, said) => {
  expect(await typed(...args)).toEqual({ code: 64, printed: '', said });
});

test('--help stays the short form', async () => {
  const short = (await typed('record', '--help')).printed;
  expect(short).toContain('Usage: sdr record');
  expect(short.length).toBeLessThan((pages.get('sdr-record') ?? '').length / 2);
  expect((await typed('help', '--help')).printed).toContain('Usage: sdr help [TOPIC] [options]');
});
