/**
 * A journal: what was acknowledged and may not be in its place yet. A file of fixed size, written over again and again, so that
 * fdatasync(2) has no metadata to commit. There are two: one is written while the other is being made good.
 *
 * Two blocks at its start say, in turn, which epoch it holds: magic, sequence (double), counter (double), id (8 bytes), in use (u32),
 * CRC-32 of these. Records follow: magic, id of the epoch, length (u32), CRC-32 of all that and the payload, payload. The id is
 * random: bytes that a sender chose can never be taken for a record.
 */
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Store } from './store.ts';
import { readFully, writeAll } from './whole.ts';

const magic = 0x4a726473;
const blockBytes = 4096;
const blockLength = 36;
/** Where records begin. */
export const start = 2 * blockBytes;
/** Bytes of a record before its payload. */
export const headBytes = 20;
const zeroes = Buffer.alloc(1 << 20);

interface Epoch {
  readonly sequence: number;
  /** Which of the two journals is the older one. */
  readonly counter: number;
  readonly id: Buffer;
  readonly isUsed: boolean;
}

const none: Epoch = { sequence: 0, counter: 0, id: Buffer.alloc(8), isUsed: false };

/** Completes a record whose payload begins {@link headBytes} into the first of some pieces. */
export function seal(id: Buffer, pieces: readonly Uint8Array[], length: number): void {
  const first = Buffer.from((pieces[0] as Uint8Array).buffer, (pieces[0] as Uint8Array).byteOffset, pieces[0]?.length);
  first.writeUInt32LE(magic, 0);
  id.copy(first, 4);
  first.writeUInt32LE(length, 12);
  let crc = crc32(first.subarray(headBytes), crc32(first.subarray(0, 16)));
  for (let i = 1; i < pieces.length; i++) crc = crc32(pieces[i] as Uint8Array, crc);
  first.writeUInt32LE(crc, 16);
}

export class Journal {
  private readonly store: Store;
  private readonly fd: number;
  private epoch: Epoch;
  private slot: number;
  private readonly bytes: number;
  /** Where the next record goes. */
  private position = start;
  private last = start;
  /** Bytes that {@link payloads} found behind the last good record. */
  truncated = 0;

  /** Opens or makes one of `bytes` bytes. Throws a SystemError. */
  constructor(store: Store, path: string, bytes: number) {
    this.store = store;
    this.bytes = bytes;
    this.fd = store.open(path, true);
    const [a, b] = [this.readEpoch(0), this.readEpoch(1)];
    this.slot = a.sequence >= b.sequence ? 0 : 1;
    this.epoch = this.slot === 0 ? a : b;
  }

  get counter(): number {
    return this.epoch.counter;
  }

  get isUsed(): boolean {
    return this.epoch.isUsed;
  }

  /** Takes the disk space. Throws or rejects with a SystemError. */
  async allocate(): Promise<void> {
    const { store, fd } = this;
    let size = store.size(fd);
    if (size >= this.bytes) return;
    while (size < this.bytes) {
      const piece = zeroes.subarray(0, Math.min(zeroes.length, this.bytes - size));
      writeAll(store, fd, [piece], size);
      size += piece.length;
    }
    await store.sync(fd);
  }

  /** Begins an epoch; durable with its first record. Throws a SystemError. */
  begin(counter: number): void {
    this.position = start;
    this.mark({ sequence: this.epoch.sequence + 1, counter, id: randomBytes(8), isUsed: true });
  }

  /** Whether a record with so many bytes of payload still fits; an empty journal takes one of any size. */
  hasRoom(length: number): boolean {
    return this.position === start || this.position + headBytes + length <= this.bytes;
  }

  /** Writes one record: room for its head, then `length` bytes of payload. Throws a SystemError. */
  write(pieces: readonly Uint8Array[], length: number): void {
    this.last = this.position;
    seal(this.epoch.id, pieces, length);
    writeAll(this.store, this.fd, pieces, this.position);
    this.position += headBytes + length;
  }

  /** Takes the last record back, which could not be made durable: it must not be read as if it were. Throws a SystemError. */
  retract(): void {
    this.position = this.last;
    writeAll(this.store, this.fd, [Buffer.alloc(headBytes)], this.last);
  }

  sync(): Promise<void> {
    return this.store.sync(this.fd);
  }

  /** Says, durably, that all of it is in its place. Rejects with a SystemError. */
  async free(): Promise<void> {
    if (!this.isUsed) return;
    this.mark({ ...this.epoch, sequence: this.epoch.sequence + 1, isUsed: false });
    await this.sync();
  }

  /** The payloads of this epoch, up to the first record that is not whole. Throws a SystemError. */
  *payloads(): Generator<Buffer, void, undefined> {
    this.truncated = 0;
    if (!this.isUsed) return;
    const size = this.store.size(this.fd);
    for (let at = start; ; ) {
      const head = this.head(at, size);
      if (head === null) return;
      const payload = Buffer.alloc(head.length);
      readFully(this.store, this.fd, payload, at + headBytes);
      if (crc32(payload, head.before) !== head.crc) return this.countFrom(at, size);
      yield payload;
      at += headBytes + head.length;
    }
  }

  close(): void {
    this.store.close(this.fd);
  }

  private head(at: number, size: number) {
    const head = Buffer.alloc(headBytes);
    if (readFully(this.store, this.fd, head, at) < headBytes || head.readUInt32LE(0) !== magic) return null;
    if (head.compare(this.epoch.id, 0, 8, 4, 12) !== 0) return null;
    const length = Math.min(head.readUInt32LE(12), size - at - headBytes);
    return { length, before: crc32(head.subarray(0, 16)), crc: head.readUInt32LE(16) };
  }

  private countFrom(from: number, size: number): void {
    for (let at = from; ; ) {
      const head = this.head(at, size);
      if (head === null) return;
      this.truncated += headBytes + head.length;
      at += headBytes + head.length;
    }
  }

  private mark(epoch: Epoch): void {
    const block = Buffer.alloc(blockLength);
    block.writeUInt32LE(magic, 0);
    block.writeDoubleLE(epoch.sequence, 4);
    block.writeDoubleLE(epoch.counter, 12);
    epoch.id.copy(block, 20);
    block.writeUInt32LE(epoch.isUsed ? 1 : 0, 28);
    block.writeUInt32LE(crc32(block.subarray(0, 32)), 32);
    // Never over the block that holds: a power cut in the middle leaves that one.
    writeAll(this.store, this.fd, [block], (1 - this.slot) * blockBytes);
    this.slot = 1 - this.slot;
    this.epoch = epoch;
  }

  private readEpoch(slot: number): Epoch {
    const block = Buffer.alloc(blockLength);
    readFully(this.store, this.fd, block, slot * blockBytes);
    if (block.readUInt32LE(0) !== magic || crc32(block.subarray(0, 32)) !== block.readUInt32LE(32)) return none;
    return {
      sequence: block.readDoubleLE(4),
      counter: block.readDoubleLE(12),
      id: Buffer.from(block.subarray(20, 28)),
      isUsed: block.readUInt32LE(28) === 1,
    };
  }
}
