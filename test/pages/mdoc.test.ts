import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { Command } from '../../src/command.ts';
import { commands } from '../../src/commands/index.ts';
import { commandPage, programPage } from '../../src/pages/mdoc.ts';

const command: Command = {
  name: 'try',
  summary: 'try a \\ backslash…',
  words: 'DIR…',
  options: [
    { flags: '-o, --output <dir>', help: '.begins with a stop' },
    { flags: '--when <when>', help: 'when', choices: ['a', 'b'] },
    { flags: '--bare', help: 'bare' },
  ],
  examples: ["'quoted' first"],
  run: () => 'done',
};

test('flags become macros, and text no control line', () => {
  const page = commandPage(command);
  expect(page).toContain('.It Fl o , Fl \\-output Ar dir\n\\&.begins with a stop.\n');
  expect(page).toContain('.It Fl \\-when Ar when\nWhen: a, b.\n');
  expect(page).toContain('.It Fl \\-bare\n');
  expect(page).toContain('.Nd try a \\e backslash...\n');
  expect(page).toContain("\\&'quoted' first\n");
});

const mandoc = ['/usr/bin/mandoc', '/usr/local/bin/mandoc'].find(existsSync);

describe.skipIf(mandoc === undefined)('mandoc -T lint', () => {
  const pages = [programPage({ commands, recorders }), ...[...commands, command].map(commandPage)];
  test.each(pages.map((page) => [/^\.Dt (\S+)/m.exec(page)?.[1], page]))('%s has no warning', (_, page) => {
    const { stdout, stderr } = spawnSync(mandoc ?? '', ['-T', 'lint', '-W', 'warning'], {
      input: page,
      encoding: 'utf8',
    });
    expect(stdout + stderr).toBe('');
  });

  test('pages are ASCII', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII
    expect(pages.filter((page) => /[^\x00-\x7f]/.test(page))).toEqual([]);
  });
});
