/**
 * Programs on Node, through execa: loaded when the first one runs, because that costs more than a minute of samples. Each runs in
 * a group of its own, so that all that it started can be killed. Only after a SIGKILL of sdr itself may one live on.
 */
import process from 'node:process';
import type { Options, ResultPromise } from 'execa';
import { execa } from 'execa';
import type { Ran } from '../host.ts';
import { mostOutput } from '../host.ts';

const options = {
  detached: true,
  // It would end one process, and not its group.
  cleanup: false,
  stdin: 'ignore',
  env: { LC_ALL: 'C' },
  encoding: 'buffer',
  buffer: false,
  reject: false,
} as const satisfies Options;

/** How long a pipe is read on that somebody holds open who left the group, milliseconds. */
const drain = 50;

/** Groups that run: none of them survives sdr. */
const groups = new Set<number>();

function killAll(): void {
  for (const group of groups) kill(group);
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

process.on('exit', killAll);
for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2'] as const) endWith(signal);

/** A signal that nobody listens to ends Node without a word: here the groups first. */
function endWith(signal: NodeJS.Signals): void {
  const listener = (): void => {
    if (process.listenerCount(signal) > 1) return;
    killAll();
    process.off(signal, listener);
    process.kill(process.pid, signal);
  };
  process.on(signal, listener);
}

export function run(program: string, args: readonly string[], limit: number, then: (ran: Ran) => void): void {
  try {
    new Run(execa(program, args, options), limit, then);
  } catch {
    // execa refuses words with a NUL.
    setImmediate(then, { stdout: Buffer.of(), stderr: Buffer.of(), status: null, failure: 'EINVAL' });
  }
}

/** A program until it has answered: when it has ended, or at its limit. */
class Run {
  private readonly child: ResultPromise<typeof options>;
  private readonly told: (ran: Ran) => void;
  private readonly stdout: Uint8Array[] = [];
  private readonly stderr: Uint8Array[] = [];
  private length = 0;
  private timer: NodeJS.Timeout;
  private isAnswered = false;

  constructor(child: ResultPromise<typeof options>, limit: number, told: (ran: Ran) => void) {
    this.child = child;
    this.told = told;
    if (child.pid !== undefined) groups.add(child.pid);
    child.stdout.on('data', (chunk: Uint8Array) => this.gather(this.stdout, chunk));
    child.stderr.on('data', (chunk: Uint8Array) => this.gather(this.stderr, chunk));
    child.once('exit', (status) => this.ended(status));
    void child.then(({ exitCode, code }) => this.answer(exitCode ?? null, code ?? ''));
    this.timer = this.answerIn(limit, null, 'ETIMEDOUT');
  }

  private gather(into: Uint8Array[], chunk: Uint8Array): void {
    const room = mostOutput - this.length;
    this.length += chunk.length;
    into.push(chunk.subarray(0, room));
    if (chunk.length > room) this.answer(null, 'EFBIG');
  }

  /** Its pipes end with its group, unless somebody who left the group holds them. */
  private ended(status: number | null): void {
    if (this.isAnswered) return;
    this.end();
    clearTimeout(this.timer);
    this.timer = this.answerIn(drain, status, '');
  }

  /** What has happened while we did something else comes first. */
  private answerIn(milliseconds: number, status: number | null, failure: string): NodeJS.Timeout {
    return setTimeout(() => setImmediate(() => this.answer(status, failure)), milliseconds);
  }

  private answer(status: number | null, failure: string): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    clearTimeout(this.timer);
    this.end();
    this.child.stdout.destroy();
    this.child.stderr.destroy();
    // One that not even SIGKILL ends keeps nobody waiting.
    this.child.unref();
    this.told({ stdout: Buffer.concat(this.stdout), stderr: Buffer.concat(this.stderr), status, failure });
  }

  private end(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    kill(pid);
    groups.delete(pid);
  }
}
