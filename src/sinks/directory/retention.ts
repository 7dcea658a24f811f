/**
 * Bounds what the recording takes of the disk: whole closed files go, oldest first, and those that every destination has before others:
 * one that a destination does not have is a loss, which is counted and said. It looks once a minute and when a file has changed, and
 * compresses one file at a time.
 */
import type { Engine, Files } from '../../host.ts';
import { errno } from '../../host.ts';
import { isLink, remove, syncDirectory } from '../../store.ts';
import { claimsIn } from './claim.ts';
import type { Delivered } from './delivered.ts';
import { deliveredTo, textLength } from './delivered.ts';
import { linesFrom } from './loss.ts';
import type { Name } from './names.ts';
import { byAge, dayMs, parseName, startOf } from './names.ts';

export interface Limits {
  /** Files of days that ended longer ago go, milliseconds; Infinity = keep all. */
  readonly keep: number;
  /** All files together, bytes. */
  readonly maxBytes: number;
  /** Free space of the file system: bytes, or a share of it when below 1. */
  readonly minFree: number;
  readonly compress: boolean;
}

interface Kept {
  readonly file: string;
  readonly name: Name;
  readonly size: number;
}

const every = 60_000;
/** Copies that were begun in this process: the recording may begin anew while one is made. */
let copies = 0;

export class Retention {
  private due = Number.NEGATIVE_INFINITY;
  private current: readonly string[] = [];
  private isCompressing = false;
  private readonly engine: Engine;
  private readonly files: Files;
  private readonly directory: string;
  private readonly limits: Limits;
  private readonly warn: (message: string) => void;
  private readonly lost: (rows: number) => void;

  /** `lost` counts rows that went before every destination had them. */
  constructor(
    engine: Engine,
    directory: string,
    limits: Limits,
    warn: (message: string) => void,
    lost: (rows: number) => void = () => {},
  ) {
    this.engine = engine;
    this.files = engine.files;
    this.directory = directory;
    this.limits = limits;
    this.warn = warn;
    this.lost = lost;
  }

  /** After a tick at `now` (monotonic milliseconds); the files of `open` are being written. */
  tick(now: number, open: readonly { readonly file: string }[]): void {
    if (now < this.due && !this.hasChanged(open)) return;
    this.due = now + every;
    this.current = open.map(({ file }) => file);
    try {
      this.enforce();
    } catch (error) {
      if (errno(error) === '') throw error;
      this.warn(`Cannot tidy up ${this.directory}: ${errno(error)}`);
    }
  }

  private hasChanged(open: readonly { readonly file: string }[]): boolean {
    for (let i = 0; i < open.length; i++) if (open[i]?.file !== this.current[i]) return true;
    return false;
  }

  /** Files that other recorders write, or would go on with. */
  private claimed(): readonly string[] {
    return claimsIn(this.files, `${this.directory}/.sdr`).map(({ standing }) => standing.file);
  }

  private enforce(): void {
    const { keep, maxBytes, minFree, compress } = this.limits;
    const isBounded = Number.isFinite(keep) || Number.isFinite(maxBytes) || minFree > 0;
    if (!isBounded && !compress) return;
    const open = new Set([...this.current, ...this.claimed()]);
    const kept = this.kept();
    const closed = kept.filter(({ file }) => !open.has(file)).sort((a, b) => byAge(a.name, b.name));
    const delivered = deliveredTo(this.files, this.directory, this.engine.clock.wall());
    const hasAll = (each: Kept) => delivered.every((to) => this.missing(each, to) <= 0);
    let bytes = kept.reduce((sum, { size }) => sum + size, 0);
    const oldest = this.engine.clock.wall() - keep;
    while (closed[0]) {
      const isOld = startOf(closed[0].name.day) + dayMs <= oldest;
      if (!isOld && bytes <= maxBytes && !this.isTight()) break;
      const at = isOld ? 0 : Math.max(0, closed.findIndex(hasAll));
      const [gone] = closed.splice(at, 1);
      if (!gone) break;
      this.mourn(gone, delivered);
      remove(this.files, `${this.directory}/${gone.file}`);
      bytes -= gone.size;
    }
    // A link could lead anywhere: what it leads to is none of our files, and may be nothing that everybody should read.
    const isOurs = ({ file, name }: Kept) => !name.compressed && !isLink(this.files, `${this.directory}/${file}`);
    if (compress) this.compress(closed.find((each) => isOurs(each) && hasAll(each))?.file);
  }

  /** Bytes of a file's text that a destination does not have. */
  private missing({ file, name }: Kept, { next }: Delivered): number {
    const length = textLength(this.files, `${this.directory}/${file}`, name.compressed);
    return length - (next.get(file.replace(/\.gz$/, '')) ?? 0);
  }

  /** Says and counts what is lost with a file that is about to go. */
  private mourn(each: Kept, delivered: readonly Delivered[]): void {
    const without = delivered.filter((to) => this.missing(each, to) > 0);
    if (without.length === 0) return;
    const least = Math.min(...without.map(({ next }) => next.get(each.file.replace(/\.gz$/, '')) ?? 0));
    const rows = linesFrom(this.engine, `${this.directory}/${each.file}`, least) - (least === 0 ? 1 : 0);
    this.lost(rows);
    const names = without.map(({ to }) => to).join(' and ');
    this.warn(`${each.file} had to go before ${names} had all of it: ${rows} rows are lost there`);
  }

  private kept(): Kept[] {
    const kept: Kept[] = [];
    for (const file of this.files.names(this.directory)) {
      const name = parseName(file);
      if (name) kept.push({ file, name, size: this.files.stat(`${this.directory}/${file}`).size });
    }
    return kept;
  }

  /** Whether the file system has less room than it must keep. */
  private isTight(): boolean {
    const { minFree } = this.limits;
    if (minFree === 0) return false;
    const { availableBytes, totalBytes } = this.files.space(this.directory);
    return availableBytes < (minFree < 1 ? minFree * totalBytes : minFree);
  }

  /** One file at a time, beside the ticks. The original goes when its copy is whole and on the disk. */
  private compress(file: string | undefined): void {
    if (file === undefined || this.isCompressing) return;
    this.isCompressing = true;
    const from = `${this.directory}/${file}`;
    const temporary = `${this.directory}/.sdr/.${file}.${copies++}.gz`;
    this.engine.gzip(from, temporary).then(
      () => {
        this.isCompressing = false;
        this.swap(temporary, from);
        this.due = Number.NEGATIVE_INFINITY;
      },
      (error: unknown) => {
        this.isCompressing = false;
        remove(this.files, temporary);
        this.warn(`Cannot compress ${from}: ${errno(error)}`);
      },
    );
  }

  private swap(temporary: string, from: string): void {
    const fd = this.files.open(temporary, 'read');
    this.files.fsync(fd);
    this.files.close(fd);
    this.files.rename(temporary, `${from}.gz`);
    syncDirectory(this.files, this.directory);
    remove(this.files, from);
  }
}
