/** What came of reading a kernel file, and what its errnos mean. */
import { ParseError } from './errors.ts';
import { errno } from './host.ts';

/** How long a file that is missing or refused is left alone, milliseconds. */
export const retry = 10_000;
/** The kernel or its container says: not here, not for you, not built in. */
const absent = new Set(['ENOENT', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'ENOTDIR', 'EINVAL', 'ENXIO']);
/** Answers that stay what they are for a while. */
const settled = new Set([...absent, 'EACCES', 'EPERM']);
/** The descriptor outlived what it was opened on: a closed namespace, a device that went. */
const stale = new Set(['ENODEV', 'ENOTCONN', 'ESTALE', 'EBADF']);

/** What a source said at one tick. */
export interface Reading<T> {
  value: T | null;
  /** Null also when the file is not there. */
  failure: ParseError | null;
}

/** Null when there is simply nothing to read here. Throws what is no failure to read: a fault in sdr. */
export function failureOf(path: string, error: unknown): ParseError | null {
  if (error instanceof ParseError) return error;
  const code = errno(error);
  if (code === '') throw error;
  return absent.has(code) ? null : new ParseError(`Cannot read ${path}: ${code}`);
}

/** Whether this answer will be the same for a while. */
export const isSettled = (error: unknown): boolean => settled.has(errno(error));

/** Whether the descriptor must be opened anew. */
export const isStale = (error: unknown): boolean => stale.has(errno(error));
