/**
 * Programs on QuickJS. They are started, killed and reaped in quickjs-programs.c; what they say is gathered here, in the loop of
 * timers. A program is at its end when it has ended, whoever holds its pipes.
 */
import * as posix from 'sdr:posix';
import type { Ran } from '../host.ts';
import { errno, mostOutput } from '../host.ts';
import { ascii } from '../parse.ts';

/** Bytes of one read. */
const chunk = 16 * 1024;
const nothing = new Uint8Array(0);
/** Where reads go first; there once a program has run. */
let scratch = nothing;

/** One end of a pipe, and what has come out of it. */
class Pipe {
  length = 0;
  private readonly fd: number;
  private readonly chunks: Uint8Array[] = [];
  private isOpen = true;

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Calls `then` when there is something to read. */
  watch(then: () => void): void {
    posix.watch(this.fd, then);
  }

  /** Reads once, without waiting; returns whether something was there. */
  read(): boolean {
    if (!this.isOpen) return false;
    let n = 0;
    try {
      n = posix.read(this.fd, scratch, 0, chunk, -1);
    } catch (error) {
      if (errno(error) === 'EAGAIN') return false;
    }
    if (n === 0) this.close();
    else this.chunks.push(scratch.slice(0, n));
    this.length += n;
    return n > 0;
  }

  /** Gives the descriptor back. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    posix.watch(this.fd, null);
    posix.close(this.fd);
  }

  /** All of it, or so many bytes. */
  bytes(most: number): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const each of this.chunks) {
      all.set(each, at);
      at += each.length;
    }
    return all.subarray(0, most);
  }
}

/** A child process until it has answered. */
class Child {
  private readonly pid: number;
  private readonly stdout: Pipe;
  private readonly stderr: Pipe;
  private readonly failed: Pipe;
  private readonly timer: number;
  private readonly told: (ran: Ran) => void;
  private isAnswered = false;

  constructor(path: string, words: readonly string[] | null | false, limit: number, then: (ran: Ran) => void) {
    const [pid, stdout, stderr, failed] = posix.spawn(path, words);
    this.pid = pid;
    this.stdout = new Pipe(stdout);
    this.stderr = new Pipe(stderr);
    this.failed = new Pipe(failed);
    this.told = then;
    for (const pipe of [this.stdout, this.stderr]) pipe.watch(() => this.read(pipe));
    this.timer = posix.at(posix.monotonic() + limit, () => this.end(null, 'ETIMEDOUT'));
    children.set(pid, this);
  }

  /** Reads what is there, while it is not too much; returns whether something was there. */
  private read(pipe: Pipe): boolean {
    if (this.isAnswered || !pipe.read()) return false;
    if (this.stdout.length + this.stderr.length <= mostOutput) return true;
    this.answer(null, 'EFBIG');
    return false;
  }

  /** It has ended, unless it could not begin. */
  ended(status: number | null): void {
    if (this.failed.read()) this.answer(null, ascii(this.failed.bytes(chunk)));
    else this.end(status, '');
  }

  /** Ends all that still runs: no more comes than what is in the pipes. */
  private end(status: number | null, failure: string): void {
    posix.killGroup(this.pid);
    for (const pipe of [this.stdout, this.stderr]) while (this.read(pipe));
    this.answer(status, failure);
  }

  private answer(status: number | null, failure: string): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    posix.killGroup(this.pid);
    posix.cancel(this.timer);
    for (const pipe of [this.stdout, this.stderr, this.failed]) pipe.close();
    const stdout = this.stdout.bytes(mostOutput);
    const stderr = this.stderr.bytes(mostOutput - stdout.length);
    this.told({ stdout, stderr, status, failure });
  }
}

/** Those that have not been reaped: also such that have answered, but do not die. */
const children = new Map<number, Child>();

function reapAll(): void {
  for (const [pid, child] of [...children]) {
    const status = posix.reap(pid);
    if (status === undefined) continue;
    children.delete(pid);
    child.ended(status);
  }
}

/** Runs a program; with null for its words, asks for the space at the path, with false for the addresses of the host `path`. */
export function start(
  path: string,
  words: readonly string[] | null | false,
  limit: number,
  then: (ran: Ran) => void,
): void {
  if (scratch.length === 0) {
    scratch = new Uint8Array(chunk);
    posix.onSignal('CHLD', reapAll);
  }
  try {
    new Child(path, words, limit, then);
  } catch (error) {
    const failure = errno(error);
    if (failure === '') throw error;
    posix.at(0, () => then({ stdout: nothing, stderr: nothing, status: null, failure }));
  }
}
