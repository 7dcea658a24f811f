/**
 * syncfs(2), which Node does not have and coreutils and busybox do: `sync -f`. Forking a collector costs it milliseconds, most of
 * them afterwards, when each page that both had is written; so a shell is kept that forks for us, as long as checkpoints follow
 * each other.
 */
import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { release } from 'node:os';

/**
 * One flush for each line; 0 or 1 says how it went. A signal for all of us is for the collector alone: it flushes once more when it
 * ends, and the shell ends after it.
 */
const loop = 'trap "" HUP INT TERM; while read -r _; do if sync -f "$1"; then echo 0; else echo 1; fi; done';
/** Milliseconds without a flush after which the shell is let go. */
const patience = 10_000;

type Shell = ChildProcessByStdio<Socket, Socket, null>;

class Flusher {
  private readonly shell: Shell;
  private readonly waiting: ((isDone: boolean) => void)[] = [];
  private readonly rest: NodeJS.Timeout;

  constructor(path: string, gone: () => void) {
    this.shell = spawn('sh', ['-c', loop, 'sh', path], { stdio: ['pipe', 'pipe', 'ignore'] }) as unknown as Shell;
    const { shell } = this;
    this.rest = setTimeout(() => {
      gone();
      shell.stdin.end();
    }, patience);
    const over = (): void => {
      gone();
      clearTimeout(this.rest);
      for (const answer of this.waiting.splice(0)) answer(false);
    };
    shell.on('error', over).on('close', over);
    // That it is gone is said by its end.
    shell.stdin.on('error', () => {});
    shell.stdout.on('data', (bytes: Buffer) => {
      for (const byte of bytes) if (byte !== LF) this.waiting.shift()?.(byte === ZERO);
      this.idle();
    });
    this.idle();
  }

  flush(): Promise<boolean> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.rest.refresh();
      this.shell.ref();
      this.shell.stdout.ref();
      this.shell.stdin.write('\n');
    });
  }

  /** Nothing is waited for: the process may end. */
  private idle(): void {
    if (this.waiting.length > 0) return;
    for (const part of [this.shell, this.shell.stdin, this.shell.stdout, this.rest]) part.unref();
  }
}

const LF = 10;
const ZERO = 48;

const flushers = new Map<string, Flusher>();

/** Whether syncfs(2) of this kernel says that a write failed: since Linux 5.8. */
export function saysFailures(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.', 2).map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 8);
}

/** Makes the file system durable that holds a path; false where that cannot be had or failed. */
export function syncFileSystem(path: string): Promise<boolean> {
  if (!saysFailures(release())) return Promise.resolve(false);
  try {
    return (flushers.get(path) ?? begin(path)).flush();
  } catch {
    // No process or no pipe is to be had: whoever asks has another way.
    return Promise.resolve(false);
  }
}

function begin(path: string): Flusher {
  const flusher = new Flusher(path, () => {
    if (flushers.get(path) === flusher) flushers.delete(path);
  });
  flushers.set(path, flusher);
  return flusher;
}
