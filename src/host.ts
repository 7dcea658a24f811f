/**
 * The world, cut into what the rooms need. Interfaces only: `src/hosts/node.ts` and `src/hosts/quickjs.ts` keep them for
 * the two engines, tests keep them in memory. Every call is synchronous: a promise, a thread pool or a child process
 * costs more than a whole sample.
 */

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
 * - `append`: an existing file, every write at its end (O_APPEND), ftruncate allowed
 * - `create`: a new file, appending; fails with EEXIST (O_CREAT|O_EXCL)
 * - `replace`: a file made or emptied (O_CREAT|O_TRUNC)
 */
export type OpenMode = 'read' | 'append' | 'create' | 'replace';

export interface Space {
  readonly totalBytes: number;
  /** What root may still use. */
  readonly freeBytes: number;
  /** What everybody may still use. */
  readonly availableBytes: number;
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
  env(name: string): string | undefined;
  isTerminal(fd: number): boolean;
  /** Whether a process with this id exists (EPERM counts: it does). */
  isAlive(pid: number): boolean;
  onSignal(signal: Signal, then: () => void): void;
  exit(code: number): never;
  /** Compresses a file to another in slices beside everything else; rejects with a {@link SystemError}. */
  gzip(from: string, to: string): Promise<void>;
  /** The text of a gzip file, chunk by chunk. */
  gunzip(path: string): Iterable<Uint8Array>;
}
