/** What the reading commands print: large pieces, in order, without copying what is passed on as it stands. */
import { SdrError } from '../errors.ts';
import type { Files } from '../host.ts';
import { errno } from '../host.ts';
import { Gone } from '../sink.ts';
import { Text } from '../text.ts';

const stdout = 1;
/** Bytes that are gathered before they are written. */
const enough = 65_536;
/** A run shorter than this is cheaper copied than written by itself. */
const short = 16_384;

/** Standard output. Throws {@link Gone} when nobody reads it any more. */
export class Output {
  private readonly files: Files;
  private readonly gathered = new Text();
  private run: Uint8Array = new Uint8Array(0);
  private from = 0;
  private until = 0;

  constructor(files: Files) {
    this.files = files;
  }

  /** Where rows that are spelled anew go; what was passed before them is ahead of them. Call {@link spelled} behind each. */
  text(): Text {
    this.endRun();
    return this.gathered;
  }

  spelled(): void {
    if (this.gathered.length >= enough) this.writeGathered();
  }

  /** Bytes as they stand in a buffer that stays as it is: neighbours become one write. */
  pass(bytes: Uint8Array, from: number, until: number): void {
    if (bytes !== this.run || from !== this.until) {
      this.endRun();
      this.run = bytes;
      this.from = from;
    }
    this.until = until;
  }

  flush(): void {
    this.endRun();
    this.writeGathered();
  }

  private endRun(): void {
    const { run, from, until } = this;
    if (until === from) return;
    this.from = this.until;
    if (until - from < short) {
      this.gathered.raw(run.subarray(from, until));
      this.spelled();
      return;
    }
    this.writeGathered();
    this.write(run, from, until);
  }

  private writeGathered(): void {
    this.write(this.gathered.bytes, 0, this.gathered.length);
    this.gathered.clear();
  }

  private write(bytes: Uint8Array, from: number, until: number): void {
    for (let at = from; at < until; ) at += this.some(bytes, at, until);
  }

  private some(bytes: Uint8Array, at: number, until: number): number {
    try {
      return this.files.write(stdout, bytes, at, until - at);
    } catch (error) {
      const code = errno(error);
      // A pipe that somebody made non-blocking is full: wait for its reader as a blocking one would.
      if (code === 'EAGAIN' || code === 'EINTR') return 0;
      if (code === 'EPIPE') throw new Gone();
      if (code === '') throw error;
      throw new SdrError('io', `Cannot write to stdout: ${code}`, error);
    }
  }
}

/** Writes through an {@link Output}; a reader that goes away (`| head`) ends it politely. */
export function printing(files: Files, write: (output: Output) => void): void {
  try {
    const output = new Output(files);
    write(output);
    output.flush();
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
  }
}
