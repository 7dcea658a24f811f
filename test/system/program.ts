/** The built program, driven from outside: run to its end, or started and watched; with folders that go when the test ends. */
import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** What is tested. `SDR_PROGRAM` names another build of it, after the words that run it where this machine cannot by itself. */
const named = (process.env['SDR_PROGRAM'] ?? 'dist/sdr.cjs').split(' ');
export const program = resolve(named.pop() ?? '');
if (!existsSync(program)) throw new Error(`${program} is not built: npm run build`);
const starter = program.endsWith('.cjs') ? [process.execPath] : named;

/** Whether the program runs on a processor that is imitated: slower, and whoever looks from outside sees the imitation. */
export const emulated = starter.some((word) => word.includes('qemu'));

/** Rare and slow: set to 1 for the long form of the tests that have one. */
export const long = process.env['LONG'] === '1';

export interface Options {
  readonly cwd?: string;
  /** Added to the caller's environment, cleaned of what concerns Node; `bare` starts from nothing. */
  readonly env?: Readonly<Record<string, string>>;
  readonly bare?: boolean;
  /** Words before the program's own: strace, setpriv, faketime … */
  readonly under?: readonly string[];
}

export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The words that run the program. */
export const words = (args: readonly string[], under: readonly string[] = []): [string, ...string[]] => {
  const [first = program, ...rest] = [...under, ...starter, program, ...args];
  return [first, ...rest];
};

/** The same as one word for sh. */
export const quoted = (args: readonly string[]): string =>
  words(args)
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');

export function environment({ env = {}, bare = false }: Options = {}): Record<string, string> {
  const clean = Object.entries(process.env).filter(([name]) => !/^(NODE_|VITEST|FORCE_COLOR|npm_)/.test(name));
  return { ...(bare ? {} : (Object.fromEntries(clean) as Record<string, string>)), ...env };
}

/** Runs it to its end. */
export function sdr(args: readonly string[], options: Options = {}): Ended {
  return run(words(args, options.under), options);
}

/** Runs any program to its end. */
export function run([command, ...args]: [string, ...string[]], options: Options = {}): Ended {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd: options.cwd,
    env: environment(options),
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  return { status, signal, stdout, stderr };
}

/** What a program printed when it succeeded; throws otherwise. */
export function output(command: [string, ...string[]], options: Options = {}): string {
  const { status, stdout, stderr } = run(command, options);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${status} ${stderr}`);
  return stdout;
}

export interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
  /** Sends a signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>;
}

/** Starts it; it is killed when the test ends. */
export function start(args: readonly string[], options: Options = {}): Running {
  return startAny(words(args, options.under), options);
}

export function startAny([command, ...args]: [string, ...string[]], options: Options = {}): Running {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, stdout: said.out, stderr: said.err }));
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    stdout: () => said.out,
    stderr: () => said.err,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** A new folder below the system's temporary one, removed at the end of the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sdr-system-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Waits until something holds. The limit is for a machine that hangs, not a measure. */
export async function until(holds: () => boolean, what: string | (() => string), limit = 20_000): Promise<void> {
  for (let waited = 0; waited < limit; waited += 10) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error(`This never came: ${typeof what === 'string' ? what : what()}`);
}

/** Lines of a text that was written whole. */
export const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
