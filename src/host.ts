/**
 * The world, cut into what the rooms need. Interfaces only: `src/hosts/node.ts` and `src/hosts/quickjs.ts` keep them for
 * the two engines, tests keep them in memory. Every call is synchronous: a promise, a thread pool or a child process
 * costs more than a whole sample.
 */
import type { Collector } from './collector.ts';

/** What a failed system call throws: `code` is the errno's name, such as `ENOSPC`. */
export interface SystemError extends Error {
  readonly code: string;
}

/** The errno's name of anything thrown, or '' when it was not a system call that failed. */
export function errno(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

export interface Stat {
  readonly dev: number;
  readonly ino: number;
  /** Bytes. */
  readonly size: number;
  /** Last modification, milliseconds since the epoch. */
  readonly mtime: number;
  readonly kind: 'file' | 'directory' | 'other';
  /** Permission bits. */
  readonly mode: number;
}

/**
 * How a file is opened. None follows a symbolic link in the last component but `read`.
 * - `read`: reading
 * - `own`: reading a file of ours where others may write; a pipe's writer is not waited for
 * - `append`: an existing file, every write at its end (O_APPEND), ftruncate allowed
 * - `create`: a new file, appending; fails with EEXIST (O_CREAT|O_EXCL)
 * - `replace`: a file made or emptied (O_CREAT|O_TRUNC)
 */
export type OpenMode = 'read' | 'own' | 'append' | 'create' | 'replace';

export interface Space {
  readonly totalBytes: number;
  /** What root may still use. */
  readonly freeBytes: number;
  /** What everybody may still use. */
  readonly availableBytes: number;
  /** 0 where a file system makes them as it needs them. */
  readonly inodes: number;
  readonly inodesFree: number;
}

/** POSIX files. Every call throws a {@link SystemError}. Short reads and writes are returned, never repeated. */
export interface Files {
  open(path: string, mode: OpenMode, permissions?: number): number;
  /** `position` -1 reads where the descriptor stands (pipes). */
  read(fd: number, into: Uint8Array, offset: number, length: number, position: number): number;
  /** At most one write(2). */
  write(fd: number, from: Uint8Array, offset: number, length: number): number;
  close(fd: number): void;
  fstat(fd: number): Stat;
  stat(path: string): Stat;
  ftruncate(fd: number, length: number): void;
  /** Also of a directory opened for reading. */
  fsync(fd: number): void;
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  mkdir(path: string, permissions: number): void;
  /** Entries of a directory in no order, without `.` and `..`. */
  names(path: string): readonly string[];
  space(path: string): Space;
}

export interface Clock {
  /** Wall clock, milliseconds since the epoch, with a fraction. */
  wall(): number;
  /** CLOCK_MONOTONIC, milliseconds with a fraction: the same in every process of one boot, stands still while suspended. */
  monotonic(): number;
  /** Calls `then` once, when `monotonic()` has reached `deadline` (any distance away) or at most 1 ms before. */
  at(deadline: number, then: () => void): void;
}

/** How a program ended. */
export interface Ran {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Its exit status; null when a signal ended it or it could not be started. */
  readonly status: number | null;
  /** '' when it ran to its end, else the errno of starting it; `ETIMEDOUT` beyond its limit, `EFBIG` beyond {@link mostOutput}. */
  readonly failure: string;
}

/** More output than this, in bytes, is no table of numbers: the program is killed. */
export const mostOutput = 16 * 1024 * 1024;

/** What {@link System.fact} tells. */
export type Fact = 'arch' | 'uid' | 'addresses' | 'counts' | 'version';

/**
 * What of a machine is no file. What may take long is asked beside the tick: `then` is called once, later (on a tape: at once),
 * and nothing waits for it.
 */
export interface System {
  /**
   * - `arch`: `uname -m`
   * - `uid`: the user that asks, in decimal
   * - `addresses`: a line `eth0 192.0.2.2/24` for each address of each interface
   * - `version`: that of sdr
   * - `counts`: a line `missed_ticks 3` for each thing that this recording counts of itself
   *
   * Null when unknown.
   */
  fact(name: Fact): string | null;
  /** The path of a program: in `PATH`, then in `directories`; null when it is in none. */
  find(program: string, directories: readonly string[]): string | null;
  /**
   * Runs a program with nothing on stdin and `LC_ALL=C`, without a shell. After `limit` milliseconds it and all that it started
   * get SIGKILL. What it has written by then is told.
   */
  run(program: string, args: readonly string[], limit: number, then: (ran: Ran) => void): void;
  /** statfs(2), now: of local file systems only. Throws a {@link SystemError}. */
  space(path: string): Space;
  /** statfs(2) of a path that may never answer; an errno when it fails, `ETIMEDOUT` beyond `limit` milliseconds. */
  askSpace(path: string, limit: number, then: (answer: Space | string) => void): void;
}

/** Paths of PEM files for TLS: who signs the server's certificate, and ours; '' where none is named. */
export interface Pem {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface Request {
  /** `http:` or `https:` */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Milliseconds for all of it. */
  readonly limit: number;
  readonly pem: Pem;
}

export interface Response {
  /** 0 = none came. */
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Why there is no answer: an errno or a line for a person; else ''. */
  readonly failure: string;
}

/** Who is told of a connection; nothing any more after `closed`. */
export interface Listener {
  open(): void;
  data(bytes: Uint8Array): void;
  /** '' = the other side ended it, else an errno or a line for a person. */
  closed(failure: string): void;
}

export interface Connection {
  /** Takes the bytes as they are: they must not change any more. */
  write(bytes: Uint8Array): void;
  /** Ends it; nobody is told. */
  close(): void;
}

/** What it takes to send something. Nothing waits: who asks is told later, once. */
export interface Net {
  /** An answer of more than 1 MiB is a failure. Returns what cancels it; then nobody is told. */
  request(request: Request, then: (response: Response) => void): () => void;
  /** `tcp://host:port` or `tls://host:port`. */
  connect(url: string, pem: Pem, limit: number, listener: Listener): Connection;
  /**
   * Milliseconds between requests to such a URL that this engine can well bear; 0 = any. Throws an SdrError (`unavailable`) when it
   * cannot send there at all.
   */
  pace(url: string): number;
  /** Bytes as gzip has them: quickly rather than small. */
  pack(bytes: Uint8Array): Uint8Array;
  /** CRC-32 (RFC 1952). */
  checksum(bytes: Uint8Array): number;
  /** The text of a gzip file in chunks, one beside each other thing to do. */
  unpacked(path: string): AsyncIterable<Uint8Array>;
}

export type Signal = 'INT' | 'TERM' | 'HUP' | 'USR2';

/** One engine: everything that a program gets from outside. */
export interface Engine {
  /** `node 20.19.2`, `quickjs 2025-04-26`: what `--version --verbose` prints. */
  readonly name: string;
  /** Command-line words after the program's name. */
  readonly args: readonly string[];
  readonly pid: number;
  readonly uid: number;
  readonly files: Files;
  readonly clock: Clock;
  readonly system: System;
  env(name: string): string | undefined;
  isTerminal(fd: number): boolean;
  /** Whether a process with this id exists (EPERM counts: it does). */
  isAlive(pid: number): boolean;
  onSignal(signal: Signal, then: () => void): void;
  exit(code: number): never;
  /** Compresses a file to another in slices beside everything else; rejects with a {@link SystemError}. */
  gzip(from: string, to: string): Promise<void>;
  /** The exports of an ECMAScript module that the user wrote; rejects with what is wrong with it. */
  load(path: string): Promise<unknown>;
  /** The text of a gzip file, chunk by chunk. */
  gunzip(path: string): Iterable<Uint8Array>;
  /** The network; loaded when it is asked for. */
  net(): Promise<Net>;
  /** The collector, on the edition that has one; loaded when it is asked for. */
  readonly collector?: () => Promise<Collector>;
}
