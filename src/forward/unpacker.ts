/**
 * Compressed files, read from front to back beside everything else: what is wanted next is there the next time somebody asks. A day
 * is never in memory as a whole.
 */
import type { Net } from '../host.ts';
import { before } from '../wire/frame.ts';
import type { Budget, Piece } from './pieces.ts';
import { cut, longestLine, tooLong } from './pieces.ts';

const nothing = new Uint8Array(0);

export class Unpacker {
  private path = '';
  private chunks: AsyncIterator<Uint8Array> | null = null;
  /** A part of the text, and where it begins. */
  private text: Uint8Array = nothing;
  private start = 0;
  private isEnd = false;
  /** Whether more is on its way. */
  isBusy = false;
  private readonly net: Net;
  private readonly wake: () => void;
  private readonly failed: (path: string, error: unknown) => void;

  /** `wake` is told when there is more; `failed` when the file is broken. */
  constructor(net: Net, wake: () => void, failed: (path: string, error: unknown) => void) {
    this.net = net;
    this.wake = wake;
    this.failed = failed;
  }

  /** Whole lines from `offset` on; null when they are not there yet, or there are none. Throws an Error about one that is too long. */
  piece(path: string, offset: number, budget: Budget): Piece | null {
    const found = this.within(path, offset, budget);
    if (found || this.isBusy || budget.bytes >= longestLine) return found;
    return this.within(path, offset, { bytes: longestLine, rows: 1 });
  }

  private within(path: string, offset: number, budget: Budget): Piece | null {
    if (this.path !== path || this.start > offset - Math.min(before, offset)) this.begin(path);
    const from = offset - Math.min(before, offset);
    const until = offset + budget.bytes;
    if (this.start + this.text.length < until && !this.isEnd) {
      this.more(from, until);
      return null;
    }
    const bytes = this.text.subarray(from - this.start, until - this.start);
    const found = cut(bytes, offset - from, budget.rows);
    if (!found && budget.bytes >= longestLine && this.start + this.text.length > until) throw tooLong(offset);
    return found;
  }

  close(): void {
    void this.chunks?.return?.();
    this.chunks = null;
    this.text = nothing;
    this.path = '';
  }

  private begin(path: string): void {
    this.close();
    this.path = path;
    this.chunks = this.net.unpacked(path)[Symbol.asyncIterator]();
    this.start = 0;
    this.isEnd = false;
  }

  /** Reads on until there is text up to `until`; what is before `from` is let go. */
  private more(from: number, until: number): void {
    const { chunks, path } = this;
    if (this.isBusy || !chunks) return;
    this.isBusy = true;
    const read = async (): Promise<void> => {
      while (this.chunks === chunks && !this.isEnd && this.start + this.text.length < until) {
        const { value, done } = await chunks.next();
        if (this.chunks !== chunks) return;
        if (done) this.isEnd = true;
        else this.take(value, from);
      }
    };
    read().then(
      () => {
        this.isBusy = false;
        this.wake();
      },
      (error: unknown) => {
        this.isBusy = false;
        if (this.chunks !== chunks) return;
        this.close();
        this.failed(path, error);
      },
    );
  }

  private take(chunk: Uint8Array, from: number): void {
    const skip = Math.min(this.text.length, Math.max(0, from - this.start));
    const kept = this.text.subarray(skip);
    const all = new Uint8Array(kept.length + chunk.length);
    all.set(kept);
    all.set(chunk, kept.length);
    this.start += skip;
    this.text = all;
  }
}
