/** What of a machine is no file, on QuickJS: programs, statfs, addresses. */
import * as posix from 'sdr:posix';
import type { Fact, Space, System } from '../host.ts';
import { start } from './quickjs-programs.ts';

export function find(program: string, directories: readonly string[]): string | null {
  const path = (posix.env('PATH') ?? '').split(':').filter((directory) => directory !== '');
  const candidates = [...path, ...directories].map((directory) => `${directory}/${program}`);
  return candidates.find(posix.isProgram) ?? null;
}

/** By a process of its own, which may wait for ever. */
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

/** The kernel tells all of IPv4 before IPv6; here the addresses of an interface stand together. */
function addresses(): string {
  const lines = posix.addresses();
  const nameOf = (line: string): string => line.slice(0, line.indexOf(' '));
  const names = new Set(lines.map(nameOf));
  return [...names].flatMap((name) => lines.filter((line) => nameOf(line) === name)).join('\n');
}

const facts: Readonly<Record<Fact, () => string | null>> = {
  arch: posix.arch,
  uid: () => String(posix.uid()),
  addresses,
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
