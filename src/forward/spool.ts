/**
 * The files of a directory as a queue: which there are and how long they are by now. It looks often and reads little: a listing
 * when the directory has changed, the length of a file that may have grown.
 */
import type { Engine, Files } from '../host.ts';
import { errno } from '../host.ts';
import { textLength } from '../sinks/directory/delivered.ts';
import { instanceOf } from '../sinks/directory/instance.ts';
import type { Name } from '../sinks/directory/names.ts';
import { byAge, parseName } from '../sinks/directory/names.ts';
import { isLink } from '../store.ts';

export interface Segment {
  /** Its name, without `.gz`. */
  readonly file: string;
  readonly name: Name;
  /** Bytes of its text. */
  size: number;
  /** Whether rows may still come. */
  isLive: boolean;
  /** When it was last seen growing, monotonic milliseconds. */
  grown: number;
}

/** Who is told of what a file that is only appended to should not do. */
export interface Watcher {
  gone(segment: Segment): void;
  shrunk(segment: Segment): void;
}

/** A name in a directory is looked for at least this often, and a file that nobody seems to write (milliseconds). */
const slow = 60_000;
/** One that grew so recently is looked at each time. */
const recent = 5 * 60_000;
/** Coarser times of directories than this there are none. */
const grain = 3000;

type World = Pick<Engine, 'files' | 'clock' | 'pid'>;

export class Spool {
  /** By name, oldest first. */
  segments: ReadonlyMap<string, Segment> = new Map();
  /** Which directory this is. */
  instance = '';
  readonly directory: string;
  private readonly engine: World;
  private readonly files: Files;
  private readonly told: Watcher;
  private listed = Number.NEGATIVE_INFINITY;
  private changed = Number.NaN;

  constructor(engine: World, directory: string, told: Watcher) {
    this.engine = engine;
    this.files = engine.files;
    this.directory = directory;
    this.told = told;
  }

  /** Looks again. Throws a SystemError when the directory cannot be read; then all is as it was. */
  look(): void {
    const now = this.engine.clock.monotonic();
    const { mtime } = this.files.stat(this.directory);
    const isFresh = Math.abs(this.engine.clock.wall() - mtime) < grain;
    if (mtime !== this.changed || isFresh || now - this.listed >= slow) this.list(now);
    else for (const segment of this.segments.values()) if (segment.isLive) this.measure(segment, now);
    this.changed = isFresh ? Number.NaN : mtime;
  }

  /** The path of a file; compressed, its name has `.gz`. */
  path({ file, name }: Segment): string {
    return `${this.directory}/${file}${name.compressed ? '.gz' : ''}`;
  }

  private list(now: number): void {
    const names = new Set(this.files.names(this.directory));
    this.instance = instanceOf(this.engine, this.directory);
    const before = this.segments;
    const found = new Map<string, Segment>();
    for (const entry of names) {
      const name = parseName(entry);
      if (!name) continue;
      const file = name.compressed ? entry.slice(0, -3) : entry;
      // While a file is compressed there are both.
      if (name.compressed && names.has(file)) continue;
      const segment = this.segmentOf(file, name, before.get(file), now);
      if (segment) found.set(file, segment);
    }
    this.segments = new Map([...found].sort(([, a], [, b]) => byAge(a.name, b.name)));
    this.listed = now;
    this.markLive(now);
    for (const segment of before.values()) if (!found.has(segment.file)) this.told.gone(segment);
  }

  private segmentOf(file: string, name: Name, known: Segment | undefined, now: number): Segment | null {
    if (known && known.name.compressed === name.compressed) {
      if (!name.compressed) this.measure(known, now);
      return known;
    }
    const path = `${this.directory}/${file}${name.compressed ? '.gz' : ''}`;
    // Whatever a link leads to is none of our files, and may be nothing that anybody should see.
    if (isLink(this.files, path)) return null;
    try {
      const size = textLength(this.files, path, name.compressed);
      return { file, name, size, isLive: !name.compressed, grown: known ? known.grown : Number.NEGATIVE_INFINITY };
    } catch (error) {
      if (errno(error) === '') throw error;
      return null;
    }
  }

  private measure(segment: Segment, now: number): void {
    try {
      const { size } = this.files.stat(this.path(segment));
      if (size > segment.size) segment.grown = now;
      const isShorter = size < segment.size;
      segment.size = size;
      if (!isShorter) return;
      // It may be another one.
      this.listed = Number.NEGATIVE_INFINITY;
      this.told.shrunk(segment);
    } catch (error) {
      if (errno(error) === '') throw error;
      // The next listing says what has become of it.
      this.listed = Number.NEGATIVE_INFINITY;
    }
  }

  /** The newest file of each recorder, by day and by revision, and what grew lately. */
  private markLive(now: number): void {
    const newest = new Map<string, Segment>();
    const highest = new Map<string, Segment>();
    for (const segment of this.segments.values()) {
      const { recorder, revision } = segment.name;
      newest.set(recorder, segment);
      if (revision >= (highest.get(recorder)?.name.revision ?? 0)) highest.set(recorder, segment);
    }
    for (const segment of this.segments.values()) {
      const { recorder, compressed } = segment.name;
      const isLast = newest.get(recorder) === segment || highest.get(recorder) === segment;
      segment.isLive = !compressed && (isLast || now - segment.grown < recent);
    }
  }
}
