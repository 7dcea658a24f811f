/** What a failed system call means for who sent the bytes. */
import { errno } from '../../host.ts';
import { WireError } from '../../wire/error.ts';

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The refusal for something thrown: 507 without room, else 503; a WireError is one already. */
export function refusal(error: unknown): WireError {
  if (error instanceof WireError) return error;
  const code = errno(error);
  if (noRoom.has(code)) return new WireError(507, 'the disk of the collector is full');
  return new WireError(503, `the collector cannot store this now${code === '' ? '' : ` (${code})`}`);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
