/**
 * Bounds what the recording takes of the disk: whole closed files go, oldest first. It looks once a minute and when a file has
 * changed, and does one thing at a time.
 */
import type { Engine, Files } from '../../host.ts';
import { errno } from '../../host.ts';
import { remove, syncDirectory } from '../../store.ts';
import { claimsIn } from './claim.ts';
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

export class Retention {
  private due = Number.NEGATIVE_INFINITY;
  private current: readonly string[] = [];
  private isCompressing = false;
  private readonly engine: Engine;
  private readonly files: Files;
  private readonly directory: string;
  private readonly limits: Limits;
  private readonly warn: (message: string) => void;

  constructor(engine: Engine, directory: string, limits: Limits, warn: (message: string) => void) {
    this.engine = engine;
    this.files = engine.files;
    this.directory = directory;
    this.limits = limits;
    this.warn = warn;
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
    let bytes = kept.reduce((sum, { size }) => sum + size, 0);
    const oldest = this.engine.clock.wall() - keep;
    while (closed[0]) {
      const isOld = startOf(closed[0].name.day) + dayMs <= oldest;
      if (!isOld && bytes <= maxBytes && !this.isTight()) break;
      remove(this.files, `${this.directory}/${closed[0].file}`);
      bytes -= closed[0].size;
      closed.shift();
    }
    if (compress) this.compress(closed.find(({ name }) => !name.compressed)?.file);
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
    const temporary = `${this.directory}/.sdr/.${file}.gz`;
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
