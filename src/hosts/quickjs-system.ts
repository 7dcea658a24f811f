/**
 * What of a machine is no file, on QuickJS: programs, statfs, addresses. What a child says lies in memory until it ends, so there
 * is nothing to read along; its end is a signal.
 */
import * as posix from 'sdr:posix';
import type { Fact, Ran, Space, System } from '../host.ts';
import { errno, mostOutput } from '../host.ts';

const nothing = new Uint8Array(0);

interface Child {
  readonly pid: number;
  readonly stdout: number;
  readonly stderr: number;
  readonly then: (ran: Ran) => void;
  answered: boolean;
}

/** Those that have not been reaped. */
const children = new Map<number, Child>();

/** SIGKILL for everything that was started. */
export function killAll(): void {
  for (const pid of children.keys()) posix.killGroup(pid);
}

/** All that was said so far. */
function said(fd: number): Uint8Array {
  const bytes = new Uint8Array(posix.fstat(fd).size);
  let length = 0;
  for (let n = 1; n > 0 && length < bytes.length; length += n) {
    n = posix.read(fd, bytes, length, bytes.length - length, length);
  }
  return bytes.subarray(0, length);
}

function answer(child: Child, status: number | null, failure: string): void {
  if (child.answered) return;
  child.answered = true;
  posix.killGroup(child.pid);
  const stdout = said(child.stdout);
  const stderr = said(child.stderr);
  posix.close(child.stdout);
  posix.close(child.stderr);
  const isTooLong = stdout.length >= mostOutput || stderr.length >= mostOutput;
  if (isTooLong && failure === '') child.then({ stdout, stderr, status: null, failure: 'EFBIG' });
  else child.then({ stdout, stderr, status, failure });
}

function reapAll(): void {
  for (const child of [...children.values()]) {
    const status = posix.reap(child.pid);
    if (status === undefined) continue;
    children.delete(child.pid);
    answer(child, status, '');
  }
}

function start(path: string, words: readonly string[] | null, limit: number, then: (ran: Ran) => void): void {
  posix.onSignal('CHLD', reapAll);
  try {
    const [pid, stdout, stderr] = posix.spawn(path, words, mostOutput);
    const child: Child = { pid, stdout, stderr, then, answered: false };
    children.set(pid, child);
    posix.at(posix.monotonic() + limit, () => answer(child, null, 'ETIMEDOUT'));
  } catch (error) {
    const failure = errno(error);
    if (failure === '') throw error;
    posix.at(0, () => then({ stdout: nothing, stderr: nothing, status: null, failure }));
  }
}

function find(program: string, directories: readonly string[]): string | null {
  const path = (posix.env('PATH') ?? '').split(':').filter((directory) => directory !== '');
  const candidates = [...path, ...directories].map((directory) => `${directory}/${program}`);
  return candidates.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    const { kind, mode } = posix.stat(path);
    return kind === 'file' && (mode & 0o111) !== 0;
  } catch {
    return false;
  }
}

function askSpace(path: string, limit: number, then: (answer: Space | string) => void): void {
  start(path, null, limit, ({ stdout, failure }) => {
    const text = posix.decode(stdout, 0, stdout.length).trim();
    if (!/^\d+( \d+){4}$/.test(text)) then(failure || text || 'EIO');
    else then(spaceOf(text.split(' ').map(Number)));
  });
}

const spaceOf = ([totalBytes = 0, freeBytes = 0, availableBytes = 0, inodes = 0, inodesFree = 0]: number[]): Space => ({
  totalBytes,
  freeBytes,
  availableBytes,
  inodes,
  inodesFree,
});

const facts: Readonly<Record<Fact, () => string | null>> = {
  arch: posix.arch,
  uid: () => String(posix.uid()),
  addresses: () => posix.addresses().join('\n'),
  counts: () => null,
  version: () => null,
};

export const quickjsSystem: System = {
  fact: (name) => facts[name](),
  find,
  run: start,
  space: posix.space,
  askSpace,
};
