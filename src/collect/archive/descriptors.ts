/** Descriptors of the files of the archive: some stay open, those that were used lately. */
import { errno } from '../../host.ts';
import type { Store } from './store.ts';
import type { StoredFile } from './stored.ts';

/** Files whose last bytes are kept in memory: more descriptors than that cost the kernel little, more tails cost us 4 kB each. */
const mostTails = 1024;

export class Handles {
  readonly store: Store;
  private readonly most: number;
  /** Called when a file is not open any more. */
  private readonly closed: (file: StoredFile) => void;
  /** In the order in which they are looked at: one that was used since goes to the end. */
  private readonly files = new Set<StoredFile>();
  /** Those whose last bytes are in memory, in the order in which they are looked at. */
  private readonly tails = new Set<StoredFile>();

  constructor(store: Store, most: number, closed: (file: StoredFile) => void) {
    this.store = store;
    this.most = Math.max(1, most);
    this.closed = closed;
  }

  /** The descriptor of a file; it and its directory are made when they are not there. Throws a SystemError. */
  open(file: StoredFile): number {
    file.isRecent = true;
    if (file.fd >= 0) return file.fd;
    file.fd = this.make(file.path);
    this.files.add(file);
    if (this.files.size > this.most) this.closeOne(file);
    return file.fd;
  }

  /** Whether a file may keep its last bytes in memory: beyond so many, in place of one that did not need its own lately. */
  mayKeepTail(file: StoredFile): boolean {
    const [oldest] = this.tails;
    if (oldest && this.tails.size >= mostTails) {
      this.tails.delete(oldest);
      if (oldest.isTailUsed) {
        oldest.isTailUsed = false;
        this.tails.add(oldest);
        return false;
      }
      oldest.forgetTail();
    }
    this.tails.add(file);
    return true;
  }

  private forgetTail(file: StoredFile): void {
    this.tails.delete(file);
    file.forgetTail();
  }

  /** Makes a file durable. Rejects with a SystemError. */
  async sync(file: StoredFile): Promise<void> {
    file.holds++;
    try {
      await this.store.sync(this.open(file));
    } finally {
      file.holds--;
    }
  }

  closeAll(): void {
    for (const file of this.files) this.store.close(file.fd);
    for (const file of this.files) file.fd = -1;
    this.files.clear();
    this.tails.clear();
  }

  private make(path: string): number {
    try {
      return this.store.open(path, true);
    } catch (error) {
      if (errno(error) !== 'ENOENT') throw error;
      this.store.mkdir(path.slice(0, path.lastIndexOf('/')));
      return this.store.open(path, true);
    }
  }

  /** Closes the one that was not used for longest, more or less; none when all are held. */
  private closeOne(but: StoredFile): void {
    let looks = 2 * this.files.size;
    for (const file of this.files) {
      if (looks-- === 0) return;
      if (file.isRecent || file.holds > 0 || file === but) {
        file.isRecent = false;
        this.files.delete(file);
        this.files.add(file);
        continue;
      }
      this.files.delete(file);
      this.store.close(file.fd);
      file.fd = -1;
      this.forgetTail(file);
      this.closed(file);
      return;
    }
  }
}
