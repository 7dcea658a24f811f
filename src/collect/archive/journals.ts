/** The two journals: one takes what comes, the other is being made good or waits for its turn. */
import { setImmediate as breath } from 'node:timers/promises';
import type { Catalog } from './catalog.ts';
import { Journal } from './journal.ts';
import type { Keys } from './keys.ts';
import type { StoredFile } from './stored.ts';
import type { Stats } from './types.ts';
import { replace, syncStaged } from './whole.ts';

/** From more than so many files on, the file system as a whole is made durable: a flush for each would take a slow card seconds. */
const fewest = 8;
/** Indexes written between two breaths: of thousands of new hosts they take most of a second, in which nobody would be answered. */
const some = 16;

export class Journals {
  private readonly catalog: Catalog;
  private readonly keys: Keys;
  private readonly stats: Stats;
  private readonly failed: (error: unknown) => void;
  private readonly bytes: number;
  private pair: [active: Journal, other: Journal] | null = null;
  /** Directories with names that are not durable yet. */
  private directories = new Set<string>();
  private checkpoint: Promise<void> | null = null;

  /** `failed`: called when what a journal holds cannot be made good. */
  constructor(catalog: Catalog, keys: Keys, stats: Stats, bytes: number, failed: (error: unknown) => void) {
    this.catalog = catalog;
    this.keys = keys;
    this.stats = stats;
    this.bytes = bytes;
    this.failed = failed;
  }

  get active(): Journal {
    if (this.pair === null) throw new Error('no journal is open');
    return this.pair[0];
  }

  get isBusy(): boolean {
    return this.checkpoint !== null;
  }

  /** Opens both, older first, or opens them again. Throws or rejects with a SystemError. */
  async open(): Promise<readonly Journal[]> {
    this.close();
    const { store, root } = this.catalog;
    const open = (name: string) => new Journal(store, `${root}/.sdr/${name}`, this.bytes);
    const first = open('journal.0');
    try {
      const second = open('journal.1');
      this.pair = first.counter > second.counter ? [first, second] : [second, first];
    } catch (error) {
      first.close();
      throw error;
    }
    const [newer, older] = this.pair;
    for (const journal of this.pair) {
      await journal.allocate();
      // After a kill it may be in memory only: a file must not have what a power cut then takes from the journal.
      await journal.sync();
    }
    return [older, newer];
  }

  close(): void {
    for (const journal of this.pair ?? []) journal.close();
    this.pair = null;
  }

  /** A file got its first bytes: names changed. */
  made(file: StoredFile): void {
    this.directories.add(file.path.slice(0, file.path.lastIndexOf('/')));
    this.directories.add(this.catalog.root);
  }

  /** Goes on in the other journal, and makes good what this one holds beside that. Rejects with a SystemError. */
  async turn(): Promise<void> {
    await this.checkpoint;
    if (this.pair === null) throw new Error('no journal is open');
    const [full, empty] = this.pair;
    if (empty.isUsed) throw new Error('the other journal is not made good');
    empty.begin(full.counter + 1);
    this.pair = [empty, full];
    this.checkpoint = this.makeGood([full])
      .catch(this.failed)
      .finally(() => {
        this.checkpoint = null;
      });
  }

  /** Resolves when no checkpoint is under way: before anything is closed that it uses. */
  async idle(): Promise<void> {
    await this.checkpoint;
  }

  /** Makes all that is known durable in its place, then frees both journals and begins one. Rejects with a SystemError. */
  async restart(): Promise<void> {
    await this.checkpoint;
    const [active, other] = this.pair ?? [];
    if (!active || !other) return;
    await this.makeGood(active.counter > other.counter ? [other, active] : [active, other]);
    active.begin(Math.max(active.counter, other.counter) + 1);
  }

  /** The same at the end. Rejects with a SystemError. */
  async finish(): Promise<void> {
    await this.checkpoint;
    if (this.pair)
      await this.makeGood(this.pair[0].counter > this.pair[1].counter ? [this.pair[1], this.pair[0]] : this.pair);
  }

  private async makeGood(journals: readonly Journal[]): Promise<void> {
    const from = performance.now();
    const { catalog } = this;
    const files = catalog.dirty;
    catalog.syncing = files;
    catalog.dirty = new Set();
    const { directories } = this;
    this.directories = new Set();
    const staged = await this.stage(directories);
    await this.sync(files, staged);
    for (const [at, path] of staged.entries()) {
      if (at % some === some - 1) await breath();
      replace(catalog.store, path);
    }
    await this.syncNames(directories);
    // From here on what they hold must never be applied again.
    for (const journal of journals) await journal.free();
    catalog.syncing = new Set();
    for (const file of files) catalog.forget(file);
    this.stats.checkpoints++;
    this.stats.latency.checkpoint.add(performance.now() - from);
  }

  /** Writes what the archive itself must know beside the old; returns the paths, and adds the directories that will change. */
  private async stage(directories: Set<string>): Promise<string[]> {
    const { store, root, known } = this.catalog;
    const paths: string[] = [];
    for (const host of [...known.values()].filter(({ isChanged }) => isChanged)) {
      if (paths.length % some === some - 1) await breath();
      host.stage(store);
      paths.push(host.index);
      directories.add(host.directory).add(`${host.directory}/.sdr`).add(root);
    }
    const keys = `${root}/.sdr/keys`;
    if (this.keys.stage(store, keys)) paths.push(keys);
    directories.add(`${root}/.sdr`);
    return paths;
  }

  private async sync(files: ReadonlySet<StoredFile>, staged: readonly string[]): Promise<void> {
    const { store, root, handles } = this.catalog;
    if (files.size + staged.length > fewest && (await store.syncAll(root))) return;
    for (const file of files) await handles.sync(file);
    for (const path of staged) await syncStaged(store, path);
  }

  private async syncNames(directories: ReadonlySet<string>): Promise<void> {
    const { store, root } = this.catalog;
    if (directories.size > fewest && (await store.syncAll(root))) return;
    for (const directory of directories) await store.syncDirectory(directory);
  }
}
