/** Hosts and files as they are in the directory and in memory. */
import { Buffer } from 'node:buffer';
import { errno } from '../../host.ts';
import { isHost } from '../../wire/frame.ts';
import { Handles } from './descriptors.ts';
import { Host, isDirectory } from './hosts.ts';
import type { Store } from './store.ts';
import { StoredFile } from './stored.ts';
import { readFully } from './whole.ts';

/** Bytes that are looked through at a time for the last line of a file. */
const step = 65_536;

export class Catalog {
  readonly store: Store;
  readonly root: string;
  readonly handles: Handles;
  /** Files that are not durable yet, by journal: that of this epoch, and those being made good. */
  dirty = new Set<StoredFile>();
  syncing: ReadonlySet<StoredFile> = new Set();
  /** Hosts in memory, by name. */
  readonly known = new Map<string, Host>();
  private readonly report: (line: string) => void;

  constructor(store: Store, root: string, openFiles: number, report: (line: string) => void) {
    this.store = store;
    this.root = root;
    this.report = report;
    this.handles = new Handles(store, openFiles, (file) => this.forget(file));
  }

  /** A host by its name; one that nothing is stored of is not kept until {@link keep}. Throws a SystemError. */
  host(name: string): Host {
    const known = this.known.get(name);
    if (known) return known;
    const host = new Host(this.root, name);
    const hasIndex = host.load(this.store);
    if (hasIndex || isDirectory(this.store, host.directory)) this.keep(host);
    return host;
  }

  keep(host: Host): void {
    this.known.set(host.name, host);
  }

  /** The names of all hosts there are; that of one in memory costs no call. Throws a SystemError. */
  *names(): Generator<string, void, undefined> {
    const known = [...this.known.keys()];
    yield* known;
    const before = new Set(known);
    for (const name of this.store.names(this.root)) {
      if (!before.has(name) && isHost(name) && isDirectory(this.store, `${this.root}/${name}`)) yield name;
    }
  }

  /** A file that is there; null when it is not. Throws a SystemError. */
  file(host: Host, name: string, instance: string): StoredFile | null {
    const known = host.files.get(name);
    if (known) return known;
    const length = this.lengthOf(`${host.directory}/${name}`);
    return length === null ? null : new StoredFile(host.directory, host.name, instance, name, length);
  }

  /** Gives up all that is in memory: the directory is read anew. */
  clear(): void {
    this.handles.closeAll();
    this.known.clear();
    this.dirty = new Set();
    this.syncing = new Set();
  }

  /** Lets a file go that nobody has open and that is as durable as it will be. */
  forget(file: StoredFile): void {
    if (file.fd >= 0 || file.isMoving || this.dirty.has(file) || this.syncing.has(file)) return;
    const host = this.known.get(file.host);
    if (host?.files.get(file.name) === file) host.files.delete(file.name);
    for (const [recorder, { file: continued }] of host?.guests ?? []) {
      if (continued === file) host?.guests.delete(recorder);
    }
  }

  /** Bytes of a file up to its last whole line: what a power cut left behind that goes. Null when there is no file. Throws a SystemError. */
  private lengthOf(path: string): number | null {
    let fd: number;
    try {
      fd = this.store.open(path, false);
    } catch (error) {
      if (errno(error) === 'ENOENT') return null;
      throw error;
    }
    try {
      const size = this.store.size(fd);
      const length = this.wholeLines(fd, size);
      if (length < size) {
        this.store.truncate(fd, length);
        this.report(`${path}: ${size - length} bytes after the last whole line were cut off`);
      }
      return length;
    } finally {
      this.store.close(fd);
    }
  }

  private wholeLines(fd: number, size: number): number {
    for (let end = size; end > 0; ) {
      // One byte tells, nearly always.
      const from = Math.max(0, end - (end === size ? 1 : step));
      const bytes = Buffer.alloc(end - from);
      readFully(this.store, fd, bytes, from);
      const last = bytes.lastIndexOf(10);
      if (last >= 0) return from + last + 1;
      end = from;
    }
    return 0;
  }
}
