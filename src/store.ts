/** Small whole files: read, and written so that a reader sees the old text or the new one, never a part. */
import type { Files } from './host.ts';
import { errno } from './host.ts';
import { ascii } from './parse.ts';

/** The text of a small ASCII file; null when it is not there. */
export function readText(files: Files, path: string): string | null {
  const bytes = readBytes(files, path);
  return bytes && ascii(bytes);
}

/** The bytes of a file; null when it is not there. */
export function readBytes(files: Files, path: string): Uint8Array | null {
  let fd: number;
  try {
    fd = files.open(path, 'read');
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return readAll(files, fd);
  } finally {
    files.close(fd);
  }
}

/** All bytes of an open file. */
export function readAll(files: Files, fd: number): Uint8Array {
  let bytes = new Uint8Array(16_384);
  let length = 0;
  for (;;) {
    const n = files.read(fd, bytes, length, bytes.length - length, length);
    if (n === 0) return bytes.subarray(0, length);
    length += n;
    if (length < bytes.length) continue;
    const bigger = new Uint8Array(bytes.length * 2);
    bigger.set(bytes);
    bytes = bigger;
  }
}

/** Writes all of `bytes` or throws; a file system that takes a part only is full. */
export function writeAll(files: Files, fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    const n = files.write(fd, bytes, done, bytes.length - done);
    if (n === 0) throw new Full();
    done += n;
  }
}

class Full extends Error {
  readonly code = 'ENOSPC';
}

/** A new file with these bytes, in the directory of what it will become; `durable` survives a power cut. Throws, and leaves nothing. */
export function makeTemporary(files: Files, path: string, bytes: Uint8Array, durable: boolean): void {
  const fd = openNew(files, path);
  try {
    writeAll(files, fd, bytes);
    if (durable) files.fsync(fd);
  } catch (error) {
    files.close(fd);
    remove(files, path);
    throw error;
  }
  files.close(fd);
}

/** What a kill left there may be linked to a file that matters: it must go, not be emptied. */
function openNew(files: Files, path: string): number {
  try {
    return files.open(path, 'create', 0o644);
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error;
    remove(files, path);
    return files.open(path, 'create', 0o644);
  }
}

/** Replaces a file as a whole. */
export function replaceFile(files: Files, path: string, temporary: string, bytes: Uint8Array, durable: boolean): void {
  makeTemporary(files, temporary, bytes, durable);
  files.rename(temporary, path);
}

export function exists(files: Files, path: string): boolean {
  try {
    files.stat(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether a file or directory that is there is a symbolic link to one: what follows none says so. */
export function isLink(files: Files, path: string): boolean {
  try {
    files.close(files.open(path, 'append'));
    return false;
  } catch (error) {
    return errno(error) === 'ELOOP';
  }
}

/** Removes a file if it is there and may be removed. */
export function remove(files: Files, path: string): void {
  try {
    files.unlink(path);
  } catch (error) {
    if (errno(error) === '') throw error;
  }
}

/** Makes the names in a directory survive a power cut. File systems that cannot (FAT on some kernels) are left alone. */
export function syncDirectory(files: Files, path: string): void {
  let fd = -1;
  try {
    fd = files.open(path, 'read');
    files.fsync(fd);
  } catch (error) {
    if (errno(error) === '') throw error;
  } finally {
    if (fd >= 0) files.close(fd);
  }
}

/** Link is missing there: FAT, exFAT, some network file systems and containers. */
const linkless = new Set(['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP', 'EMLINK', 'EXDEV', 'EACCES']);

/**
 * Makes a file with its first bytes in it, or throws EEXIST: no reader ever sees it without them. Where link(2) is missing it is
 * made empty (O_EXCL) and filled by one write.
 */
export function createWhole(files: Files, path: string, temporary: string, bytes: Uint8Array, durable: boolean): void {
  makeTemporary(files, temporary, bytes, durable);
  try {
    files.link(temporary, path);
  } catch (error) {
    if (!linkless.has(errno(error))) throw error;
    createExclusive(files, path, bytes, durable);
  } finally {
    remove(files, temporary);
  }
}

function createExclusive(files: Files, path: string, bytes: Uint8Array, durable: boolean): void {
  const fd = files.open(path, 'create', 0o644);
  try {
    writeAll(files, fd, bytes);
    if (durable) files.fsync(fd);
  } catch (error) {
    remove(files, path);
    throw error;
  } finally {
    files.close(fd);
  }
}
