/** The few file calls of the archive: the file system of Node, or one that fails as a test wants. */
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statfsSync,
  statSync,
  unlinkSync,
  writevSync,
} from 'node:fs';
import { lock } from './lock.ts';
import { syncFileSystem } from './syncfs.ts';

/** Every call may throw a SystemError; `sync` and `syncDirectory` reject with one. */
export interface Store {
  /** Makes sure that only one process writes into this directory. Throws an SdrError (`locked`). Returns what gives it back. */
  lock(directory: string): () => void;
  /** For reading and writing, never through a symbolic link; `create` makes it when it is not there. */
  open(path: string, create: boolean): number;
  close(fd: number): void;
  /** Bytes read, 0 at the end. */
  read(fd: number, into: Uint8Array, position: number): number;
  /** One pwritev(2); returns how many bytes were taken. */
  write(fd: number, pieces: readonly Uint8Array[], position: number): number;
  truncate(fd: number, length: number): void;
  size(fd: number): number;
  /** fdatasync(2), beside everything else. */
  sync(fd: number): Promise<void>;
  /** syncfs(2) of the file system that holds a path: files and names; false where that cannot be had. */
  syncAll(path: string): Promise<boolean>;
  /** fsync(2) of a directory. */
  syncDirectory(path: string): Promise<void>;
  mkdir(path: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Entries of a directory, in no order. */
  names(path: string): readonly string[];
  stat(path: string): { readonly size: number; readonly mtimeMs: number; isDirectory(): boolean };
  /** Bytes that this user may still write below a path. */
  free(path: string): number;
}

const { O_RDWR, O_CREAT, O_NOFOLLOW, O_DIRECTORY, O_RDONLY } = constants;

const settled = (resolve: () => void, reject: (error: Error) => void) => (error: Error | null) =>
  error ? reject(error) : resolve();

export const nodeStore: Store = {
  lock,
  open: (path, create) => openSync(path, O_RDWR | O_NOFOLLOW | (create ? O_CREAT : 0), 0o644),
  close: closeSync,
  read: (fd, into, position) => readSync(fd, into, 0, into.length, position),
  write: (fd, pieces, position) => writevSync(fd, pieces, position),
  truncate: ftruncateSync,
  size: (fd) => fstatSync(fd).size,
  sync: (fd) => new Promise((resolve, reject) => fdatasync(fd, settled(resolve, reject))),
  syncAll: syncFileSystem,
  async syncDirectory(path) {
    const fd = openSync(path, O_RDONLY | O_DIRECTORY);
    try {
      await new Promise<void>((resolve, reject) => fsync(fd, settled(resolve, reject)));
    } finally {
      closeSync(fd);
    }
  },
  mkdir: (path) => mkdirSync(path, 0o755),
  rename: renameSync,
  unlink: unlinkSync,
  names: (path) => readdirSync(path),
  stat: statSync,
  free(path) {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  },
};
