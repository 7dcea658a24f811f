/** Standard output: one write per sample. A reader that has gone ends the run politely; a file that has our header already gets rows only. */
import { SdrError } from '../errors.ts';
import type { Files } from '../host.ts';
import { errno } from '../host.ts';
import { ascii } from '../parse.ts';
import type { Counts, Feed, Sink, Stream } from '../sink.ts';
import { Gone } from '../sink.ts';
import { utf8 } from '../text.ts';

export type HeaderWish = 'auto' | 'always' | 'never';

interface Options {
  readonly files: Files;
  readonly header: HeaderWish;
  readonly counts: Counts;
  readonly warn: (condition: string, message: string) => void;
}

const stdout = 1;
const LF = 10;
const nothing = new Uint8Array(0);

export class Stdout implements Sink {
  private readonly options: Options;
  private failed = false;

  /** What is missing of a line that was written in part. */
  private rest: Uint8Array = nothing;

  constructor(options: Options) {
    this.options = options;
  }

  feed(stream: Stream): Feed {
    const { warn } = this.options;
    let head = this.needsHead(stream) ? utf8(stream.head) : null;
    let last = Number.NEGATIVE_INFINITY;
    return {
      accepts: (time) => {
        if (time < last)
          warn('stdout back', 'The times on stdout never go back: rows wait until the clock is there again');
        return time > last;
      },
      put: (time, text, rows) => {
        last = time;
        if (this.write(head === null ? text : joined(head, text), rows)) head = null;
      },
    };
  }

  tick(): void {}
  flush(): void {}
  close(): void {}

  private needsHead(stream: Stream): boolean {
    const { header } = this.options;
    if (stream.head === '' || header === 'never') return false;
    if (header === 'always') return true;
    return !this.hasHead(stream.head);
  }

  /** Whether stdout is a file that begins with our header. Throws when it begins with another. */
  private hasHead(head: string): boolean {
    const { files, warn } = this.options;
    const { kind, size } = files.fstat(stdout);
    if (kind !== 'file' || size === 0) return false;
    let fd: number;
    try {
      fd = files.open('/proc/self/fd/1', 'read');
    } catch {
      return false;
    }
    try {
      const begin = new Uint8Array(head.length);
      const n = files.read(fd, begin, 0, begin.length, 0);
      if (ascii(begin, 0, n) !== head) {
        throw new SdrError(
          'cannotCreate',
          'Cannot append to stdout: it is a file with another header (--header never or always overrides)',
        );
      }
      const torn = tornTail(files, fd, size);
      if (torn > 0) {
        files.ftruncate(stdout, size - torn);
        warn('stdout torn', `stdout ended inside a line: cut ${torn} bytes`);
      }
      return true;
    } finally {
      files.close(fd);
    }
  }

  /** Whether any of it got through. */
  private write(text: Uint8Array, rows: number): boolean {
    const { files, counts } = this.options;
    const bytes = this.rest.length === 0 ? text : joined(this.rest, text);
    let done = 0;
    try {
      while (done < bytes.length) done += writeSome(files, bytes, done);
      this.rest = nothing;
      this.failed = false;
    } catch (error) {
      this.complain(error);
      // A line that has begun is finished before anything else is written: there is no way to take it back from a pipe.
      const end = done === 0 ? this.rest.length : bytes.indexOf(LF, done - 1) + 1;
      this.rest = bytes.slice(done, end);
      counts.droppedRows += Math.min(rows, lines(bytes, end));
    }
    counts.writtenBytes += done;
    return done > 0;
  }

  private complain(error: unknown): void {
    if (errno(error) === 'EPIPE') throw new Gone();
    if (errno(error) === '') throw error;
    const message = `Cannot write to stdout: ${errno(error)}; rows are dropped until it works again`;
    if (!this.failed) this.options.warn('stdout', message);
    this.failed = true;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function lines(bytes: Uint8Array, from: number): number {
  let count = 0;
  for (let i = from; i < bytes.length; i++) if (bytes[i] === LF) count++;
  return count;
}

/** Bytes behind the last LF of a file, at most 64 KiB. */
function tornTail(files: Files, fd: number, size: number): number {
  const tail = new Uint8Array(Math.min(size, 65_536));
  const n = files.read(fd, tail, 0, tail.length, size - tail.length);
  const lf = tail.lastIndexOf(LF, n - 1);
  return lf < 0 ? 0 : n - 1 - lf;
}

/** A pipe that somebody made non-blocking says EAGAIN when it is full: wait for its reader as a blocking one would. */
function writeSome(files: Files, text: Uint8Array, from: number): number {
  try {
    return files.write(stdout, text, from, text.length - from);
  } catch (error) {
    if (errno(error) === 'EAGAIN' || errno(error) === 'EINTR') return 0;
    throw error;
  }
}
