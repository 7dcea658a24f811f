/** What goes at once: rows that are still coming before those that wait since long, and of those the oldest first. */
import type { Files, Net } from '../host.ts';
import type { Frame } from '../wire/frame.ts';
import type { Identity } from './identity.ts';
import type { Budget, Piece } from './pieces.ts';
import { pieceOf } from './pieces.ts';
import type { Segment, Spool } from './spool.ts';
import type { Unpacker } from './unpacker.ts';

/** A file of which more is there than was sent. */
export interface Pending {
  readonly segment: Segment;
  readonly offset: number;
}

interface Means {
  readonly files: Files;
  readonly net: Net;
  readonly spool: Spool;
  readonly unpacker: Unpacker;
  readonly identity: Identity;
  /** Told of a file that cannot be read. */
  readonly failed: (path: string, error: unknown) => void;
}

export interface Batch {
  readonly frames: readonly Frame[];
  /** Whether there is more than went in. */
  readonly isFull: boolean;
}

const restOf = ({ segment, offset }: Pending): number => segment.size - offset;

/** Fresh files share what there is, those with little first, so that one of them cannot starve the others. */
export function batchOf(pending: readonly Pending[], budget: Budget, means: Means): Batch {
  const fresh = pending.filter(({ segment }) => segment.isLive).sort((a, b) => restOf(a) - restOf(b));
  const closed = pending.filter(({ segment }) => !segment.isLive);
  const frames: Frame[] = [];
  let left = budget;
  let isUnpacking = false;
  for (const [i, each] of [...fresh, ...closed].entries()) {
    if (left.bytes <= 0 || left.rows <= 0) break;
    const isPacked = each.segment.name.compressed;
    // There is one reader of compressed files.
    if (isPacked && isUnpacking) continue;
    isUnpacking ||= isPacked;
    const sharers = Math.max(1, fresh.length - i);
    const share = { bytes: Math.ceil(left.bytes / sharers), rows: Math.ceil(left.rows / sharers) };
    const piece = read(each, share, means);
    // A line that is longer than what may go at once goes alone.
    if (!piece || (frames.length > 0 && piece.bytes.length > left.bytes)) continue;
    frames.push(frameOf(each, piece, means));
    left = { bytes: left.bytes - piece.bytes.length, rows: left.rows - piece.rows };
  }
  const taken = frames.reduce((sum, { length }) => sum + length, 0);
  return { frames, isFull: frames.length > 0 && taken < pending.reduce((sum, each) => sum + restOf(each), 0) };
}

function read({ segment, offset }: Pending, budget: Budget, { files, spool, unpacker, failed }: Means): Piece | null {
  const path = spool.path(segment);
  try {
    return segment.name.compressed
      ? unpacker.piece(path, offset, budget)
      : pieceOf(files, path, offset, { ...budget, bytes: Math.min(budget.bytes, segment.size - offset) });
  } catch (error) {
    failed(path, error);
    return null;
  }
}

function frameOf({ segment, offset }: Pending, piece: Piece, { identity, spool, net }: Means): Frame {
  const { bytes, before } = piece;
  const { instance } = spool;
  const { file } = segment;
  return { ...identity, instance, file, offset, length: bytes.length, crc: net.checksum(before), bytes };
}
