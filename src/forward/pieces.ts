/** Whole lines of a file from an offset on: as many as may go at once, and what stands before them. */
import type { Files } from '../host.ts';
import { lastLine } from '../sinks/directory/tail.ts';
import { before } from '../wire/frame.ts';

export interface Piece {
  /** Whole lines. */
  readonly bytes: Uint8Array;
  /** What stands before them: 4096 bytes, or as many as there are. */
  readonly before: Uint8Array;
  readonly rows: number;
}

/** How much may go at once. */
export interface Budget {
  readonly bytes: number;
  readonly rows: number;
}

/** A line longer than this is none of ours. */
export const longestLine = 256 * 1024;
export const tooLong = (offset: number): Error =>
  new Error(`the line at byte ${offset} has more than ${longestLine} bytes, which none of sdr has`);
const LF = 10;

/** Null when no whole line is there, nor will be before the file grows. Throws a SystemError, or an Error about a line that is too long. */
export function pieceOf(files: Files, path: string, offset: number, budget: Budget): Piece | null {
  const fd = files.open(path, 'own');
  try {
    const { size } = files.fstat(fd);
    const start = offset - Math.min(before, offset);
    let room = budget.bytes;
    for (;;) {
      const bytes = read(files, fd, start, Math.min(size, offset + room) - start);
      // One that is longer than what may go at once goes alone.
      const piece = cut(bytes, offset - start, room > budget.bytes ? 1 : budget.rows);
      if (piece) return sound(files, fd, size, offset, piece);
      if (offset + room >= size) return null;
      if (room >= longestLine) throw tooLong(offset);
      room = longestLine;
    }
  } finally {
    files.close(fd);
  }
}

function read(files: Files, fd: number, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, length));
  let done = 0;
  while (done < bytes.length) {
    const n = files.read(fd, bytes, done, bytes.length - done, start + done);
    if (n === 0) break;
    done += n;
  }
  return bytes.subarray(0, done);
}

/** The whole lines behind `at`, `rows` of them at most; null when there is none. */
export function cut(bytes: Uint8Array, at: number, rows: number): Piece | null {
  let end = at;
  let count = 0;
  while (count < rows) {
    const lf = bytes.indexOf(LF, end);
    if (lf < 0) break;
    end = lf + 1;
    count++;
  }
  return count === 0 ? null : { bytes: bytes.subarray(at, end), before: bytes.subarray(0, at), rows: count };
}

/** After a power cut a file may end in NULs or a torn line, which the recorder cuts off when it starts: they do not go anywhere. */
function sound(files: Files, fd: number, size: number, offset: number, piece: Piece): Piece | null {
  if (!piece.bytes.includes(0)) return piece;
  const { end } = lastLine(files, fd, size);
  if (end >= offset + piece.bytes.length) return piece;
  const bytes = piece.bytes.subarray(0, Math.max(0, end - offset));
  let rows = 0;
  for (const byte of bytes) if (byte === LF) rows++;
  return rows === 0 ? null : { ...piece, bytes, rows };
}
