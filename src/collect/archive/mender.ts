/** Opens the archive, stops it when a disk fails, and tries again until it works. */
import { errno } from '../../host.ts';
import { WireError } from '../../wire/error.ts';
import type { Catalog } from './catalog.ts';
import type { Commits } from './commits.ts';
import { messageOf, refusal } from './failure.ts';
import { makeDirectory } from './hosts.ts';
import type { Journals } from './journals.ts';
import type { Keys } from './keys.ts';
import { Recovery } from './recovery.ts';
import type { Stats } from './types.ts';

/** Milliseconds from one trial to the next. */
const every = 1000;
/** A directory that is not ours is no fault that passes. */
const final = new Set(['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EROFS', 'ELOOP', 'ENAMETOOLONG']);

export class Mender {
  private readonly catalog: Catalog;
  private readonly journals: Journals;
  private readonly commits: Commits;
  private readonly keys: Keys;
  private readonly stats: Stats;
  private readonly report: (line: string) => void;
  private unlock: (() => void) | null = null;
  private trial: Promise<void> | null = null;
  private tried = Number.NEGATIVE_INFINITY;
  private isStopped = false;
  /** Why nothing is taken; null while all is well. */
  failure: WireError | null = new WireError(503, 'the collector is starting');

  constructor(
    catalog: Catalog,
    journals: Journals,
    commits: Commits,
    keys: Keys,
    stats: Stats,
    report: (line: string) => void,
  ) {
    this.catalog = catalog;
    this.journals = journals;
    this.commits = commits;
    this.keys = keys;
    this.stats = stats;
    this.report = report;
  }

  /** Rejects with an SdrError (`locked`) or a SystemError that will not pass. */
  async open(): Promise<void> {
    const { store, root } = this.catalog;
    makeDirectory(store, root);
    makeDirectory(store, `${root}/.sdr`);
    this.unlock = store.lock(`${root}/.sdr`);
    try {
      await this.recover();
    } catch (error) {
      const code = errno(error);
      // What has no errno is no disk that may come back.
      if (!/^E(?!RR_)/.test(code) || final.has(code)) {
        this.unlock();
        throw error;
      }
      this.stop(error);
    }
  }

  /** Takes nothing any more until a trial succeeds: what the journals hold is good, what is in memory may not be. */
  stop(error: unknown): void {
    if (!this.isStopped)
      this.report(`${this.catalog.root}: nothing is taken until it works again: ${messageOf(error)}`);
    this.isStopped = true;
    this.failure = refusal(error);
  }

  /** Tries again, beside everything else, when the last trial was long enough ago. */
  mend(now: number): void {
    if (this.unlock === null || this.trial || this.commits.isBusy || this.journals.isBusy) return;
    if (Math.abs(now - this.tried) < every) return;
    this.tried = now;
    this.trial = this.recover()
      .then(() => {
        this.isStopped = false;
        this.report(`${this.catalog.root}: works again`);
      })
      .catch((error) => this.stop(error))
      .finally(() => {
        this.trial = null;
      });
  }

  /** Rejects with a SystemError when not everything could be made durable in its place; the journal has it then. */
  async close(): Promise<void> {
    if (this.unlock === null) return;
    const { unlock } = this;
    this.unlock = null;
    const wasWell = this.failure === null;
    this.failure = new WireError(503, 'the collector is stopping');
    try {
      await this.commits.idle();
      await this.trial;
      await this.journals.idle();
      if (wasWell) await this.journals.finish();
    } finally {
      this.journals.close();
      this.catalog.clear();
      unlock();
    }
  }

  private async recover(): Promise<void> {
    const line = await new Recovery(this.catalog, this.journals, this.keys, this.stats).run();
    if (line !== '') this.report(line);
    if (this.unlock !== null) this.failure = null;
  }
}
