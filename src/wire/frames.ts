/** Frames out of a stream of bytes that may be cut anywhere. */
import { WireError } from './error.ts';
import type { Frame, Head } from './frame.ts';
import { Heads, longestHead } from './frame.ts';

const LF = 10;

export class Frames {
  private readonly longest: number;
  private head: Head | null = null;
  private line = '';
  /** Of the body, as they came: a sender that says much and sends little takes no memory. */
  private parts: Uint8Array[] = [];
  private filled = 0;
  private readonly heads: Heads;

  /** `longest`: bytes of a frame's body beyond which it is refused (413); `heads`: what other streams have shown already. */
  constructor(longest: number, heads = new Heads()) {
    this.longest = longest;
    this.heads = heads;
  }

  /** Whether the stream stands inside a frame. */
  get isInside(): boolean {
    return this.head !== null || this.line.length > 0;
  }

  /**
   * Takes more of the stream and gives each frame that is whole now. Bodies may be views of `chunk`: the caller keeps it as it is.
   * Throws a WireError (400, 413); then the stream is of no more use.
   */
  *push(chunk: Uint8Array): Generator<Frame, void, undefined> {
    let at = 0;
    while (at < chunk.length || this.head?.length === 0) {
      if (this.head === null) {
        at = this.takeHead(chunk, at);
        continue;
      }
      const { head } = this;
      const part = chunk.subarray(at, at + head.length - this.filled);
      at += part.length;
      this.parts.push(part);
      this.filled += part.length;
      if (this.filled < head.length) return;
      const bytes = joined(this.parts);
      this.parts = [];
      this.head = null;
      this.filled = 0;
      if (bytes.length > 0 && bytes[bytes.length - 1] !== LF) {
        throw new WireError(400, `${head.file}: expected whole lines, got a frame that ends inside one`);
      }
      const { host, machine, instance, file, offset, length, crc } = head;
      yield { host, machine, instance, file, offset, length, crc, bytes };
    }
  }

  /** Says that the stream is over. Throws a WireError (400) inside a frame. */
  end(): void {
    if (this.isInside) throw new WireError(400, 'the request ends inside a frame');
  }

  /** Takes a first line or as much of it as there is; returns where what follows begins. */
  private takeHead(chunk: Uint8Array, at: number): number {
    const end = chunk.indexOf(LF, at);
    const stop = end < 0 ? chunk.length : end;
    if (this.line.length + stop - at >= longestHead) throw new WireError(400, 'the first line of a frame is too long');
    const part = latin1(chunk, at, stop);
    const line = this.line + part;
    if (end < 0) {
      this.line = line;
      return chunk.length;
    }
    this.line = '';
    this.head = this.heads.parse(line);
    if (this.head.length > this.longest) {
      throw new WireError(413, `a frame of ${this.head.length} bytes: expected at most ${this.longest}`);
    }
    return end + 1;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(0)] = parts;
  if (parts.length <= 1) return first;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Where the engine has it, in one call. */
function latin1(
  bytes: Uint8Array & { latin1Slice?: (from: number, to: number) => string },
  from: number,
  to: number,
): string {
  if (bytes.latin1Slice) return bytes.latin1Slice(from, to);
  return String.fromCharCode(...bytes.subarray(from, to));
}
