/** Commands run in the test's own process, with what they print caught. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { Command, Values, World } from '../../src/command.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { Report } from '../../src/report.ts';

interface Ran {
  readonly exit: string;
  readonly out: string;
  readonly err: string;
  /** Write calls on stdout. */
  readonly writes: number;
}

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  /** The wall clock, milliseconds. */
  readonly now?: number;
  /** Bytes after which stdout is closed by its reader. */
  readonly room?: number;
}

/** A directory with these files, gone after the test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sdr-read-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

class Pipe extends Error {
  readonly code = 'EPIPE';
}

export async function ran(
  command: Command,
  words: readonly string[],
  values: Values = {},
  { env = {}, now = Date.now(), room = Number.POSITIVE_INFINITY }: Setting = {},
): Promise<Ran> {
  const node = nodeEngine();
  const written = new Map<number, string[]>([
    [1, []],
    [2, []],
  ]);
  let left = room;
  const write = (fd: number, from: Uint8Array, offset: number, length: number): number => {
    const into = written.get(fd);
    if (!into) return node.files.write(fd, from, offset, length);
    if (fd === 1 && left <= 0) throw new Pipe('EPIPE');
    if (fd === 1) left -= length;
    into.push(Buffer.from(from.subarray(offset, offset + length)).toString('latin1'));
    return length;
  };
  const engine = {
    ...node,
    files: { ...node.files, write },
    clock: { ...node.clock, wall: () => now },
    env: (name: string) => env[name],
  };
  const world: World = {
    engine,
    recorders,
    report: new Report(engine),
    print: () => {
      throw new Error('not through print');
    },
  };
  const exit = await command.run(world, words, values);
  const [out, err] = [written.get(1) ?? [], written.get(2) ?? []];
  return { exit, out: out.join(''), err: err.join(''), writes: out.length };
}
