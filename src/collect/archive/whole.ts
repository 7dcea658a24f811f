/** Small whole files of the archive's own: written beside the old one, which stays until the new one is durable; checked by a last line. */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { errno } from '../../host.ts';
import { WireError } from '../../wire/error.ts';
import type { Store } from './store.ts';

/** Writes all of it, or throws. */
export function writeAll(store: Store, fd: number, pieces: readonly Uint8Array[], position: number): void {
  let left = pieces;
  let at = position;
  while (left.length > 0) {
    const written = store.write(fd, left, at);
    if (written === 0) throw new WireError(507, 'the disk of the collector is full');
    at += written;
    left = rest(left, written);
  }
}

/** What remains of pieces behind so many bytes. */
function rest(pieces: readonly Uint8Array[], done: number): readonly Uint8Array[] {
  let skip = done;
  for (const [i, piece] of pieces.entries()) {
    if (skip < piece.length) return [piece.subarray(skip), ...pieces.slice(i + 1)];
    skip -= piece.length;
  }
  return [];
}

/** Reads until `into` is full or the file ends; returns how many bytes there were. */
export function readFully(store: Store, fd: number, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const n = store.read(fd, into.subarray(done), position + done);
    if (n === 0) break;
    done += n;
  }
  return done;
}

/** Writes lines beside a file, for {@link replace}. Throws a SystemError. */
export function stage(store: Store, path: string, lines: readonly string[]): void {
  const text = Buffer.from([...lines, ''].join('\n'), 'latin1');
  const check = Buffer.from(`crc ${crc32(text).toString(16).padStart(8, '0')}\n`);
  const fd = store.open(`${path}.new`, true);
  try {
    store.truncate(fd, 0);
    writeAll(store, fd, [text, check], 0);
  } finally {
    store.close(fd);
  }
}

/** Makes durable what was staged. Rejects with a SystemError. */
export async function syncStaged(store: Store, path: string): Promise<void> {
  const fd = store.open(`${path}.new`, true);
  try {
    await store.sync(fd);
  } finally {
    store.close(fd);
  }
}

/** Puts what was staged, and is durable, into its place; the old file stays beside it. Throws a SystemError. */
export function replace(store: Store, path: string): void {
  if (isThere(store, path)) store.rename(path, `${path}.old`);
  store.rename(`${path}.new`, path);
}

/** The lines of a file, or of the one before when it is gone or damaged; null when both are. */
export function loadLines(store: Store, path: string): readonly string[] | null {
  return load(store, path) ?? load(store, `${path}.old`);
}

function load(store: Store, path: string): readonly string[] | null {
  let fd: number;
  try {
    fd = store.open(path, false);
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return null;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(store.size(fd));
    const length = readFully(store, fd, bytes, 0);
    return checked(bytes.subarray(0, length));
  } finally {
    store.close(fd);
  }
}

function checked(bytes: Buffer): readonly string[] | null {
  const end = bytes.length - 'crc 00000000\n'.length;
  if (end < 0) return null;
  const [, sum] = /^crc ([0-9a-f]{8})\n$/.exec(bytes.toString('latin1', end)) ?? [];
  if (sum === undefined || Number.parseInt(sum, 16) !== crc32(bytes.subarray(0, end))) return null;
  return bytes.toString('latin1', 0, end).split('\n').slice(0, -1);
}

export function isThere(store: Store, path: string): boolean {
  try {
    store.stat(path);
    return true;
  } catch (error) {
    if (errno(error) === '') throw error;
    return false;
  }
}
