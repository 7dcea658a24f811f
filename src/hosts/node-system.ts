/** What of a machine is no file, on Node.js: programs, statfs, addresses. Programs run in a group of their own, so that all they started can be killed. */
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';
import type { Fact, Ran, Space, System } from '../host.ts';
import { mostOutput } from '../host.ts';

/** Groups that run: none of them survives sdr. */
const groups = new Set<number>();
/** How long a pipe is read on that a grandchild holds open, milliseconds. */
const drain = 50;

const nothing = new Uint8Array(0);

/** SIGKILL for everything that was started. */
export function killAll(): void {
  for (const group of groups) kill(group);
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function run(program: string, args: readonly string[], limit: number, then: (ran: Ran) => void): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch (error) {
    setImmediate(then, { stdout: nothing, stderr: nothing, status: null, failure: codeOf(error) });
    return;
  }
  watch(child, limit, then);
}

/** Gathers what a child says, and answers once: when it has ended, or at the limit. */
function watch(child: ChildProcess, limit: number, then: (ran: Ran) => void): void {
  const said: { out: Buffer[]; err: Buffer[]; length: number } = { out: [], err: [], length: 0 };
  const group = child.pid ?? 0;
  let answered = false;
  const answer = (status: number | null, failure: string): void => {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    if (group > 0) kill(group);
    groups.delete(group);
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
    then({ stdout: Buffer.concat(said.out), stderr: Buffer.concat(said.err), status, failure });
  };
  const timer = setTimeout(() => answer(null, 'ETIMEDOUT'), limit);
  const gather = (into: Buffer[]) => (chunk: Buffer) => {
    said.length += chunk.length;
    if (said.length > mostOutput) answer(null, 'EFBIG');
    else into.push(chunk);
  };
  if (group > 0) groups.add(group);
  child.stdout?.on('data', gather(said.out));
  child.stderr?.on('data', gather(said.err));
  child.on('error', (error) => answer(null, codeOf(error)));
  child.on('close', (status) => answer(status, ''));
  child.on('exit', (status) => setTimeout(() => answer(status, ''), drain));
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';

function find(program: string, directories: readonly string[]): string | null {
  const path = (process.env['PATH'] ?? '').split(':').filter((directory) => directory !== '');
  for (const directory of [...path, ...directories]) {
    const candidate = `${directory}/${program}`;
    try {
      fs.accessSync(candidate, fs.constants.X_OK);
      if (fs.statSync(candidate).isFile()) return candidate;
    } catch {
      // Not there, or not for us.
    }
  }
  return null;
}

export function spaceOf(path: string): Space {
  const { bsize, blocks, bfree, bavail, files: inodes, ffree } = fs.statfsSync(path);
  return {
    totalBytes: blocks * bsize,
    freeBytes: bfree * bsize,
    availableBytes: bavail * bsize,
    inodes,
    inodesFree: ffree,
  };
}

/** By a process of its own: a thread that hangs in statfs(2) would keep this process from ending. */
function askSpace(path: string, limit: number, then: (answer: Space | string) => void): void {
  const stat = find('stat', ['/usr/bin', '/bin']);
  if (stat === null) {
    setImmediate(then, 'ENOENT');
    return;
  }
  run(stat, ['-f', '-c', '%S %b %f %a %c %d', '--', path], limit, ({ stdout, status, failure }) => {
    const text = Buffer.from(stdout).toString().trim();
    if (status !== 0 || !/^\d+( \d+){5}$/.test(text)) then(failure || 'EIO');
    else then(parsed(text.split(' ').map(Number)));
  });
}

const parsed = ([size = 0, blocks = 0, free = 0, available = 0, inodes = 0, inodesFree = 0]: number[]): Space => ({
  totalBytes: size * blocks,
  freeBytes: size * free,
  availableBytes: size * available,
  inodes,
  inodesFree,
});

function addresses(): string {
  const { networkInterfaces } = process.getBuiltinModule('node:os');
  return Object.entries(networkInterfaces())
    .flatMap(([name, list = []]) => list.map(({ cidr, address }) => `${name} ${cidr ?? address}`))
    .join('\n');
}

const facts: Readonly<Record<Fact, () => string | null>> = {
  arch: () => process.getBuiltinModule('node:os').machine(),
  uid: () => String(process.getuid?.() ?? ''),
  addresses,
  counts: () => null,
  version: () => null,
};

export const nodeSystem: System = { fact: (name) => facts[name](), find, run, space: spaceOf, askSpace };
