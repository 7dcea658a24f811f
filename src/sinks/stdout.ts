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

export class Stdout implements Sink {
  private readonly options: Options;
  private failed = false;

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
        if (head) this.write(head, 0);
        head = null;
        this.write(text, rows);
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

  private write(text: Uint8Array, rows: number): void {
    const { files, counts, warn } = this.options;
    try {
      let done = 0;
      while (done < text.length) done += writeSome(files, text, done);
      counts.writtenBytes += done;
      this.failed = false;
    } catch (error) {
      if (errno(error) === 'EPIPE') throw new Gone();
      if (errno(error) === '') throw error;
      counts.droppedRows += rows;
      if (!this.failed)
        warn('stdout', `Cannot write to stdout: ${errno(error)}; rows are dropped until it works again`);
      this.failed = true;
    }
  }
}

/** Bytes behind the last LF of a file, at most 64 KiB. */
function tornTail(files: Files, fd: number, size: number): number {
  const tail = new Uint8Array(Math.min(size, 65_536));
  const n = files.read(fd, tail, 0, tail.length, size - tail.length);
  const lf = tail.lastIndexOf(10, n - 1);
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
