/** Group commit: one record of the journal and one fdatasync for all that waits, then the files, then the answers. */
import { errno } from '../../host.ts';
import type { WireError } from '../../wire/error.ts';
import type { Catalog } from './catalog.ts';
import { refusal } from './failure.ts';
import { Chunks, Group } from './group.ts';
import { headBytes, type Journal } from './journal.ts';
import type { Journals } from './journals.ts';
import type { Stats } from './types.ts';

export class Commits {
  private readonly catalog: Catalog;
  private readonly journals: Journals;
  private readonly stats: Stats;
  private readonly failed: (error: unknown) => void;
  private readonly chunks = new Chunks();
  private filling = new Group(this.chunks);
  private running: Promise<void> | null = null;
  private underWay = 0;
  /** Why bytes could not be written into a file, the last time. */
  failure: WireError | null = null;

  /** `failed`: called when the journal cannot be written. */
  constructor(catalog: Catalog, journals: Journals, stats: Stats, failed: (error: unknown) => void) {
    this.catalog = catalog;
    this.journals = journals;
    this.stats = stats;
    this.failed = failed;
  }

  /** What the next commit takes. */
  get group(): Group {
    return this.filling;
  }

  get pendingBytes(): number {
    return this.underWay + this.filling.pending;
  }

  get isBusy(): boolean {
    return this.running !== null;
  }

  /** Commits what waits when all that came at the same time has been taken. */
  start(): void {
    if (this.running !== null || this.filling.length === 0) return;
    this.running = new Promise((resolve) => {
      setImmediate(() => {
        this.run().then(() => {
          this.running = null;
          resolve();
        });
      });
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    this.start();
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    while (this.filling.length > 0) {
      const group = this.next();
      this.underWay = group.pending;
      try {
        await this.commit(group);
        this.underWay = 0;
        group.finish(null);
      } catch (error) {
        this.failed(error);
        this.underWay = 0;
        const failure = refusal(error);
        group.finish(failure);
        this.next().finish(failure);
      }
    }
  }

  private next(): Group {
    const group = this.filling;
    this.filling = new Group(this.chunks);
    return group;
  }

  private async commit(group: Group): Promise<void> {
    const { latency } = this.stats;
    const from = performance.now();
    if (!this.journals.active.hasRoom(group.length)) {
      await this.journals.turn();
      latency.wait.add(performance.now() - from);
    }
    const journal = this.journals.active;
    const pieces = group.pieces();
    const before = performance.now();
    let written = before;
    try {
      journal.write(pieces, group.length);
      written = performance.now();
      await journal.sync();
    } catch (error) {
      tryRetract(journal);
      throw error;
    }
    const synced = performance.now();
    this.apply(group);
    const applied = performance.now();
    latency.write.add(written - before);
    latency.sync.add(synced - written);
    latency.apply.add(applied - synced);
    latency.commit.add(applied - from);
    this.stats.commits++;
    this.stats.journaled += headBytes + group.length;
  }

  private apply(group: Group): void {
    const { catalog } = this;
    for (const file of group.files) {
      if (file.applied === 0) this.journals.made(file);
      catalog.dirty.add(file);
      try {
        file.apply(group, catalog.handles);
      } catch (error) {
        this.failure = refusal(error);
      }
    }
  }
}

/** On a disk that takes not even this, the record is one that nobody was told of: to find it later does no harm. */
function tryRetract(journal: Journal): void {
  try {
    journal.retract();
  } catch (error) {
    if (errno(error) === '') throw error;
  }
}
