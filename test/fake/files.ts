/**
 * Files in memory with what a power cut can do to them: data that was not fsynced is cut at any length or reads as NULs (delayed
 * allocation), names that were made, renamed or removed since the last sync of a directory come undone, latest first, as in a
 * journal. No symbolic links, no `..`.
 */
import type { Files, OpenMode, Space, Stat, SystemError } from '../../src/host.ts';
import type { Random } from './random.ts';
import { below } from './random.ts';

export class FakeError extends Error implements SystemError {
  readonly code: string;
  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

export interface Inode {
  readonly ino: number;
  readonly kind: Stat['kind'];
  bytes: Uint8Array;
  size: number;
  /** Bytes that a power cut leaves. */
  safe: number;
  /** What is on the disk while a truncation of it is not. */
  image: Uint8Array | null;
  links: number;
  mtime: number;
  mode: number;
}

interface Open {
  readonly inode: Inode;
  readonly path: string;
  readonly mode: OpenMode;
  position: number;
}

/** One name's change. */
interface Change {
  readonly entries: Map<string, Inode>;
  readonly name: string;
  readonly before: Inode | undefined;
}

/** What goes wrong with a call: an errno, the bytes that a write takes at most, or nothing. */
export type Fault = (call: keyof Files, path: string) => string | number | undefined;

/** What a file takes beside its bytes. */
const inodeBytes = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

export class FakeFiles implements Files {
  capacity = Number.POSITIVE_INFINITY;
  /** Bytes that others take of the disk. */
  filler = 0;
  /** False on FAT and exFAT. */
  hasLinks = true;
  fault: Fault | null = null;
  now: () => number = () => 0;
  dev = 1;
  /** Bytes that a read gives at most, whole lines of them, as the kernel's seq_file does. */
  page = Number.POSITIVE_INFINITY;
  private used = 0;
  private nextIno = 2;
  private readonly directories = new Map<string, Map<string, Inode>>();
  private readonly opened = new Map<number, Open>();
  private nextFd = 3;
  /** Changes of names that are not on the disk yet, a step each. */
  private journal: Change[][] = [];
  private readonly dirty = new Set<Inode>();
  /** Inodes without a name or a descriptor: their bytes are free. */
  private readonly gone = new WeakSet<Inode>();

  constructor() {
    this.directories.set('', new Map());
    for (const fd of [0, 1, 2]) this.connect(fd, this.make('other'));
  }

  /** Lets a descriptor be a file, a pipe or a terminal. */
  connect(fd: number, inode: Inode): void {
    inode.links++;
    this.opened.set(fd, { inode, path: `/proc/self/fd/${fd}`, mode: 'append', position: 0 });
  }

  /** What was written to a descriptor that is not a file. */
  said(fd: number): string {
    const { inode } = this.use(fd);
    return decoder.decode(inode.bytes.subarray(0, inode.size));
  }

  /** A file with its folders, safe from power cuts. */
  put(path: string, text: string | Uint8Array): Inode {
    this.folders(path.slice(0, path.lastIndexOf('/')));
    const bytes = typeof text === 'string' ? encoder.encode(text) : text;
    const { entries, name } = this.place(path);
    const inode = entries.get(name) ?? this.enter(entries, name, this.make('file'));
    this.used += bytes.length - inode.size;
    inode.bytes = bytes.slice();
    inode.size = bytes.length;
    inode.safe = bytes.length;
    inode.mtime = this.now();
    return inode;
  }

  folders(path: string): void {
    if (this.directories.has(path)) return;
    this.folders(path.slice(0, path.lastIndexOf('/')));
    this.mkdir(path);
    this.journal = [];
  }

  text(path: string): string {
    const inode = this.find(path);
    return decoder.decode(inode.bytes.subarray(0, inode.size));
  }

  has(path: string): boolean {
    const { entries, name } = this.place(path);
    return entries.has(name);
  }

  /** The file behind a name. */
  find(path: string): Inode {
    const fd = /^\/proc\/self\/fd\/(\d)$/.exec(path)?.[1];
    if (fd !== undefined) return this.use(Number(fd)).inode;
    const { entries, name } = this.place(path);
    const inode = entries.get(name);
    if (!inode) throw new FakeError('ENOENT', path);
    return inode;
  }

  open(path: string, mode: OpenMode, permissions = 0o644): number {
    this.trouble('open', path);
    const inode = mode === 'create' || mode === 'replace' ? this.created(path, mode, permissions) : this.find(path);
    if (mode !== 'read' && mode !== 'own' && inode.kind === 'directory') throw new FakeError('EISDIR', path);
    const fd = this.nextFd++;
    inode.links++;
    this.opened.set(fd, { inode, path, mode, position: 0 });
    return fd;
  }

  private created(path: string, mode: OpenMode, permissions: number): Inode {
    const { entries, name } = this.place(path);
    const known = entries.get(name);
    if (!known) {
      const inode = this.make('file');
      inode.mode = permissions;
      this.change([{ entries, name, inode }]);
      return inode;
    }
    if (mode === 'create') throw new FakeError('EEXIST', path);
    this.cut(known, 0);
    return known;
  }

  read(fd: number, into: Uint8Array, offset: number, length: number, position: number): number {
    const open = this.use(fd);
    this.trouble('read', open.path);
    const { inode } = open;
    if (inode.kind === 'directory') throw new FakeError('EISDIR', open.path);
    const from = position < 0 ? open.position : position;
    const most = Math.max(0, Math.min(length, inode.size - from));
    const n = most > this.page ? inode.bytes.lastIndexOf(10, from + this.page - 1) + 1 - from : most;
    into.set(inode.bytes.subarray(from, from + n), offset);
    if (position < 0) open.position += n;
    return n;
  }

  write(fd: number, from: Uint8Array, offset: number, length: number): number {
    const { inode, path, mode } = this.use(fd);
    if (mode === 'read' || mode === 'own') throw new FakeError('EBADF', path);
    const limit = this.trouble('write', path) ?? length;
    const room = inode.kind === 'file' ? this.room() : Number.POSITIVE_INFINITY;
    const n = Math.min(length, limit, room);
    if (n <= 0 && length > 0) throw new FakeError('ENOSPC', path);
    if (inode.size + n > inode.bytes.length) {
      const bigger = new Uint8Array(Math.max(256, inode.bytes.length * 2, inode.size + n));
      bigger.set(inode.bytes.subarray(0, inode.size));
      inode.bytes = bigger;
    }
    inode.bytes.set(n === from.length ? from : from.subarray(offset, offset + n), inode.size);
    inode.size += n;
    inode.mtime = this.now();
    if (inode.kind === 'file') {
      this.used += n;
      this.dirty.add(inode);
    }
    return n;
  }

  close(fd: number): void {
    const { inode } = this.use(fd);
    this.opened.delete(fd);
    this.release(inode);
  }

  fstat(fd: number): Stat {
    const { inode, path } = this.use(fd);
    this.trouble('fstat', path);
    return this.statOf(inode);
  }

  stat(path: string): Stat {
    this.trouble('stat', path);
    return this.statOf(this.find(path));
  }

  private statOf({ ino, size, mtime, kind, mode }: Inode): Stat {
    return { dev: this.dev, ino, size, mtime, kind, mode };
  }

  ftruncate(fd: number, length: number): void {
    const { inode, path } = this.use(fd);
    this.trouble('ftruncate', path);
    this.cut(inode, length);
  }

  private cut(inode: Inode, length: number): void {
    if (length > inode.size) throw new FakeError('EINVAL', 'a file that grows by ftruncate');
    if (length < inode.safe) {
      inode.image ??= inode.bytes.slice(0, inode.safe);
      inode.safe = length;
      this.dirty.add(inode);
    }
    this.used -= inode.size - length;
    inode.size = length;
  }

  fsync(fd: number): void {
    const { inode, path } = this.use(fd);
    this.trouble('fsync', path);
    // A journal is written in order: what was done before is safe as well.
    if (inode.kind === 'directory') this.journal = [];
    else this.save(inode);
  }

  private save(inode: Inode): void {
    inode.safe = inode.size;
    inode.image = null;
    this.dirty.delete(inode);
  }

  link(from: string, to: string): void {
    this.trouble('link', to);
    if (!this.hasLinks) throw new FakeError('EPERM', to);
    const inode = this.find(from);
    const { entries, name } = this.place(to);
    if (entries.has(name)) throw new FakeError('EEXIST', to);
    this.change([{ entries, name, inode }]);
  }

  rename(from: string, to: string): void {
    this.trouble('rename', to);
    const inode = this.find(from);
    const source = this.place(from);
    const target = this.place(to);
    this.change([
      { ...target, inode },
      { ...source, inode: undefined },
    ]);
  }

  unlink(path: string): void {
    this.trouble('unlink', path);
    if (this.find(path).kind === 'directory') throw new FakeError('EISDIR', path);
    this.change([{ ...this.place(path), inode: undefined }]);
  }

  mkdir(path: string): void {
    this.trouble('mkdir', path);
    const { entries, name } = this.place(path);
    if (entries.has(name)) throw new FakeError('EEXIST', path);
    const inode = this.make('directory');
    this.directories.set(path, new Map());
    this.change([{ entries, name, inode }]);
  }

  names(path: string): readonly string[] {
    this.trouble('names', path);
    const entries = this.directories.get(path);
    if (!entries) throw new FakeError('ENOENT', path);
    return [...entries.keys()];
  }

  space(path: string): Space {
    this.trouble('space', path);
    const free = Math.max(0, this.room());
    return { totalBytes: this.capacity, freeBytes: free, availableBytes: free, inodes: 0, inodesFree: 0 };
  }

  /** What was written so far reaches the disk, as it does after half a minute. */
  settle(): void {
    this.journal = [];
    for (const inode of this.dirty) this.save(inode);
  }

  /** The power goes, and comes again: descriptors are gone, and so is a part of what was not on the disk. */
  powerLoss(next: Random): void {
    for (const fd of [...this.opened.keys()]) if (fd > 2) this.close(fd);
    const kept = below(next, this.journal.length + 1);
    for (const changes of this.journal.splice(kept).reverse()) {
      for (const { entries, name, before } of changes.reverse()) this.enter(entries, name, before);
    }
    this.journal = [];
    for (const inode of this.dirty) this.lose(inode, next);
    this.dirty.clear();
  }

  private lose(inode: Inode, next: Random): void {
    const { size } = inode;
    if (inode.image && next() < 0.5) {
      inode.bytes = inode.image.slice();
      inode.size = inode.image.length;
    } else {
      const written = next() < 0.3 ? inode.safe : inode.safe + below(next, size - inode.safe + 1);
      // The size may have been written without the data.
      const grown = next() < 0.3 ? written + below(next, size - written + 1) : written;
      inode.bytes.fill(0, written, grown);
      inode.size = grown;
    }
    this.used += inode.size - size;
    this.save(inode);
  }

  private make(kind: Stat['kind']): Inode {
    if (kind === 'file' && this.room() < inodeBytes) throw new FakeError('ENOSPC', 'an inode');
    if (kind === 'file') this.used += inodeBytes;
    const mode = kind === 'directory' ? 0o755 : 0o644;
    const bytes = new Uint8Array(0);
    return { ino: this.nextIno++, kind, bytes, size: 0, safe: 0, image: null, links: 0, mtime: this.now(), mode };
  }

  private room(): number {
    return this.capacity - this.used - this.filler;
  }

  private change(changes: readonly { entries: Map<string, Inode>; name: string; inode: Inode | undefined }[]): void {
    const undone = changes.map(({ entries, name, inode }) => {
      const before = entries.get(name);
      this.enter(entries, name, inode);
      return { entries, name, before };
    });
    this.journal.push(undone);
  }

  private enter<T extends Inode | undefined>(entries: Map<string, Inode>, name: string, inode: T): T {
    const before = entries.get(name);
    if (inode) {
      inode.links++;
      // A removal came undone.
      if (this.gone.delete(inode) && inode.kind === 'file') this.used += inode.size + inodeBytes;
      entries.set(name, inode);
    } else entries.delete(name);
    if (before) this.release(before);
    return inode;
  }

  private release(inode: Inode): void {
    inode.links--;
    if (inode.links > 0 || this.gone.has(inode)) return;
    this.gone.add(inode);
    if (inode.kind === 'file') this.used -= inode.size + inodeBytes;
  }

  private use(fd: number): Open {
    const open = this.opened.get(fd);
    if (!open) throw new FakeError('EBADF', String(fd));
    return open;
  }

  private place(path: string): { entries: Map<string, Inode>; name: string } {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, slash);
    const entries = this.directories.get(folder);
    if (!entries) throw new FakeError(this.isFile(folder) ? 'ENOTDIR' : 'ENOENT', path);
    return { entries, name: path.slice(slash + 1) };
  }

  private isFile(path: string): boolean {
    if (path === '') return false;
    const slash = path.lastIndexOf('/');
    return this.directories.get(path.slice(0, slash))?.get(path.slice(slash + 1)) !== undefined;
  }

  /** Throws what the test wants; gives the most bytes that a write takes. */
  private trouble(call: keyof Files, path: string): number | undefined {
    const found = this.fault?.(call, path);
    if (typeof found === 'string') throw new FakeError(found, path);
    return found;
  }
}
