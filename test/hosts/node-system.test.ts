/** Programs, statfs and addresses on Node. */
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Ran, Space } from '../../src/host.ts';
import { mostOutput } from '../../src/host.ts';
import { nodeSystem } from '../../src/hosts/node-system.ts';
import { output, run, until } from '../system/program.ts';
import type { Told } from './programs.ts';
import { isGone, programOf, scripts } from './programs.ts';

const told = ({ stdout, stderr, status, failure }: Ran): Told => ({
  stdout: Buffer.from(stdout).toString('latin1'),
  stderr: Buffer.from(stderr).toString('latin1'),
  status,
  failure,
});

const ran = (program: string, limit = 9000, args: readonly string[] = []): Promise<Told> =>
  new Promise((resolve) => nodeSystem.run(program, args, limit, (answer) => resolve(told(answer))));

const asked = (path: string): Promise<Space | string> =>
  new Promise((resolve) => nodeSystem.askSpace(path, 9000, resolve));

describe('a program that', () => {
  test.each(scripts)('%s', { timeout: 60_000 }, async (_, script, limit, expected) => {
    const program = programOf(script);
    expect(await ran(program, limit)).toMatchObject(expected);
    await until(() => isGone(program), 'the end of all that it started');
  });

  test('says too much is cut off', { timeout: 60_000 }, async () => {
    const { stdout } = await ran(programOf('exec yes'), 60_000);
    expect(stdout.length).toBeLessThanOrEqual(mostOutput);
  });

  test('is not there, or is none', async () => {
    expect(await ran('/no/such/program')).toMatchObject({ status: null, failure: 'ENOENT' });
    expect(await ran(programOf('echo', 0o644))).toMatchObject({ status: null, failure: 'EACCES' });
  });

  test('runs beside another gives its own answer', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((word) => ran('/bin/echo', 9000, [word])));
    expect(answers.map(({ stdout }) => stdout)).toEqual(['a\n', 'b\n', 'c\n']);
  });
});

describe('find()', () => {
  test('looks into PATH first, then into the folders given, for programs', () => {
    const [first, second] = [programOf('echo 1'), programOf('echo 2')];
    const none = programOf('', 0o644);
    mkdirSync(join(dirname(second), 'folder'));
    const before = process.env['PATH'];
    onTestFinished(() => {
      process.env['PATH'] = before;
    });
    process.env['PATH'] = `/no/such/folder:${dirname(none)}:${dirname(first)}`;
    expect(nodeSystem.find('program', [dirname(second)])).toBe(first);
    chmodSync(first, 0o644);
    expect(nodeSystem.find('program', [dirname(second)])).toBe(second);
    expect(nodeSystem.find('folder', [dirname(second)])).toBe(null);
  });
});

describe('space', () => {
  test('is what stat says, asked either way', async () => {
    const [size = 0, blocks = 0, inodes] = output(['stat', '-f', '-c', '%S %b %c', '/']).split(' ').map(Number);
    const now = nodeSystem.space('/');
    expect(now).toMatchObject({ totalBytes: size * blocks, inodes });
    expect(await asked('/')).toMatchObject({ totalBytes: size * blocks, inodes });
  });

  test('of what is not there is an errno', async () => {
    expect(() => nodeSystem.space('/no/such/folder')).toThrow('ENOENT');
    expect(await asked('/no/such/folder')).toMatch(/^E[A-Z]+$/);
  });
});

test('facts are those of the machine', () => {
  expect(nodeSystem.fact('arch')).toBe(run(['uname', '-m']).stdout.trim());
  expect(nodeSystem.fact('uid')).toBe(String(process.getuid?.()));
  expect(nodeSystem.fact('addresses')).toMatch(/^lo 127\.0\.0\.1\/8$/m);
  expect(nodeSystem.fact('counts')).toBe(null);
});
