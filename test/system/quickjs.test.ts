/**
 * The QuickJS engine keeps the contracts of src/host.ts: a program is built with it and asked (see quickjs/probe.ts).
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checked, library, x64 } from '../../scripts/quickjs.ts';
import { recorderEdition } from '../../scripts/recorder-edition.ts';
import { BuildError } from '../../scripts/tools.ts';
import { nodeSystem } from '../../src/hosts/node-system.ts';
import { deadMount } from '../hosts/dead-mount.ts';
import { endings, endOf, isGone, lasting, programOf, scripts } from '../hosts/programs.ts';
import { needsRoot } from './needs.ts';
import { until } from './program.ts';
import { loops } from './quickjs/loops.ts';

const dir = mkdtempSync(join(tmpdir(), 'sdr-quickjs-'));
const targets = [x64, checked];
let missing = '';
try {
  await Promise.all(targets.map(library));
} catch (error) {
  if (!(error instanceof BuildError) || process.env['CI']) throw error;
  missing = error.message;
  process.stderr.write(`quickjs.test.ts is skipped: ${missing}\n`);
}

afterAll(() => rmSync(dir, { recursive: true, force: true }));

function folder(name: string): string {
  const path = mkdtempSync(join(dir, `${name}-`));
  return path;
}

describe.skipIf(missing !== '').each(targets)('QuickJS engine, $name', (target) => {
  const program = join(dir, `probe-${target.name}`);
  // biome-ignore lint/suspicious/noExplicitAny: what the probe says is looked at by the expectations
  const ask = (...args: string[]): any =>
    JSON.parse(execFileSync(program, args, { encoding: 'utf8', timeout: 20_000 }));
  const start = (task: string) => {
    const child = spawn(program, [task], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const run = (...args: string[]) => spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });

  beforeAll(() => recorderEdition({ entry: 'test/system/quickjs/probe.ts', out: program, target }), 120_000);

  test('a file is made once, appended to, cut, linked and renamed', () => {
    const at = folder('life');
    const said = ask('life', at);
    const { dev, ino, size, mtimeMs, mode } = statSync(join(at, 'a'));
    expect(readFileSync(join(at, 'c'), 'utf8')).toBe('one\nfour\n');
    expect(said.again).toBe('EEXIST');
    expect(said.stat).toEqual({ dev, ino, size, mtime: expect.closeTo(mtimeMs, 1), mode: mode & 0o7777, kind: 'file' });
    expect(mode & 0o7777).toBe(0o640);
    expect(said.names).toEqual(['a', 'c', 'd']);
    expect(said.folder).toBe('directory');
    expect(said.space.totalBytes).toBeGreaterThanOrEqual(said.space.freeBytes);
    expect(said.space.freeBytes).toBeGreaterThanOrEqual(said.space.availableBytes);
  });

  test('failing calls throw the name of the errno', () => {
    const at = folder('failures');
    writeFileSync(join(at, 'target'), 'text\n');
    symlinkSync('target', join(at, 'symlink'));
    expect(ask('failures', at)).toEqual({
      missing: 'ENOENT',
      linked: 'ELOOP',
      replaced: 'ELOOP',
      followed: 'done',
      owned: 'ELOOP',
      directory: 'EISDIR',
      closed: 'EBADF',
      taken: 'EEXIST',
      nul: 'EINVAL',
      beyond: 'RangeError: no such bytes in this buffer',
      negative: 'RangeError: no such bytes in this buffer',
      message: `ENOENT: no such file or directory, unlink '${at}/none'`,
    });
    expect(readFileSync(join(at, 'target'), 'utf8')).toBe('text\n');
  });

  test('a full disk is ENOSPC, and writing goes on when there is space', ({ skip }) => {
    const at = folder('full');
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', at], { encoding: 'utf8' });
    if (mounted.status !== 0) skip(`this kernel refuses a mount: ${mounted.stderr}`);
    try {
      expect(ask('full', at)).toEqual({ failed: 'ENOSPC', free: 0, after: 6 });
      expect(readFileSync(join(at, 'big'), 'utf8')).toBe('again\n');
    } finally {
      execFileSync('umount', [at]);
    }
  });

  test('a kernel file is read whole', () => {
    const words = (text: string): string[] => text.split('\n').map((line) => line.split(' ')[0] ?? '');
    expect(words(ask('whole', '/proc/stat'))).toEqual(words(readFileSync('/proc/stat', 'utf8')));
    expect(ask('whole', '/proc/version')).toBe(readFileSync('/proc/version', 'utf8'));
  });

  test('both clocks are those of Node', () => {
    const before = { wall: Date.now(), monotonic: Number(process.hrtime.bigint()) / 1e6 };
    const said = ask('clocks');
    const after = { wall: Date.now(), monotonic: Number(process.hrtime.bigint()) / 1e6 };
    expect(said.wall).toBeGreaterThanOrEqual(before.wall);
    expect(said.wall).toBeLessThanOrEqual(after.wall + 1);
    expect(said.monotonic).toBeGreaterThanOrEqual(before.monotonic);
    expect(said.monotonic).toBeLessThanOrEqual(after.monotonic);
  });

  test('timers fire in the order of their deadlines, none early', () => {
    const said: [string, number][] = ask('timers');
    expect(said.map(([name]) => name)).toEqual(['now', 'a', 'b', 'b2', 'c']);
    expect(Math.min(...said.map(([, late]) => late))).toBeGreaterThanOrEqual(0);
  });

  test('signals arrive during a sleep of a day, each by its name, and the exit code is ours', async () => {
    const child = start('signals');
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const said: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      said.push(line);
      const next = (['SIGHUP', 'SIGUSR2', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const)[said.length - 1];
      if (next) child.kill(next);
    }
    expect(said.slice(1)).toEqual(['"HUP"', '"USR2"', '"INT"', '"HUP"', '["HUP","USR2","INT","HUP"]']);
    expect(await ended).toBe(7);
  });

  test('a thousand signals as fast as they can come neither hang nor break it', async () => {
    const child = start('signals');
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('"ready"');
    for (let i = 0; i < 1000; i++) child.kill('SIGHUP');
    expect((await lines.next()).value).toBe('"HUP"');
    child.kill('SIGTERM');
    let last = '';
    for (let line = await lines.next(); !line.done; line = await lines.next()) last = line.value;
    expect(JSON.parse(last)).toContain('HUP');
    expect(await ended).toBe(7);
  });

  test('a reader that went away is EPIPE', () => {
    const said = spawnSync('sh', ['-c', '"$0" pipe | true', program], { encoding: 'utf8', timeout: 20_000 });
    expect(said.stderr).toBe('"EPIPE"\n');
  });

  test.each([1, 2, 3])('the loops over bytes and numbers compute what those in TypeScript do (seed %d)', (seed) => {
    const rounds = 2000;
    const theirs: string[] = ask('loops', String(seed), String(rounds));
    const ours = loops(seed, rounds);
    expect(theirs.length).toBe(rounds);
    for (let i = 0; i < rounds; i++) expect([i, theirs[i]]).toEqual([i, ours[i]]);
  });

  test('the native number scanner stops where the plain one does', () => {
    expect(ask('numbers', 'cpu  12 0\t7 x 9\n', '3', '3')).toEqual([11, -1, 12, 0, 7, -1]);
    expect(ask('numbers', '1 2\n3', '0', '3')).toEqual([3, -1, 1, 2, 'NaN', -1]);
    expect(ask('numbers', '1 -2 3', '0', '3')).toEqual([1, -1, 1, 'NaN', 'NaN', -1]);
    expect(ask('numbers', '  x', '0', '1')).toEqual([0, -1, 'NaN', -1]);
    expect(ask('numbers', '18446744073709551615 9007199254740993', '0', '2')).toEqual([37, -1, 2 ** 64, 2 ** 53, -1]);
    expect(ask('numbers', '100000000000000000000000', '0', '1')[2]).toBeCloseTo(1e23, -8);
  });

  test('gzip works beside the timers, and what it wrote can be read by all', () => {
    const at = folder('gzip');
    const text = Array.from({ length: 120_000 }, (_, i) => `${i},${(i * 7919) % 1013}\n`).join('');
    writeFileSync(join(at, 'a'), text);
    const said = ask('gzip', join(at, 'a'), join(at, 'a.gz'));
    expect(gunzipSync(readFileSync(join(at, 'a.gz'))).toString()).toBe(text);
    expect(said.length).toBe(text.length);
    expect(said.ticks).toBeGreaterThan(5);
    expect(ask('gzip', join(at, 'none'), join(at, 'b.gz'))).toEqual({ code: 'ENOENT' });
    expect(ask('gzip', at, join(at, 'c.gz'))).toEqual({ code: 'EISDIR' });
    expect(readdirSync(at).sort()).toEqual(['a', 'a.gz']);
  });

  test('gzip follows no link, which somebody may have planted since it was looked at', () => {
    const at = folder('gzip-link');
    writeFileSync(join(at, 'secret'), 'root only\n');
    symlinkSync(join(at, 'secret'), join(at, 'a'));
    expect(ask('gzip', join(at, 'a'), join(at, 'a.gz'))).toEqual({ code: 'ELOOP' });
    expect(readdirSync(at).sort()).toEqual(['a', 'secret']);
  });

  test('gunzip reads several members, and says when a file was cut or is no gzip', () => {
    const at = folder('gunzip');
    const path = join(at, 'a.gz');
    const two = Buffer.concat([gzipSync('one\n'), gzipSync('zwei é\n')]);
    writeFileSync(path, two);
    expect(ask('gunzip', path)).toEqual({ text: 'one\nzwei é\n', end: 'done' });
    writeFileSync(path, two.subarray(0, -3));
    expect(ask('gunzip', path).end).toBe('Z_BUF_ERROR');
    writeFileSync(path, 'plain text, not gzip\n');
    expect(ask('gunzip', path)).toEqual({ text: '', end: 'Z_DATA_ERROR' });
  });

  test('it knows its process', () => {
    const said = spawnSync(program, ['machine', 'ä b'], { encoding: 'utf8', env: { PROBE: 'x=y' } });
    const { pid, ...rest } = JSON.parse(said.stdout);
    expect(pid).toBe(said.pid);
    expect(rest).toEqual({
      name: 'quickjs 2025-04-26',
      args: ['machine', 'ä b'],
      uid: process.getuid?.(),
      alive: [true, true, false, false],
      terminal: false,
      env: ['x=y', null],
    });
  });

  test.each([
    [[0xc3, 0xa9, 0x41]],
    [[0xff, 0x41, 0xc3]],
    [[0xe2, 0x82, 0x41, 0xf0, 0x9f, 0x98, 0x80]],
    [[0xed, 0xa0, 0x80, 0xc0, 0xaf, 0xf4, 0x90, 0x80, 0x80, 0xe0, 0x80]],
  ])('UTF-8 %j is what a TextDecoder makes of it', (bytes) => {
    expect(ask('utf8', ...bytes.map(String))).toBe(new TextDecoder().decode(Uint8Array.from(bytes)));
  });

  test('text becomes UTF-8, half a pair U+FFFD', () => {
    const units = [0x41, 0xe9, 0x20ac, 0xd83d, 0xde00, 0xd800, 0x42, 0xdc00];
    const bytes = [...new TextEncoder().encode(String.fromCharCode(...units))];
    expect(ask('encode', ...units.map(String))).toEqual(bytes);
  });

  test('a module is loaded on demand', () => {
    expect(ask('lazy')).toBe('loaded on demand');
  });

  test('what nobody catches ends it with 70 and says why, once; what is caught late does not', () => {
    for (const task of ['throws', 'rejects']) {
      const { status, stderr } = run(task);
      expect(status).toBe(70);
      expect(stderr).toContain(task === 'throws' ? 'SyntaxError' : 'nobody listens');
    }
    expect(run('listens')).toMatchObject({ status: 0, stdout: '"heard"\n' });
  });

  test.each(scripts)('a program that %s', { timeout: 60_000 }, async (_, script, limit, expected) => {
    const path = programOf(script);
    expect(ask('runs', path, String(limit))).toMatchObject(expected);
    await until(() => isGone(path), 'the end of all that it started');
  });

  test('a program that opens its stderr by name', () => {
    const path = programOf('for i in 1 2; do echo $i >/dev/stderr; done');
    expect(ask('runs', path, '9000')).toMatchObject({ stdout: '', stderr: '1\n2\n', status: 0 });
  });

  test('a program that is not there, or is none', () => {
    expect(ask('runs', '/no/such/program', '9000')).toMatchObject({ status: null, failure: 'ENOENT' });
    expect(ask('runs', programOf('echo', 0o644), '9000')).toMatchObject({ status: null, failure: 'EACCES' });
    expect(ask('cannot').sort()).toEqual(['E2BIG', 'EINVAL']);
  });

  test('words go to a program as they are', () => {
    expect(ask('runs', '/bin/echo', '9000', 'a b', '*', 'ü').stdout).toBe(Buffer.from('a b * ü\n').toString('latin1'));
  });

  test('programs that run beside each other give their own answers, the quick one first', () => {
    const quick = programOf('echo quick');
    const slow = programOf(`while [ ! -e '${quick}.told' ]; do sleep 0.01; done; echo slow`);
    expect(ask('together', slow, quick)).toEqual(['quick', 'slow']);
  });

  test.each(endings)('no program is left when it ends by $how', async ({ how, status }) => {
    const path = programOf(lasting);
    const child = spawn(program, ['leaves', path, how], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(await endOf(child, how)).toBe(status ?? 70);
    await until(() => isGone(path), 'the end of all that it started');
  });

  test('not even SIGKILL leaves a program behind', async () => {
    const path = programOf('echo $$ >"$0.pid"; exec sleep 1000');
    const child = spawn(program, ['leaves', path], { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(await endOf(child, 'SIGKILL')).toBe('SIGKILL');
    await until(() => isGone(path), 'its end');
  });

  test(
    'a mount that never answers costs its limit, and keeps nobody from ending',
    needsRoot('mount'),
    async (context) => {
      const at = folder('dead');
      await deadMount(context, at);
      expect(run('asks', at)).toMatchObject({ status: 0, stdout: '"ETIMEDOUT"\n' });
    },
  );

  test('a program is a file that may be run, looked for in PATH first', () => {
    const [first, second] = [programOf('echo 1'), programOf('echo 2')];
    const find = (path: string, name = 'program'): string | null =>
      JSON.parse(execFileSync(program, ['finds', name, dirname(second)], { encoding: 'utf8', env: { PATH: path } }));
    mkdirSync(join(dirname(second), 'folder'));
    expect(find(`/no/such/folder:${dirname(first)}`)).toBe(first);
    chmodSync(first, 0o644);
    expect(find(dirname(first))).toBe(second);
    expect(find('', 'folder')).toBe(null);
  });

  test('facts and space are those that Node finds', () => {
    const { facts, find, now, asked } = ask('system', '/');
    const names = ['arch', 'uid', 'addresses', 'counts'] as const;
    expect(facts).toEqual(names.map((name) => nodeSystem.fact(name)));
    expect(find).toEqual([nodeSystem.find('sh', []), null]);
    const { totalBytes, inodes } = nodeSystem.space('/');
    expect(now).toMatchObject({ totalBytes, inodes });
    expect(asked).toMatchObject({ totalBytes, inodes });
    expect(ask('system', '/no/such/folder')).toMatchObject({ now: 'ENOENT', asked: 'ENOENT' });
  });

  test('a module of a user is loaded, and what is wrong with it is said', () => {
    const at = folder('module');
    const load = (text: string): string => {
      writeFileSync(join(at, 'x.mjs'), text);
      return ask('loads', join(at, 'x.mjs'));
    };
    expect(load('const word = "ü"; export default (x) => word + x;')).toBe('ücalled');
    expect(load('export default (')).toMatch(/^SyntaxError: /);
    expect(load('throw new Error("not today")')).toBe('Error: not today');
    expect(load('import fs from "node:fs"; export default fs')).toContain('no module node:fs');
    expect(ask('loads', join(at, 'none.mjs'))).toContain('ENOENT');
  });
});

test.skipIf(missing !== '')(
  'a static program of the engine works in an empty root, and is built alike twice',
  async () => {
    const at = folder('root');
    const [one, two] = [join(at, 'probe'), join(at, 'probe2')];
    for (const out of [one, two]) await recorderEdition({ entry: 'test/system/quickjs/probe.ts', out });
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    mkdirSync(join(at, 'empty'));
    execFileSync('cp', [one, join(at, 'empty', 'probe')]);
    const said = spawnSync('chroot', [join(at, 'empty'), '/probe', 'lazy'], { encoding: 'utf8' });
    if (process.getuid?.() === 0) expect(said.stdout).toBe('"loaded on demand"\n');
  },
  60_000,
);
