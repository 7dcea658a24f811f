/** What both engines must make of a program: shell scripts, and how they end. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An answer, with bytes as latin1. */
export interface Told {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly failure: string;
}

export const scripts: readonly (readonly [what: string, script: string, limit: number, told: Partial<Told>])[] = [
  ['ends well', 'echo out; echo err >&2', 9000, { stdout: 'out\n', stderr: 'err\n', status: 0, failure: '' }],
  ['ends with a status', 'exit 7', 9000, { stdout: '', status: 7, failure: '' }],
  ['is killed', 'echo half; kill -9 $$', 9000, { stdout: 'half\n', status: null, failure: '' }],
  ['says bytes that are no text', "printf '\\0\\377\\n'", 9000, { stdout: '\0\xff\n', status: 0 }],
  ['has LC_ALL=C', 'echo "$LC_ALL"', 9000, { stdout: 'C\n' }],
  ['has nothing on stdin', 'cat; echo end', 9000, { stdout: 'end\n', status: 0 }],
  [
    'ignores SIGTERM for ever',
    'trap "" TERM INT\necho $$ >"$0.pid"\necho begun\nwhile :; do sleep 1; done',
    600,
    { stdout: 'begun\n', status: null, failure: 'ETIMEDOUT' },
  ],
  [
    'has a child that hangs',
    'sh -c \'trap "" TERM; echo $$ >"$0.pid"; echo begun; while :; do sleep 1; done\' "$0"',
    600,
    { stdout: 'begun\n', status: null, failure: 'ETIMEDOUT' },
  ],
  [
    'ends before a child that keeps its stdout',
    'sh -c \'echo $$ >"$0.pid"; exec sleep 1000\' "$0" &\nwhile [ ! -s "$0.pid" ]; do :; done\necho end',
    30_000,
    { stdout: 'end\n', status: 0, failure: '' },
  ],
  [
    'never stops talking',
    'while :; do echo 0123456789012345678901234567890123456789; done',
    60_000,
    { failure: 'EFBIG', status: null },
  ],
];

/** A script as a program, in a folder that goes with the test. */
export function programOf(script: string, mode = 0o755): string {
  const at = mkdtempSync(join(tmpdir(), 'sdr-program-'));
  onTestFinished(() => rmSync(at, { recursive: true, force: true }));
  const path = join(at, 'program');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
  return path;
}

/** Whether what left its number beside the program is gone, or waits for somebody to take notice of its end. */
export function isGone(program: string): boolean {
  if (!existsSync(`${program}.pid`)) return true;
  const stat = `/proc/${readFileSync(`${program}.pid`, 'utf8').trim()}/stat`;
  try {
    return readFileSync(stat, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}
