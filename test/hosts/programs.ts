/** What both engines must make of a program: shell scripts, and how they end. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

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
  ['writes a long file', 'head -c 20000000 /dev/zero >"$0.file" && echo end', 9000, { stdout: 'end\n', status: 0 }],
  ['counts on SIGPIPE', 'yes | head -n 1', 9000, { stdout: 'y\n', stderr: '', status: 0 }],
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
    'ends before a child that left its group and keeps its stdout',
    'setsid sh -c \'echo $$ >"$0.pid"; exec sleep 3\' "$0" &\nwhile [ ! -s "$0.pid" ]; do :; done\necho end',
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

/** A script that never ends, and whose child leaves its number. */
export const lasting = 'sh -c \'echo $$ >"$0.pid"; exec sleep 1000\' "$0" & wait';

/** How a process that started programs may end; what is thrown ends it with a status that is the engine's own. */
export const endings: readonly { readonly how: string; readonly status: number | string | null }[] = [
  { how: 'exit', status: 3 },
  { how: 'throw', status: null },
  ...['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'].map((how) => ({ how, status: how })),
];

/** Waits until a process is ready, sends the signal if `how` is one, and waits for its end: a status or the signal's name. */
export async function endOf(child: ChildProcess, how: string): Promise<unknown> {
  const ended = once(child, 'exit');
  if (child.stdout) expect(String(await once(child.stdout, 'data'))).toContain('ready');
  if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals);
  const [status, signal] = await ended;
  return status ?? signal;
}

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
