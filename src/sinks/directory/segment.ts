/**
 * One recorder's file in a directory: which one it is, and appending to it. Each sample is one write to a descriptor opened for
 * it. A file is continued only while it is surely ours; otherwise the next name is taken, and no name is taken twice.
 */
import type { Files } from '../../host.ts';
import { errno } from '../../host.ts';
import type { Counts, Stream } from '../../sink.ts';
import { createWhole, exists, syncDirectory } from '../../store.ts';
import { utf8 } from '../../text.ts';
import type { Claim, Standing } from './claim.ts';
import { dayMs, dayOf, fileName, parseName, startOf } from './names.ts';
import type { Tail } from './tail.ts';
import { beginsWith, repair } from './tail.ts';

export interface SegmentOptions {
  readonly files: Files;
  readonly directory: string;
  readonly claim: Claim;
  readonly stream: Stream;
  readonly boot: string;
  readonly pid: number;
  readonly fsync: boolean;
  /** Bytes at which the next name is taken. */
  readonly maxFile: number;
  readonly counts: Counts;
  readonly warn: (condition: string, message: string) => void;
}

/** The name leads to no file of ours: it is gone, a link, or a directory. */
const elsewhere = new Set(['ENOENT', 'ELOOP', 'EISDIR', 'ENOTDIR']);

export class Segment {
  /** The name of the file that rows go to; '' before there is one. */
  file = '';
  /** The last `time` written, milliseconds; -Infinity when unknown. */
  last = Number.NEGATIVE_INFINITY;
  /** The day of the file, days since the epoch. */
  private day = Number.NaN;
  private size = 0;
  private dev = 0;
  private ino = 0;
  private readonly head: Uint8Array;
  private readonly options: SegmentOptions;

  constructor(options: SegmentOptions) {
    this.options = options;
    this.head = utf8(options.stream.head);
  }

  /** Goes on where the writer before stopped, if that file is of this boot and has our header. */
  resume(before: Standing): void {
    if (before.boot !== this.options.boot) this.mendAll();
    else if (before.file !== '') this.proceed(before);
  }

  /** The power may have gone: whatever was written shortly before may be torn, not the last file alone. */
  private mendAll(): void {
    const { files, directory, stream, warn } = this.options;
    for (const file of files.names(directory)) {
      const name = parseName(file);
      if (name?.recorder !== stream.name || name.compressed) continue;
      try {
        if (files.stat(`${directory}/${file}`).kind === 'file') this.mend(file);
      } catch (error) {
        if (errno(error) === '') throw error;
        warn(`${directory}/${file}`, `Cannot look at the end of ${directory}/${file}: ${errno(error)}`);
      }
    }
  }

  private mend(file: string): Tail {
    const { files, directory, warn } = this.options;
    const path = `${directory}/${file}`;
    const tail = repair(files, path);
    if (tail.cut > 0) warn(`${path} torn`, `${path} ended inside a line: cut ${tail.cut} bytes`);
    return tail;
  }

  /** Nothing of a file is touched before it is known to be ours: the name may be a link, a pipe or somebody else's by now. */
  private proceed(before: Standing): void {
    const { files, directory, stream } = this.options;
    const path = `${directory}/${before.file}`;
    try {
      const name = parseName(before.file);
      const { dev, ino, kind, size } = files.stat(path);
      const inode = `${dev}:${ino}`;
      const isOurs = kind === 'file' && (before.inode || inode) === inode && size >= before.size;
      if (name?.recorder !== stream.name || !isOurs || !beginsWith(files, path, this.head)) return;
      const tail = this.mend(before.file);
      if (tail.time !== '' && tail.time.includes('.') !== stream.fractional) return;
      this.file = before.file;
      this.day = startOf(name.day) / dayMs;
      this.size = tail.size;
      this.dev = dev;
      this.ino = ino;
      if (tail.time !== '') this.last = Number(tail.time) * 1000;
    } catch (error) {
      if (!elsewhere.has(errno(error))) throw error;
    }
  }

  /** Whether rows of this time go to another file than the last ones. */
  isNew(time: number): boolean {
    const { maxFile } = this.options;
    if (this.file === '' || time <= this.last || this.size >= maxFile) return true;
    return Math.floor(time / dayMs) !== this.day;
  }

  /** Appends whole lines, the first of them due at `from`, the last at `until`. Throws a SystemError; then nothing of them stays, or whole lines. */
  append(from: number, until: number, text: Uint8Array): void {
    try {
      if (this.isNew(from) || !this.extend(text)) this.begin(dayOf(from), text);
    } catch (error) {
      // Some of the rows are there: a clock that falls back among them must not write their times again.
      if (error instanceof Short && error.kept > 0) this.last = until;
      throw error;
    }
    this.last = until;
    this.options.counts.writtenBytes += text.length;
  }

  /** False when the file is not what it was: it vanished, shrank or is another one. */
  private extend(text: Uint8Array): boolean {
    const { files, directory, fsync } = this.options;
    let fd: number;
    try {
      fd = files.open(`${directory}/${this.file}`, 'append');
    } catch (error) {
      if (elsewhere.has(errno(error))) return false;
      throw error;
    }
    try {
      const { size, dev, ino } = files.fstat(fd);
      if (size < this.size || dev !== this.dev || ino !== this.ino) return false;
      this.size = size + this.write(fd, size, text);
      if (fsync) files.fsync(fd);
    } finally {
      files.close(fd);
    }
    return true;
  }

  /** One write; a part of it that got in is cut back to whole lines. A file that cannot be cut is left for a new one. */
  private write(fd: number, size: number, text: Uint8Array): number {
    const { files } = this.options;
    const { length } = text;
    const written = files.write(fd, text, 0, length);
    if (written === length) return written;
    const whole = written === 0 ? 0 : text.lastIndexOf(10, written - 1) + 1;
    const { file } = this;
    this.file = '';
    files.ftruncate(fd, size + whole);
    this.file = file;
    this.size = size + whole;
    throw new Short(whole);
  }

  /** Takes the next free name and puts header and rows into it at once. */
  private begin(day: string, text: Uint8Array): void {
    const { files, directory, stream, pid, fsync } = this.options;
    const bytes = new Uint8Array(this.head.length + text.length);
    bytes.set(this.head);
    bytes.set(text, this.head.length);
    for (;;) {
      const name = this.reserve(day);
      const path = `${directory}/${name}`;
      try {
        if (!exists(files, `${path}.gz`)) {
          createWhole(files, path, `${directory}/.sdr/.${stream.name}.${pid}.csv`, bytes, fsync);
          if (fsync) syncDirectory(files, directory);
          const { dev, ino } = files.stat(path);
          this.file = name;
          this.day = startOf(day) / dayMs;
          this.size = bytes.length;
          this.dev = dev;
          this.ino = ino;
          return;
        }
      } catch (error) {
        if (errno(error) !== 'EEXIST') throw error;
      }
    }
  }

  /**
   * The next name, written down before it is used and safe from a power cut: rows of a file that was lost with the power may
   * lie on a collector already under that name.
   */
  private reserve(day: string): string {
    const { claim, stream } = this.options;
    const { standing } = claim;
    const known = this.highest();
    const top = Math.max(standing.revision, known.revision);
    const isLater = day > standing.day && day > known.day;
    const revision = isLater ? 0 : top + 1;
    const file = fileName(stream.name, day, revision);
    const before = { ...standing };
    Object.assign(standing, {
      file,
      inode: '',
      size: 0,
      day: [day, standing.day, known.day].sort().at(-1),
      revision: Math.max(top, revision),
    });
    try {
      claim.update(true);
    } catch (error) {
      Object.assign(standing, before);
      throw error;
    }
    return file;
  }

  /** The highest day and revision among the files that are there: they count even when `.sdr` was lost. */
  private highest(): { day: string; revision: number } {
    const { files, directory, stream } = this.options;
    let day = '';
    let revision = 0;
    for (const each of files.names(directory)) {
      const name = parseName(each);
      if (name?.recorder !== stream.name) continue;
      if (name.day > day) day = name.day;
      revision = Math.max(revision, name.revision);
    }
    return { day, revision };
  }

  /** Writes down how the file ends. */
  close(): void {
    const { claim } = this.options;
    claim.standing.inode = this.ino === 0 ? '' : `${this.dev}:${this.ino}`;
    claim.standing.size = this.size;
    if (Number.isFinite(this.last)) claim.standing.time = this.last;
    claim.release();
  }
}

/** A write that the file system took only a part of. */
export class Short extends Error {
  readonly code = 'ENOSPC';
  /** Bytes that stayed, in whole lines. */
  readonly kept: number;
  constructor(kept: number) {
    super('ENOSPC: short write');
    this.kept = kept;
  }
}
