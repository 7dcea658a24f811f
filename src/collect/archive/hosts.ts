/**
 * A host of the archive: which machine it is, and which instance owns each file name. `DIR/<host>/.sdr/index` keeps that:
 *
 *     machine 0123456789abcdef
 *     refused fedcba9876543210
 *     owner 77aa… cpurec-20261121.csv
 */
import type { Store } from './store.ts';
import type { StoredFile } from './stored.ts';
import { loadLines, stage } from './whole.ts';

/** The instance of files that the archive itself makes for guests. */
export const guest = '-';

/** What the files of a host amount to. */
export interface Totals {
  files: number;
  bytes: number;
}

export class Host {
  readonly name: string;
  readonly directory: string;
  /** 16 hexadecimal digits, '' = not known. */
  machine = '';
  /** The last other machine that was refused. */
  refused = '';
  /** Instances by the names that they own. */
  readonly owners = new Map<string, string>();
  /** Files in use, by their names in the directory. */
  readonly files = new Map<string, StoredFile>();
  /** Files of guests that are continued, with their first line, by recorder. */
  readonly guests = new Map<string, { readonly file: StoredFile; readonly header: string; readonly day: string }>();
  /** Whether the index on disk is older than this. */
  isChanged = false;
  /** Milliseconds and seconds since the epoch, 0 = never. */
  lastSeen = 0;
  lastTime = 0;
  rows = 0;
  /** Null until somebody asks. */
  totals: Totals | null = null;

  constructor(root: string, name: string) {
    this.name = name;
    this.directory = `${root}/${name}`;
  }

  /** Takes what the index says; false when there is none. Throws a SystemError. */
  load(store: Store): boolean {
    const lines = loadLines(store, this.index);
    for (const line of lines ?? []) {
      const [kind, word = '', file = ''] = line.split(' ');
      if (kind === 'machine') this.machine = word;
      if (kind === 'refused') this.refused = word;
      if (kind === 'owner') this.owners.set(file, word);
    }
    return lines !== null;
  }

  /** From here on it is this machine. */
  become(machine: string): void {
    if (this.refused === machine) this.refused = '';
    this.isChanged ||= this.machine !== machine;
    this.machine = machine;
  }

  /** The index. */
  get index(): string {
    return `${this.directory}/.sdr/index`;
  }

  /** Writes the index beside the one that is there. Throws a SystemError. */
  stage(store: Store): void {
    makeDirectory(store, this.directory);
    makeDirectory(store, `${this.directory}/.sdr`);
    stage(store, this.index, this.lines());
    this.isChanged = false;
  }

  /** The name under which bytes of an instance are kept that may not have the plain one. */
  static beside(file: string, instance: string): string {
    return `${file}~${instance}`;
  }

  private lines(): string[] {
    return [
      ...(this.machine === '' ? [] : [`machine ${this.machine}`]),
      ...(this.refused === '' ? [] : [`refused ${this.refused}`]),
      ...Array.from(this.owners, ([file, instance]) => `owner ${instance} ${file}`),
    ];
  }
}

/** Makes a directory if it is not there. Throws a SystemError. */
export function makeDirectory(store: Store, path: string): void {
  try {
    store.mkdir(path);
  } catch (error) {
    // Whatever is there instead, the next call says it better.
    if (!isDirectory(store, path)) throw error;
  }
}

export function isDirectory(store: Store, path: string): boolean {
  try {
    return store.stat(path).isDirectory();
  } catch {
    return false;
  }
}
