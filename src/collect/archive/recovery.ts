/** What a crash left: the journals are applied again, as far as they are whole. */
import { dirname } from 'node:path';
import { errno } from '../../host.ts';
import type { Catalog } from './catalog.ts';
import type { Entry } from './entries.ts';
import { entriesOf } from './entries.ts';
import { type Host, makeDirectory } from './hosts.ts';
import type { Journals } from './journals.ts';
import type { Keys } from './keys.ts';
import { StoredFile } from './stored.ts';
import type { Stats } from './types.ts';
import { writeAll } from './whole.ts';

/** The directory may be new, too; above it there may be nothing for us to open. */
async function syncParent({ store, root }: Catalog): Promise<void> {
  try {
    await store.syncDirectory(dirname(root));
  } catch (error) {
    if (errno(error) !== 'EACCES') throw error;
  }
}

type Bytes = Extract<Entry, { kind: 'bytes' }>;

export class Recovery {
  private readonly catalog: Catalog;
  private readonly journals: Journals;
  private readonly keys: Keys;
  private readonly stats: Stats;
  private recovered = 0;
  private lost = 0;
  private truncated = 0;
  /** How far each file is by what was replayed, and the keys of requests that brought it so far. */
  private readonly ends = new Map<StoredFile, number>();
  private readonly brought = new Map<StoredFile, { readonly key: string; readonly end: number }[]>();
  /** The file of the entry before; null when that was left out. */
  private last: StoredFile | null = null;

  constructor(catalog: Catalog, journals: Journals, keys: Keys, stats: Stats) {
    this.catalog = catalog;
    this.journals = journals;
    this.keys = keys;
    this.stats = stats;
  }

  /** Does all of it; returns a line that says what there was to do, '' when it was nothing. Throws a SystemError. */
  async run(): Promise<string> {
    const { catalog, journals, keys, stats } = this;
    catalog.clear();
    makeDirectory(catalog.store, catalog.root);
    makeDirectory(catalog.store, `${catalog.root}/.sdr`);
    keys.load(catalog.store, `${catalog.root}/.sdr/keys`);
    for (const journal of await journals.open()) {
      for (const payload of journal.payloads()) for (const entry of entriesOf(payload)) this.apply(entry);
      this.truncated += journal.truncated;
    }
    await journals.restart();
    await catalog.store.syncDirectory(catalog.root);
    await syncParent(catalog);
    stats.recovered += this.recovered;
    stats.lost += this.lost;
    stats.truncated += this.truncated;
    return this.summary();
  }

  private summary(): string {
    const { recovered, truncated, lost } = this;
    if (recovered + truncated + lost === 0) return '';
    const cut = truncated === 0 ? '' : `; ${truncated} bytes from a torn record on were cut off`;
    const missing = lost === 0 ? '' : `; ${lost} frames were left out, because what precedes them is gone`;
    return `${this.catalog.root}: the last run did not end well: ${recovered} frames were taken from the journal${cut}${missing}`;
  }

  private apply(entry: Entry): void {
    if (entry.kind === 'key') {
      this.know(entry.key, entry.rows);
      return;
    }
    const host = this.catalog.host(entry.host);
    this.catalog.keep(host);
    if (entry.kind === 'bytes') this.write(host, entry);
    else host.become(entry.machine);
  }

  /** A key follows the bytes that its request brought. */
  private know(key: string, rows: number): void {
    if (this.last === null) return;
    const known = this.brought.get(this.last) ?? [];
    known.push({ key, end: this.ends.get(this.last) ?? 0 });
    this.brought.set(this.last, known);
    this.keys.add(key, rows);
  }

  /** Bytes that were journaled, but could not be stored then: others came in their place. */
  private back(file: StoredFile, fd: number, offset: number): void {
    this.catalog.store.truncate(fd, offset);
    file.applied = offset;
    const known = this.brought.get(file) ?? [];
    for (const { key, end } of known) if (end > offset) this.keys.remove(key);
    this.brought.set(
      file,
      known.filter(({ end }) => end <= offset),
    );
  }

  private write(host: Host, { instance, name, offset, bytes }: Bytes): void {
    const { catalog } = this;
    this.own(host, name, instance);
    const file = catalog.file(host, name, instance) ?? new StoredFile(host.directory, host.name, instance, name, 0);
    host.files.set(name, file);
    this.last = null;
    if (file.applied < offset) {
      this.lost++;
      return;
    }
    const fd = catalog.handles.open(file);
    if ((this.ends.get(file) ?? 0) > offset) this.back(file, fd, offset);
    writeAll(catalog.store, fd, [bytes], offset);
    if (file.applied === 0) this.journals.made(file);
    const end = offset + bytes.length;
    this.ends.set(file, end);
    file.applied = Math.max(file.applied, end);
    file.length = file.applied;
    file.forgetTail();
    catalog.dirty.add(file);
    this.last = file;
    this.recovered++;
  }

  private own(host: Host, name: string, instance: string): void {
    if (name.includes('~') || host.owners.get(name) === instance) return;
    host.owners.set(name, instance);
    host.isChanged = true;
  }
}
