/**
 * One file of a recorder for ever, `sysrec.krd`, without a header: what the predecessor's scripts and logrotate expect. Opened,
 * written once and closed for each sample, so it may be renamed at any time; a torn end is cut back when we begin.
 */
import type { Files } from '../../host.ts';
import { errno } from '../../host.ts';
import type { Counts } from '../../sink.ts';
import type { Claim, Standing } from './claim.ts';
import { Short } from './segment.ts';
import { repair } from './tail.ts';

export interface PlainOptions {
  readonly files: Files;
  readonly directory: string;
  /** `sysrec.krd` */
  readonly file: string;
  readonly claim: Claim;
  readonly fsync: boolean;
  readonly counts: Counts;
  readonly warn: (condition: string, message: string) => void;
}

export class PlainFile {
  readonly file: string;
  /** The last `time` written, milliseconds; -Infinity when unknown. */
  last = Number.NEGATIVE_INFINITY;
  private readonly options: PlainOptions;

  constructor(options: PlainOptions) {
    this.options = options;
    this.file = options.file;
  }

  private get path(): string {
    return `${this.options.directory}/${this.file}`;
  }

  /** Looks at the end of the file, whoever wrote it. */
  resume(_: Standing): void {
    const { files, warn } = this.options;
    try {
      const { cut, time } = repair(files, this.path);
      if (cut > 0) warn(`${this.path} torn`, `${this.path} ended inside a line: cut ${cut} bytes`);
      if (time !== '') this.last = Number(time) * 1000;
    } catch (error) {
      if (errno(error) !== 'ENOENT') throw error;
    }
  }

  /** Appends whole lines, the last of them due at `until`. Throws a SystemError; then nothing of them stays, or whole lines. */
  append(_: number, until: number, text: Uint8Array): void {
    const { files, fsync, counts } = this.options;
    const fd = this.open();
    try {
      const { size } = files.fstat(fd);
      const written = files.write(fd, text, 0, text.length);
      if (written < text.length) this.cut(fd, size, text, written);
      if (fsync) files.fsync(fd);
    } finally {
      files.close(fd);
    }
    this.last = until;
    counts.writtenBytes += text.length;
  }

  private open(): number {
    const { files } = this.options;
    try {
      return files.open(this.path, 'append');
    } catch (error) {
      if (errno(error) !== 'ENOENT') throw error;
      return files.open(this.path, 'create', 0o644);
    }
  }

  private cut(fd: number, size: number, text: Uint8Array, written: number): never {
    const whole = written === 0 ? 0 : text.lastIndexOf(10, written - 1) + 1;
    this.options.files.ftruncate(fd, size + whole);
    throw new Short(whole);
  }

  close(): void {
    this.options.claim.release();
  }
}
