/** Small texts that people write by hand: read whole and as UTF-8, or one clear line about why not. */
import { SdrError } from '../errors.ts';
import type { Files } from '../host.ts';
import { errno } from '../host.ts';
import { ascii } from '../parse.ts';
import { Text } from '../text.ts';

/** Nobody writes more than this by hand, bytes. */
const most = 1024 * 1024;

/** A file as it is read. */
export interface Handwritten {
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
}

/**
 * Null when it is not there. Throws `permission` when it may not be read, `config` when it is a directory, no UTF-8 or larger than
 * 1 MiB, `io` when reading fails.
 */
export function handwritten(files: Files, path: string): Handwritten | null {
  try {
    const { kind, mode } = files.stat(path);
    if (kind === 'directory') throw new SdrError('config', `Cannot read ${path}: expected a file, got a directory`);
    return { text: fromUtf8(path, bytesOf(files, path)), mode };
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === '') throw error;
    throw unreadable(path, error);
  }
}

/** What an errno means for somebody who has named a file. */
export function unreadable(path: string, error: unknown): SdrError {
  const code = errno(error);
  const refused = code === 'EACCES' || code === 'EPERM';
  return new SdrError(refused ? 'permission' : 'io', `Cannot read ${path}: ${refused ? 'not allowed' : code}`, error);
}

/** Without positions: it may be a pipe. */
function bytesOf(files: Files, path: string): Uint8Array {
  const fd = files.open(path, 'read');
  const all = new Text();
  const piece = new Uint8Array(4096);
  try {
    for (;;) {
      const n = files.read(fd, piece, 0, piece.length, -1);
      if (n === 0) return all.view();
      all.raw(piece.subarray(0, n));
      if (all.length > most) throw new SdrError('config', `Cannot read ${path}: expected at most 1 MiB`);
    }
  } finally {
    files.close(fd);
  }
}

/** Neither engine has to have a TextDecoder. */
function fromUtf8(path: string, bytes: Uint8Array): string {
  const text = ascii(bytes);
  return text.replace(/[\x80-\xff]+/g, (run, at: number) => {
    try {
      return decodeURIComponent(Array.from(run, (byte) => `%${byte.charCodeAt(0).toString(16)}`).join(''));
    } catch {
      const line = text.slice(0, at).split('\n').length;
      throw new SdrError('config', `Cannot read ${path}:${line}: expected UTF-8`);
    }
  });
}
