/** A file of the archive: how long it is, durably and with what is in flight, and its last bytes. */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { before } from '../../wire/frame.ts';
import type { Handles } from './descriptors.ts';
import { bytesLine } from './entries.ts';
import type { Group } from './group.ts';
import type { Store } from './store.ts';
import { readFully, writeAll } from './whole.ts';

/** Bytes on their way, behind all that came before them. */
interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly group: Group;
}

export class StoredFile {
  readonly host: string;
  readonly instance: string;
  /** In the directory of the host. */
  readonly name: string;
  readonly path: string;
  /** What announces bytes of it in the journal. */
  readonly line: Buffer;
  /** Bytes that are in the file. */
  applied: number;
  /** The same and what is in flight. */
  length: number;
  /** How often bytes in flight were dropped. */
  failures = 0;
  /** The last group that brings bytes of it. */
  group: Group | null = null;
  /** Of {@link Handles}: -1 = closed; used since it was looked at; held open. */
  fd = -1;
  isRecent = false;
  holds = 0;
  /** Whether what it keeps in memory was of use since that was looked at. */
  isTailUsed = false;
  /** The last bytes before `length`, as many as a checksum covers; null when they are not in memory. */
  private tail: Buffer | null = null;
  private tailLength = 0;
  private pieces: Piece[] = [];

  constructor(directory: string, host: string, instance: string, name: string, length: number) {
    this.host = host;
    this.instance = instance;
    this.name = name;
    this.path = `${directory}/${name}`;
    this.line = Buffer.from(bytesLine(host, instance, name), 'latin1');
    this.applied = length;
    this.length = length;
  }

  /** Whether bytes of it are on their way. */
  get isMoving(): boolean {
    return this.pieces.length > 0;
  }

  /** Sends bytes on their way with a group. */
  push(group: Group, bytes: Uint8Array): void {
    const kept = group.bytes(this.line, `${this.length} ${bytes.length}\n`, bytes);
    this.pieces.push({ offset: this.length, bytes: kept, group });
    if (this.group !== group) {
      this.group = group;
      group.files.push(this);
    }
    this.keepTail(kept);
    this.length += bytes.length;
  }

  /** Writes what a group brought. Throws a SystemError; then all that is in flight is dropped. */
  apply(group: Group, handles: Handles): void {
    const mine = this.pieces.filter((piece) => piece.group === group);
    if (mine.length === 0) return;
    try {
      const fd = handles.open(this);
      const bytes = mine.map((piece) => piece.bytes);
      writeAll(handles.store, fd, bytes, this.applied);
      for (const piece of bytes) this.applied += piece.length;
    } catch (error) {
      this.drop(handles);
      throw error;
    }
    this.pieces = mine.length === this.pieces.length ? [] : this.pieces.slice(mine.length);
    // Its memory must not live as long as the file is known.
    if (this.group === group) this.group = null;
  }

  /** CRC-32 of what precedes `offset`, as a frame has it. Throws a SystemError. */
  crcBefore(offset: number, handles: Handles): number {
    const isEnd = offset === this.length;
    if (isEnd && this.tail) {
      this.isTailUsed = true;
      return crc32(this.tail.subarray(0, this.tailLength));
    }
    const bytes = this.read(Math.max(0, offset - before), offset, handles);
    if (isEnd && handles.mayKeepTail(this)) {
      this.tail = Buffer.allocUnsafeSlow(before);
      this.tailLength = bytes.copy(this.tail);
    }
    return crc32(bytes);
  }

  /** Whether its bytes from `offset` on are these. Throws a SystemError. */
  holdsAt(offset: number, bytes: Uint8Array, handles: Handles): boolean {
    return this.read(offset, offset + bytes.length, handles).equals(bytes);
  }

  /** Bytes of it, those in flight included. Throws a SystemError. */
  read(from: number, to: number, handles: Handles): Buffer {
    const bytes = Buffer.alloc(to - from);
    if (from < this.applied) {
      readFully(handles.store, handles.open(this), bytes.subarray(0, Math.min(to, this.applied) - from), from);
    }
    for (const piece of this.pieces) {
      const end = piece.offset + piece.bytes.length;
      if (end <= from || piece.offset >= to) continue;
      const first = Math.max(from, piece.offset);
      bytes.set(piece.bytes.subarray(first - piece.offset, Math.min(to, end) - piece.offset), first - from);
    }
    return bytes;
  }

  forgetTail(): void {
    this.tail = null;
  }

  /** After a write that failed: back to what is in the file. */
  private drop({ store }: Handles): void {
    this.failures++;
    this.group = null;
    this.pieces = [];
    this.length = this.applied;
    this.tail = null;
    if (this.fd >= 0) tryTruncate(store, this.fd, this.applied);
  }

  private keepTail(bytes: Uint8Array): void {
    const { tail } = this;
    if (tail === null) return;
    if (bytes.length >= before) {
      tail.set(bytes.subarray(bytes.length - before));
      this.tailLength = before;
      return;
    }
    const over = Math.max(0, this.tailLength + bytes.length - before);
    if (over > 0) tail.copyWithin(0, over, this.tailLength);
    tail.set(bytes, this.tailLength - over);
    this.tailLength += bytes.length - over;
  }
}

/** What stays behind is overwritten or cut when the file is next opened. */
function tryTruncate(store: Store, fd: number, length: number): void {
  try {
    store.truncate(fd, length);
  } catch {
    // A disk that fails so is met again by the next write.
  }
}
