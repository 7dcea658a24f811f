/** README.md is true: its `sh` blocks run, in order, in one folder; its `console` blocks begin with what the program prints. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { needs } from './needs.ts';
import { quoted, run } from './program.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The fenced blocks of one language, with the line each begins at. */
function blocks(language: string): { line: number; text: string }[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((found) => ({
    line: readme.slice(0, found.index).split('\n').length,
    text: found[1] ?? '',
  }));
}

const temporary = mkdtempSync(join(tmpdir(), 'sdr-readme-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** A folder with nothing but `sdr` in it, before all others on PATH. */
const bin = join(temporary, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'sdr'), `#!/bin/sh\nexec ${quoted([])} "$@"\n`);
chmodSync(join(bin, 'sdr'), 0o755);
const options = { cwd: temporary, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } };

const tools = ['mlr', 'sqlite3', 'Rscript', 'gnuplot', 'openssl'];

describe('README', () => {
  test('begins with the two commands for a fresh machine', () => {
    expect(blocks('sh')[0]?.text).toBe('npm ci && npx sdr record cpurec 1 5\nnpm ci && npm test\n');
  });

  for (const { line, text } of blocks('sh').filter((block) => !block.text.startsWith('npm ci'))) {
    const used = tools.filter((tool) => new RegExp(`^${tool} `, 'm').test(text));
    test(`what line ${line} says works`, { ...needs(...used), timeout: 120_000 }, () => {
      // What it leaves behind when a line fails would be in the way of the next try.
      const { status, stdout, stderr } = run(['sh', '-ec', `trap 'kill $! 2> /dev/null || :' EXIT\n${text}`], options);
      // Doctor may find something to mend on the machine that runs this.
      expect([0, text.includes('sdr doctor') ? 1 : 0], stderr + stdout).toContain(status);
      expect(stderr.replaceAll(/^Warning.*\n/gm, '')).toBe('');
    });
  }

  for (const { line, text } of blocks('console')) {
    test(`what line ${line} shows is what it prints`, { timeout: 120_000 }, () => {
      const [command = '', head] = text.split('\n');
      const { stdout, stderr } = run(['sh', '-ec', command.replace(/^\$ /, '')], options);
      expect(stderr).toBe('');
      expect(stdout.split('\n')[0]).toBe(head);
    });
  }
});
