/**
 * A disk in memory that knows what a power cut leaves: what was written and not made durable may be lost, wholly, in part or out of
 * order, by sectors of 512 bytes; names that were not made durable may be lost too. It also fails when told.
 */

import type { Store } from '../../../src/collect/archive/store.ts';
import { SdrError } from '../../../src/errors.ts';
import type { Random } from '../../fake/random.ts';
import { below } from '../../fake/random.ts';
import type { File, Moment, Naming, Node } from './inode.ts';
import { DiskError, keep, name, PowerCut, parent, resized, survivor, written } from './inode.ts';

export class Disk implements Store {
  /** Called before each call; throws what the call shall fail with. */
  before: (call: string) => void = () => {};
  /** Bytes that still fit. */
  room = Number.POSITIVE_INFINITY;
  /** How often a file was made durable. */
  syncs = 0;
  private readonly next: Random;
  private names_ = new Map<string, Node>([['', 'directory']]);
  private durableNames = new Map<string, Node>([['', 'directory']]);
  private namings: Naming[] = [];
  private readonly open_ = new Map<number, File>();
  private lastFd = 2;
  private changes = 0;
  private isDead = false;
  private isLocked = false;

  constructor(next: Random) {
    this.next = next;
  }

  /** What is left after the power is cut now, as a disk of its own. */
  cut(): Disk {
    this.isDead = true;
    const left = new Disk(this.next);
    const names = new Map(this.durableNames);
    const files = new Map<Node, Node>();
    for (const naming of this.namings.slice(0, below(this.next, this.namings.length + 1))) name(names, naming);
    for (const [path, node] of names) {
      if (node !== 'directory' && !files.has(node)) files.set(node, survivor(node, this.next));
      if (path === '' || names.has(parent(path))) left.names_.set(path, files.get(node) ?? node);
    }
    left.durableNames = new Map(left.names_);
    left.room = this.room;
    return left;
  }

  /** What is left when only the process dies. */
  kill(): Disk {
    this.isDead = true;
    const left = new Disk(this.next);
    left.names_ = this.names_;
    left.durableNames = this.durableNames;
    left.namings = this.namings;
    left.changes = this.changes;
    left.room = this.room;
    return left;
  }

  /** The content of a file; null when it is not there. */
  content(path: string): Buffer | null {
    const node = this.names_.get(path);
    return node === undefined || node === 'directory' ? null : node.cache;
  }

  paths(): readonly string[] {
    return [...this.names_].flatMap(([path, node]) => (node === 'directory' ? [] : [path]));
  }

  /** Changes a file behind everybody's back, durably. */
  damage(path: string, change: (bytes: Buffer) => Buffer | null): void {
    const node = this.names_.get(path);
    if (node === undefined || node === 'directory') throw new Error(`no file ${path}`);
    const changed = change(Buffer.from(node.cache));
    const file = changed && { cache: changed, durable: changed, changes: [] };
    for (const names of [this.names_, this.durableNames]) name(names, { path, node: file });
  }

  lock(directory: string): () => void {
    this.call('lock');
    if (this.isLocked) throw new SdrError('locked', `Cannot collect into ${directory}: somebody does`);
    this.isLocked = true;
    return () => {
      this.isLocked = false;
    };
  }

  open(path: string, create: boolean): number {
    this.call('open');
    let node = this.names_.get(path);
    if (node === 'directory') throw new DiskError('EISDIR');
    if (node === undefined) {
      if (!create || this.names_.get(parent(path)) !== 'directory') throw new DiskError('ENOENT');
      node = { cache: Buffer.alloc(0), durable: Buffer.alloc(0), changes: [] };
      this.name({ path, node });
    }
    this.open_.set(++this.lastFd, node);
    return this.lastFd;
  }

  close(fd: number): void {
    if (!this.open_.delete(fd) && !this.isDead) throw new DiskError('EBADF');
  }

  read(fd: number, into: Uint8Array, position: number): number {
    this.call('read');
    const found = this.file(fd).cache.subarray(position, position + into.length);
    into.set(found);
    return found.length;
  }

  write(fd: number, pieces: readonly Uint8Array[], position: number): number {
    this.call('write');
    const file = this.file(fd);
    const bytes = Buffer.concat(pieces);
    const more = Math.max(0, position + bytes.length - file.cache.length);
    const over = Math.max(0, more - this.room);
    const taken = bytes.subarray(0, bytes.length - over);
    if (taken.length === 0 && bytes.length > 0) throw new DiskError('ENOSPC');
    this.room -= more - over;
    file.changes.push({ number: ++this.changes, at: position, bytes: taken });
    file.cache = written(file.cache, position, taken);
    return taken.length;
  }

  truncate(fd: number, length: number): void {
    this.call('truncate');
    const file = this.file(fd);
    this.room += Math.max(0, file.cache.length - length);
    file.changes.push({ number: ++this.changes, length });
    file.cache = resized(file.cache, length);
  }

  size(fd: number): number {
    this.call('size');
    return this.file(fd).cache.length;
  }

  async sync(fd: number): Promise<void> {
    const file = this.file(fd);
    const moment = this.moment(file);
    await this.pause();
    try {
      this.call('sync');
    } catch (error) {
      // As Linux does: the pages count as clean, and the next sync succeeds.
      if (error instanceof DiskError) file.changes = file.changes.filter(() => this.next() < 0.5);
      throw error;
    }
    this.syncs++;
    keep(moment);
  }

  async syncAll(): Promise<boolean> {
    if (this.next() < 0.3) return false;
    const files = [...this.names_.values()].filter((node) => node !== 'directory');
    const moments = files.map((file) => this.moment(file));
    const namings = [...this.namings];
    await this.pause();
    try {
      this.call('syncAll');
    } catch (error) {
      if (error instanceof DiskError) return false;
      throw error;
    }
    for (const moment of moments) keep(moment);
    for (const naming of namings) name(this.durableNames, naming);
    this.namings = this.namings.filter((naming) => !namings.includes(naming));
    return true;
  }

  async syncDirectory(path: string): Promise<void> {
    const namings = this.namings.filter((naming) => parent(naming.path) === path.replace(/^\/$/, ''));
    await this.pause();
    this.call('syncDirectory');
    for (const naming of namings) name(this.durableNames, naming);
    this.namings = this.namings.filter((naming) => !namings.includes(naming));
  }

  mkdir(path: string): void {
    this.call('mkdir');
    if (this.names_.has(path)) throw new DiskError('EEXIST');
    if (this.names_.get(parent(path)) !== 'directory') throw new DiskError('ENOENT');
    this.name({ path, node: 'directory' });
  }

  rename(from: string, to: string): void {
    this.call('rename');
    const node = this.names_.get(from);
    if (node === undefined) throw new DiskError('ENOENT');
    this.name({ path: to, node });
    this.name({ path: from, node: null });
  }

  unlink(path: string): void {
    this.call('unlink');
    if (!this.names_.has(path)) throw new DiskError('ENOENT');
    this.name({ path, node: null });
  }

  names(path: string): readonly string[] {
    this.call('names');
    return [...this.names_.keys()]
      .filter((each) => each !== '' && parent(each) === path)
      .map((each) => each.slice(path.length + 1));
  }

  stat(path: string) {
    const node = this.names_.get(path);
    if (node === undefined) throw new DiskError('ENOENT');
    const size = node === 'directory' ? 0 : node.cache.length;
    return { size, mtimeMs: 0, isDirectory: () => node === 'directory' };
  }

  free(): number {
    this.call('free');
    return this.room;
  }

  private moment(file: File): Moment {
    return { file, cache: file.cache, last: this.changes };
  }

  private call(name: string): void {
    if (this.isDead) throw new PowerCut();
    this.before(name);
  }

  private file(fd: number): File {
    const file = this.open_.get(fd);
    if (file === undefined) throw new DiskError('EBADF');
    return file;
  }

  private name(naming: Naming): void {
    name(this.names_, naming);
    this.namings.push(naming);
  }

  private async pause(): Promise<void> {
    for (let turns = below(this.next, 4); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    if (this.isDead) throw new PowerCut();
  }
}
