/** Programs, statfs and addresses on Node. */
import { once } from 'node:events';
import { chmodSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Ran, Space } from '../../src/host.ts';
import { mostOutput } from '../../src/host.ts';
import { nodeSystem } from '../../src/hosts/node-system.ts';
import { needsRoot } from '../system/needs.ts';
import { folder, output, run, until } from '../system/program.ts';
import { deadMount } from './dead-mount.ts';
import type { Told } from './programs.ts';
import { endings, endOf, isGone, lasting, programOf, scripts } from './programs.ts';
import { starter } from './starter.ts';

const told = ({ stdout, stderr, status, failure }: Ran): Told => ({
  stdout: Buffer.from(stdout).toString('latin1'),
  stderr: Buffer.from(stderr).toString('latin1'),
  status,
  failure,
});

const ran = (program: string, limit = 9000, args: readonly string[] = []): Promise<Told> =>
  new Promise((resolve) => nodeSystem.run(program, args, limit, (answer) => resolve(told(answer))));

/** A process of the Node host, which ends with the test. */
function started(...args: readonly string[]) {
  const child = starter(...args);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** PATH for the time of a test. */
function setPath(path: string): void {
  const before = process.env['PATH'];
  onTestFinished(() => {
    process.env['PATH'] = before;
  });
  process.env['PATH'] = path;
}

/** A script in the place of a program. */
function standIn(name: string, script: string): void {
  const program = programOf(script);
  renameSync(program, join(dirname(program), name));
  setPath(`${dirname(program)}:${process.env['PATH']}`);
}

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
    expect(await ran('/bin/echo', 9000, ['a\0b'])).toMatchObject({ status: null, failure: 'EINVAL' });
    expect(await ran('/bin/echo', 9000, ['a'.repeat(1 << 23)])).toMatchObject({ status: null, failure: 'E2BIG' });
  });

  test('runs beside another gives its own answer', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((word) => ran('/bin/echo', 9000, [word])));
    expect(answers.map(({ stdout }) => stdout)).toEqual(['a\n', 'b\n', 'c\n']);
  });
});

describe('no program is left when Node', () => {
  test.each(endings)('ends by $how', async ({ how, status }) => {
    const program = programOf(lasting);
    expect(await endOf(started('runs', program, how), how)).toBe(status ?? 1);
    await until(() => isGone(program), 'the end of all that it started');
  });
});

describe('find()', () => {
  test('looks into PATH first, then into the folders given, for programs', () => {
    const [first, second] = [programOf('echo 1'), programOf('echo 2')];
    const none = programOf('', 0o644);
    mkdirSync(join(dirname(second), 'folder'));
    setPath(`/no/such/folder:${dirname(none)}:${dirname(first)}`);
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
    expect(await asked('/no/such/folder')).toBe('ENOENT');
    expect(await asked('/dev/null/folder')).toBe('ENOTDIR');
  });

  test.each([
    ['echo 4096 100 50 40 10 5', { totalBytes: 409_600, freeBytes: 204_800, availableBytes: 163_840, inodes: 10 }],
    ['echo 4096 100 50 40 10', 'EIO'],
    ['echo 4096 100 50 40 10 -5', 'EIO'],
    ['exit 0', 'EIO'],
    ['echo "stat: /x: Stale file handle" >&2; exit 1', 'ESTALE'],
    ['echo "stat: /x: What nobody knows" >&2; exit 1', 'EIO'],
    ['kill -9 $$', 'EIO'],
  ])('is read strictly from stat: %s', async (script, answer) => {
    standIn('stat', script);
    expect(await asked('/')).toEqual(typeof answer === 'string' ? answer : expect.objectContaining(answer));
  });

  test(
    'where a mount never answers costs its limit, and keeps nobody from ending',
    needsRoot('mount'),
    async (context) => {
      const at = folder();
      await deadMount(context, at);
      const child = started('asks', at);
      const [said] = await once(child.stdout, 'data');
      expect(String(said)).toBe('"ETIMEDOUT"\n');
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  );
});

test('facts are those of the machine', () => {
  expect(nodeSystem.fact('arch')).toBe(run(['uname', '-m']).stdout.trim());
  expect(nodeSystem.fact('uid')).toBe(String(process.getuid?.()));
  expect(nodeSystem.fact('addresses')).toMatch(/^lo 127\.0\.0\.1\/8$/m);
  expect(nodeSystem.fact('counts')).toBe(null);
});
