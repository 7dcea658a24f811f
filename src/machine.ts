/**
 * One machine's kernel files, read at most once a tick however many recorders ask. Descriptors stay open; text goes into one
 * reused buffer and is parsed at once. A file that is missing is an answer (null), a broken one is a warning and null.
 */
import { ParseError, SdrError } from './errors.ts';
import type { Files, Space, System } from './host.ts';
import { errno } from './host.ts';
import { ascii, Scan, trimmed } from './parse.ts';
import type { Reading } from './reading.ts';
import { failureOf, isSettled, isStale, retry } from './reading.ts';
import { noSystem } from './tape-system.ts';

/** A kernel file and its parser. */
export interface Source<T> {
  readonly path: string;
  /** The kernel gives all of it to one read(2) (single_open), so no second read is needed to find its end; or: whether this much is enough. */
  readonly whole?: Whole;
  /** Read at most this often, milliseconds: for files that cost much and change little. */
  readonly every?: number;
  readonly make: () => T;
  /** Overwrites what the last tick left in `into`. Throws a ParseError. */
  readonly parse: (scan: Scan, into: T) => void;
}

type Whole = boolean | ((bytes: Uint8Array, length: number) => boolean);

/** What a source says at this tick; null when it is not there or broken. */
export type Handle<T> = () => T | null;

/** Tells a person something once per `condition`; what comes again is counted. */
export type Warn = (condition: string, message: string) => void;

export class Machine {
  /** CLOCK_MONOTONIC of this tick, milliseconds. */
  now = 0;
  private tick = 0;
  private readonly readings = new Map<unknown, () => Reading<unknown>>();
  private readonly closers: (() => void)[] = [];
  private readonly scan = new Scan();
  private size = 65_536;
  private buffer = new Uint8Array(this.size);
  private readonly files: Files;
  private readonly root: string;
  /** Whether these are the files of another machine, or of the host that a container runs on: `--root`. */
  readonly isElsewhere: boolean;
  /** Tells a person something once per condition. */
  readonly warn: Warn;
  /** Programs and what else is no file; `root` does not concern it, but see {@link space}. */
  readonly system: System;
  /** CLOCK_MONOTONIC at this moment, whole milliseconds: when an answer came that was asked for beside the tick. */
  readonly moment: () => number;

  /** `root` stands before every path; '' is the machine itself. */
  constructor(files: Files, root: string, warn: Warn, rest: Rest = {}) {
    this.files = files;
    this.root = root;
    this.isElsewhere = root !== '';
    this.warn = warn;
    this.system = rest.system ?? noSystem;
    this.moment = rest.moment ?? (() => this.now);
  }

  /** A new tick: every source is read again. */
  begin(now: number): void {
    this.now = now;
    this.tick++;
  }

  /** Gives all descriptors back. */
  close(): void {
    for (const close of this.closers) close();
  }

  /** What a source says at each tick; null when it is not there, and when it is broken, which is told once. */
  source<T>(source: Source<T>): Handle<T> {
    const read = this.reading(source);
    return () => {
      const { value, failure } = read();
      if (failure) this.warn(source.path, failure.message);
      return value;
    };
  }

  /**
   * What a source says at each tick, where nothing can be done without it. Throws a ParseError at a tick when it is broken or
   * gone, and an SdrError (`unavailable`, `permission`) now when this machine has no such file or keeps it to itself.
   */
  required<T>(source: Source<T>): () => T {
    const read = this.reading(source);
    const { path } = source;
    this.insist(path);
    return () => {
      const { value, failure } = read();
      if (value === null) throw failure ?? new ParseError(`There is no ${path}`);
      return value;
    };
  }

  private insist(path: string): void {
    try {
      this.files.stat(this.root + path);
    } catch (error) {
      const code = errno(error);
      if (code === 'EACCES' || code === 'EPERM')
        throw new SdrError('permission', `Cannot read ${path}: ${code}`, error);
      throw new SdrError('unavailable', `This machine has no ${path}`, error);
    }
  }

  /** The one reading of a source: parsed once a tick, shared by all who ask. */
  private reading<T>(source: Source<T>): () => Reading<T> {
    const known = this.readings.get(source);
    if (known) return known as () => Reading<T>;
    const made = this.opened(source);
    this.readings.set(source, made);
    return made;
  }

  private opened<T>(source: Source<T>): () => Reading<T> {
    const value = source.make();
    const reading: Reading<T> = { value: null, failure: null };
    let fd = -1;
    let tick = -1;
    let due = Number.NEGATIVE_INFINITY;
    const { path, every = 0, whole = false } = source;
    const reopened = (again: number): void => {
      fd = again;
    };
    this.closers.push(() => {
      if (fd >= 0) this.files.close(fd);
      fd = -1;
    });
    return () => {
      if (tick === this.tick) return reading;
      tick = this.tick;
      if (this.now < due) return reading;
      reading.value = null;
      reading.failure = null;
      due = Number.NEGATIVE_INFINITY;
      try {
        if (fd < 0) fd = this.files.open(this.root + path, 'read');
        const length = this.fill(fd, path, whole, reopened);
        this.scan.over(path, this.buffer, length);
        source.parse(this.scan, value);
        reading.value = value;
        due = this.now + every - 1;
      } catch (error) {
        reading.failure = failureOf(path, error);
        if (isSettled(error)) due = this.now + retry - 1;
      }
      return reading;
    };
  }

  /** Reads all of a file, from its first byte; reopens it when the descriptor has gone stale. */
  private fill(fd: number, path: string, whole: Whole, reopened: (fd: number) => void): number {
    try {
      return this.readAll(fd, whole);
    } catch (error) {
      if (!isStale(error)) throw error;
      try {
        this.files.close(fd);
      } catch {}
      reopened(-1);
      const again = this.files.open(this.root + path, 'read');
      reopened(again);
      return this.readAll(again, whole);
    }
  }

  private readAll(fd: number, whole: Whole): number {
    let length = 0;
    for (;;) {
      const room = this.size - length;
      const n = this.files.read(fd, this.buffer, length, room, length);
      length += n;
      if (n === room) this.grow();
      else if (n === 0 || whole === true || (whole !== false && whole(this.buffer, length))) return length;
    }
  }

  private grow(): void {
    this.size *= 2;
    const bigger = new Uint8Array(this.size);
    bigger.set(this.buffer);
    this.buffer = bigger;
  }

  /** A small attribute of /sys or a line of /proc, without its LF; null when it is not there. Not for every tick. */
  text(path: string): string | null {
    let fd = -1;
    try {
      fd = this.files.open(this.root + path, 'read');
      const n = this.files.read(fd, this.buffer, 0, 4096, 0);
      return ascii(this.buffer, 0, trimmed(this.buffer, n));
    } catch (error) {
      if (errno(error) === '') throw error;
      return null;
    } finally {
      if (fd >= 0) this.files.close(fd);
    }
  }

  /** A decimal number in a small file; NaN when it is missing or not one. */
  number(path: string): number {
    const text = this.text(path);
    return text !== null && /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  }

  /** The entries of a directory in bytewise order; null when it is not there. Not for every tick. */
  names(path: string): readonly string[] | null {
    try {
      return [...this.files.names(this.root + path)].sort();
    } catch (error) {
      if (errno(error) === '') throw error;
      return null;
    }
  }

  /** statfs(2) of a local file system, now; an errno when it fails. */
  space(path: string): Space | string {
    try {
      return this.system.space(this.root + path);
    } catch (error) {
      if (errno(error) === '') throw error;
      return errno(error);
    }
  }

  /** statfs(2) of a file system that may never answer, beside the tick; an errno when it fails or takes longer than `limit` milliseconds. */
  askSpace(path: string, limit: number, then: (answer: Space | string) => void): void {
    this.system.askSpace(this.root + path, limit, then);
  }

  exists(path: string): boolean {
    try {
      this.files.stat(this.root + path);
      return true;
    } catch {
      return false;
    }
  }
}

/** What a machine has beside its files. */
interface Rest {
  readonly system?: System;
  readonly moment?: () => number;
}
