/**
 * Gzip on QuickJS: zlib is linked in, so no program has to be there, and a slice of a file is done between two ticks.
 */
import * as posix from 'sdr:posix';

/** Small enough that a slice takes some 10 ms on the smallest board. */
const slice = 32 * 1024;

function writeAll(fd: number, bytes: Uint8Array, length: number): void {
  let done = 0;
  while (done < length) {
    const count = posix.write(fd, bytes, done, length - done);
    if (count === 0) posix.fail('EIO', 'nothing could be written, write');
    done += count;
  }
}

/** Modes of posix.open. */
const mode = { read: 0, replace: 3, own: 4 } as const;

/** One file on its way into another. The first follows no link: root may compress where others can write. */
class Job {
  private readonly zip = posix.zip(6);
  private readonly input = new Uint8Array(slice);
  private readonly output = new Uint8Array(slice);
  private readonly from: number;
  private readonly to: number;
  constructor(from: string, to: string) {
    this.from = posix.open(from, mode.own, 0);
    try {
      this.to = posix.open(to, mode.replace, 0o666);
    } catch (error) {
      posix.close(this.from);
      throw error;
    }
  }

  /** Does one slice; returns whether it was the last. */
  step(): boolean {
    const length = posix.read(this.from, this.input, 0, slice, -1);
    const last = length === 0;
    for (let at = 0; ; ) {
      const { took, made, ended } = posix.pump(this.zip, this.input, at, length - at, this.output, last);
      writeAll(this.to, this.output, made);
      at += took;
      if (last ? ended : at === length && made < slice) return last;
    }
  }

  close(): void {
    posix.close(this.from);
    posix.close(this.to);
  }
}

/** Compresses `from` into `to` (replaced); what was begun is taken away again when it fails. */
export function gzip(from: string, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const job = new Job(from, to);
    const next = (): void => {
      try {
        if (!job.step()) {
          posix.at(posix.monotonic(), next);
          return;
        }
        job.close();
        resolve();
      } catch (error) {
        job.close();
        posix.unlink(to);
        reject(error);
      }
    };
    posix.at(posix.monotonic(), next);
  });
}

/** The text of a gzip file, chunk by chunk, each a buffer of its own; a file cut short ends in an error. */
export function* gunzip(path: string, how: 'read' | 'own' = 'read'): Generator<Uint8Array> {
  const fd = posix.open(path, mode[how], 0);
  try {
    yield* inflated(fd, path);
  } finally {
    posix.close(fd);
  }
}

function* inflated(fd: number, path: string): Generator<Uint8Array> {
  const zip = posix.zip(0);
  const input = new Uint8Array(slice);
  let whole = false;
  for (;;) {
    const length = posix.read(fd, input, 0, slice, -1);
    if (length === 0) break;
    let at = 0;
    let full = false;
    while (at < length || full) {
      const output = new Uint8Array(slice * 2);
      const { took, made, ended } = posix.pump(zip, input, at, length - at, output, false);
      at += took;
      whole = ended;
      full = made === output.length && !ended;
      if (made > 0) yield output.subarray(0, made);
    }
  }
  if (!whole) posix.fail('Z_BUF_ERROR', `unexpected end of file, gunzip '${path}'`);
}
