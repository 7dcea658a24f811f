/**
 * A tape: what a machine answered, sample by sample, as folders `0/ 1/ 2/ …` shaped like its root. {@link Recording} writes
 * down every answer while a recorder runs, {@link Playback} gives the answers back: the same rows come out, anywhere.
 */
import type { Files, OpenMode, Stat } from './host.ts';
import { errno } from './host.ts';
import { ascii, bytesOf } from './parse.ts';

/** What a path answered: its bytes, or the errno that reading it gave. */
export type Answer = Uint8Array | string;

/** The names of a directory's entries stand in this file of it, a line each; a folder without it holds what it holds. */
export const listing = '.names';

/** Everything asked in one sample, by path. */
export type Shot = Map<string, Answer>;

/** The answer of a file that nobody read. */
const isThere = new Uint8Array(0);

/** Writes an answer down. That a file is there is known already when it was read. */
export function keep(shot: Shot, path: string, answer: Answer): void {
  if (answer !== isThere || typeof shot.get(path) !== 'object') shot.set(path, answer);
}

export class TapeError extends Error {
  readonly code: string;
  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

/** Files that write down what is read through them; everything else passes through. */
export function recording(files: Files, note: (path: string, answer: Answer) => void): Files {
  const paths = new Map<number, string>();
  const seen = new Map<number, Uint8Array>();
  const failing = <T>(path: string, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      if (errno(error) !== '') note(path, errno(error));
      throw error;
    }
  };
  return {
    ...passing(() => files),
    open(path, mode, permissions) {
      const fd = failing(path, () => files.open(path, mode, permissions));
      paths.set(fd, path);
      return fd;
    },
    read(fd, into, offset, length, position) {
      const path = paths.get(fd) ?? '';
      const n = failing(path, () => files.read(fd, into, offset, length, position));
      const before = position === 0 ? new Uint8Array(0) : (seen.get(fd) ?? new Uint8Array(0));
      const all = new Uint8Array(before.length + n);
      all.set(before);
      all.set(into.subarray(offset, offset + n), before.length);
      seen.set(fd, all);
      note(path, all);
      return n;
    },
    close(fd) {
      paths.delete(fd);
      files.close(fd);
    },
    stat(path) {
      const found = failing(path, () => files.stat(path));
      note(found.kind === 'directory' ? `${path}/` : path, isThere);
      return found;
    },
    names(path) {
      const found = failing(path, () => files.names(path));
      note(`${path}/`, new Uint8Array(0));
      note(`${path}/${listing}`, bytesOf(found.map((name) => `${name}\n`).join('')));
      return found;
    },
  };
}

/** Every call as it is, to whichever files are meant at that moment. */
export function passing(files: () => Files): Files {
  return {
    open: (...a) => files().open(...a),
    read: (...a) => files().read(...a),
    write: (...a) => files().write(...a),
    close: (...a) => files().close(...a),
    fstat: (...a) => files().fstat(...a),
    stat: (...a) => files().stat(...a),
    ftruncate: (...a) => files().ftruncate(...a),
    fsync: (...a) => files().fsync(...a),
    link: (...a) => files().link(...a),
    rename: (...a) => files().rename(...a),
    unlink: (...a) => files().unlink(...a),
    mkdir: (...a) => files().mkdir(...a),
    names: (...a) => files().names(...a),
    space: (...a) => files().space(...a),
  };
}

/** Answers of one sample, wherever they are kept. */
export interface Frame {
  /** The bytes of a file; throws a SystemError. */
  bytes(path: string): Uint8Array;
  /** What a path is; throws a SystemError. */
  stat(path: string): Stat;
  /** The entries of a directory; throws a SystemError. */
  names(path: string): readonly string[];
}

const refuse = (path: string): never => {
  throw new TapeError('EROFS', path);
};

/** Descriptors of a playback are no descriptors of the machine: using one there must fail, not hit another file. */
const virtual = 1_000_000_000;

/** Read-only files whose contents change with the frame. A file that is missing in a frame goes stale, as a device that went. */
export class Playback implements Files {
  frame: Frame;
  private next = virtual;
  private readonly paths = new Map<number, string>();

  constructor(frame: Frame) {
    this.frame = frame;
  }

  open(path: string, mode: OpenMode): number {
    if (mode !== 'read') return refuse(path);
    this.frame.bytes(path);
    this.paths.set(this.next, path);
    return this.next++;
  }

  read(fd: number, into: Uint8Array, offset: number, length: number, position: number): number {
    const path = this.paths.get(fd);
    if (path === undefined) throw new TapeError('EBADF', String(fd));
    const bytes = this.again(path);
    const n = Math.max(0, Math.min(length, bytes.length - position));
    into.set(bytes.subarray(position, position + n), offset);
    return n;
  }

  private again(path: string): Uint8Array {
    try {
      return this.frame.bytes(path);
    } catch (error) {
      throw errno(error) === 'ENOENT' ? new TapeError('ENODEV', path) : error;
    }
  }

  close(fd: number): void {
    this.paths.delete(fd);
  }

  stat(path: string): Stat {
    return this.frame.stat(path);
  }

  fstat = (fd: number): Stat => this.stat(this.paths.get(fd) ?? '');
  write = (): number => refuse('tape');
  ftruncate = (): void => refuse('tape');
  fsync = (): void => refuse('tape');
  link = (from: string): void => refuse(from);
  rename = (from: string): void => refuse(from);
  unlink = (path: string): void => refuse(path);
  mkdir = (path: string): void => refuse(path);
  names = (path: string): readonly string[] => this.frame.names(path);
  space = (path: string): never => refuse(path);
}

/** The lines of a {@link listing}. */
export const namesOf = (bytes: Uint8Array): readonly string[] =>
  ascii(bytes)
    .split('\n')
    .filter((name) => name !== '');

/** The answers of one sample from memory. */
export function frameOf(shot: Shot): Frame {
  const answer = (path: string): Uint8Array => {
    const found = shot.get(path) ?? 'ENOENT';
    if (typeof found === 'string') throw new TapeError(found, path);
    return found;
  };
  return {
    bytes: answer,
    stat(path) {
      const isDirectory = shot.has(`${path}/`);
      const size = isDirectory ? 0 : answer(path).length;
      return { dev: 0, ino: 0, size, mtime: 0, kind: isDirectory ? 'directory' : 'file', mode: 0o444 };
    },
    names: (path) => namesOf(answer(`${path}/${listing}`)),
  };
}
