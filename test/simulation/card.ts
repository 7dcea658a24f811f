/** The board's card: files that remember every name that was ever seen, and what was removed. */
import type { OpenMode } from '../../src/host.ts';
import { parseName } from '../../src/sinks/directory/names.ts';
import type { Inode } from '../fake/files.ts';
import { FakeFiles } from '../fake/files.ts';

export class Card extends FakeFiles {
  /** Every CSV name that ever was, power cuts or not. */
  readonly everSeen = new Set<string>();
  /** CSV files that were removed since {@link removed} was last emptied. */
  readonly removed = new Map<number, Inode>();
  private readonly complain: (fault: string) => void;

  constructor(complain: (fault: string) => void) {
    super();
    this.capacity = 64 * 2 ** 20;
    this.complain = complain;
  }

  /** Others fill it up to so many bytes. */
  fill(left: number): void {
    this.filler = 0;
    this.filler = Math.max(0, this.space('/').freeBytes - left);
  }

  override link(from: string, to: string): void {
    super.link(from, to);
    this.see(to);
  }

  override open(path: string, mode: OpenMode, permissions?: number): number {
    const fd = super.open(path, mode, permissions);
    if (mode === 'create') this.see(path);
    return fd;
  }

  private see(path: string): void {
    if (!isCsv(path)) return;
    if (this.everSeen.has(path)) this.complain(`${path} is used again`);
    this.everSeen.add(path);
  }

  override unlink(path: string): void {
    if (isCsv(path)) {
      const inode = this.find(path);
      this.removed.set(inode.ino, inode);
    }
    super.unlink(path);
  }

  /** The CSV files that are there, in the order in which they were made. */
  csv(directory: string): readonly { readonly path: string; readonly inode: Inode }[] {
    return this.names(directory)
      .map((name) => `${directory}/${name}`)
      .filter(isCsv)
      .map((path) => ({ path, inode: this.find(path) }))
      .sort((a, b) => a.inode.ino - b.inode.ino);
  }

  bytesOf(directory: string): number {
    return this.csv(directory).reduce((sum, { inode }) => sum + inode.size, 0);
  }
}

const isCsv = (path: string): boolean => parseName(path.slice(path.lastIndexOf('/') + 1)) !== null;
