/** `sdr completion`: one script for each shell, and words for those who name none. What the scripts do is in test/pages. */
import { expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { World } from '../../src/command.ts';
import { all } from '../../src/commands/index.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { Report } from '../../src/report.ts';

const commands = await all();

async function run(...words: string[]): Promise<string> {
  const engine = nodeEngine();
  let printed = '';
  const print: World['print'] = (text) => {
    printed += text;
  };
  const command = commands.find(({ name }) => name === 'completion');
  expect(await command?.run({ engine, recorders, report: new Report(engine), print }, words, {})).toBe('done');
  return printed;
}

test.each([
  ['bash', 'complete -F _sdr sdr'],
  ['zsh', '#compdef sdr'],
  ['fish', 'complete -c sdr '],
])('%s gets its script, with every command and recorder', async (shell, mark) => {
  const script = await run(shell);
  expect(script).toContain(mark);
  for (const { name } of [...commands, ...recorders]) expect(script).toContain(name);
});

test('scripts do not call sdr', async () => {
  const called = /(\$\(|`|\(|<\()\s*sdr /;
  for (const shell of ['bash', 'zsh', 'fish']) expect(await run(shell)).not.toMatch(called);
});

test('no shell, two, or one that we do not know', async () => {
  await expect(run()).rejects.toThrow('completion: expected one of bash, zsh, fish');
  await expect(run('bash', 'zsh')).rejects.toThrow('completion: expected one of bash, zsh, fish');
  await expect(run('fisch')).rejects.toThrow('Unknown shell "fisch": did you mean fish?');
});
