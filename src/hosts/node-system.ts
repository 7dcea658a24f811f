/** What of a machine is no file, on Node.js: programs, statfs, addresses. */
import fs from 'node:fs';
import process from 'node:process';
import type { Fact, Ran, Space, System } from '../host.ts';
import { errno } from '../host.ts';

function run(program: string, args: readonly string[], limit: number, then: (ran: Ran) => void): void {
  import('./node-programs.ts').then(
    (programs) => programs.run(program, args, limit, then),
    // A bundle of one file that was copied away from the other.
    (error) => then({ stdout: Buffer.of(), stderr: Buffer.of(), status: null, failure: errno(error) || 'ENOENT' }),
  );
}

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

/** What stat says, from the C library or busybox; of other failures it is enough that they are some. */
const reasons: Readonly<Record<string, string>> = {
  'no such file or directory': 'ENOENT',
  'not a directory': 'ENOTDIR',
  'permission denied': 'EACCES',
  'stale file handle': 'ESTALE',
  'transport endpoint is not connected': 'ENOTCONN',
  'socket not connected': 'ENOTCONN',
  'host is down': 'EHOSTDOWN',
};

function reasonOf(stderr: Uint8Array): string {
  const words = Buffer.from(stderr).toString('latin1').trim().toLowerCase();
  return reasons[words.slice(words.lastIndexOf(': ') + 2)] ?? 'EIO';
}

/** By a process of its own: a thread that hangs in statfs(2) would keep this process from ending. */
function askSpace(path: string, limit: number, then: (answer: Space | string) => void): void {
  const stat = find('stat', ['/usr/bin', '/bin']);
  if (stat === null) {
    setImmediate(then, 'ENOSYS');
    return;
  }
  run(stat, ['-f', '-c', '%S %b %f %a %c %d', '--', path], limit, ({ stdout, stderr, status, failure }) => {
    const text = Buffer.from(stdout).toString('latin1');
    if (status !== 0) then(failure || reasonOf(stderr));
    else then(/^\d+( \d+){5}\n$/.test(text) ? parsed(text.split(' ').map(Number)) : 'EIO');
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
