/** What one commit makes durable: a record of the journal as it fills, and who waits for it. */
import { Buffer } from 'node:buffer';
import type { WireError } from '../../wire/error.ts';
import { headBytes } from './journal.ts';
import type { StoredFile } from './stored.ts';

const chunkBytes = 128 * 1024;
/** What is larger is not copied together with the rest, but written from where it is. */
const mostCopied = 32 * 1024;
/** Chunks kept for the next group. */
const mostSpare = 8;

/** Memory that groups fill, used again. */
export class Chunks {
  private readonly spare: Buffer[] = [];

  take(): Buffer {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
  }

  give(chunks: readonly Buffer[]): void {
    for (const chunk of chunks) if (this.spare.length < mostSpare) this.spare.push(chunk);
  }
}

/** Called when the group is durable and in its files, or with why it is not. */
export type Waiter = (failure: WireError | null) => void;

export class Group {
  private readonly source: Chunks;
  private readonly chunks: Buffer[] = [];
  private chunk: Buffer;
  /** Of the chunk: where the piece that is being filled began, and where it is. */
  private from = 0;
  private at = headBytes;
  private readonly done: Uint8Array[] = [];
  /** Bytes of the payload. */
  length = 0;
  /** Bytes of files in it. */
  pending = 0;
  readonly files: StoredFile[] = [];
  readonly waiters: Waiter[] = [];

  constructor(source: Chunks) {
    this.source = source;
    this.chunk = source.take();
    this.chunks.push(this.chunk);
  }

  /** A line that announces nothing. */
  line(text: string): void {
    this.reserve(text.length);
    this.text(text);
  }

  /** Bytes, and the line that announces them in two parts; returns where they are until the commit is over. */
  bytes(start: Buffer, rest: string, bytes: Uint8Array): Uint8Array {
    const isCopied = bytes.length <= mostCopied;
    this.reserve(start.length + rest.length + (isCopied ? bytes.length : 0));
    this.chunk.set(start, this.at);
    this.at += start.length;
    this.length += start.length + bytes.length;
    this.pending += bytes.length;
    this.text(rest);
    if (!isCopied) {
      this.cut();
      this.done.push(bytes);
      return bytes;
    }
    this.chunk.set(bytes, this.at);
    this.at += bytes.length;
    return this.chunk.subarray(this.at - bytes.length, this.at);
  }

  /** The record: room for its head, then the payload. */
  pieces(): readonly Uint8Array[] {
    this.cut();
    return this.done;
  }

  /** Gives the memory back and tells everybody how it ended. */
  finish(failure: WireError | null): void {
    this.source.give(this.chunks);
    for (const waiter of this.waiters) waiter(failure);
  }

  private text(text: string): void {
    this.at += this.chunk.write(text, this.at, 'latin1');
    this.length += text.length;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= chunkBytes) return;
    this.cut();
    this.chunk = this.source.take();
    this.chunks.push(this.chunk);
    this.from = 0;
    this.at = 0;
  }

  private cut(): void {
    if (this.at > this.from) this.done.push(this.chunk.subarray(this.from, this.at));
    this.from = this.at;
  }
}
