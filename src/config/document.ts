/** One configuration file: TOML 1.0 (https://toml.io/en/v1.0.0), a table for each command, each key with the line it stands on. */
import { SdrError } from '../errors.ts';
import type { Engine } from '../host.ts';
import { handwritten } from './file.ts';
import { linesOf, pathOf } from './lines.ts';
import type { Place } from './places.ts';

/** What stands in a document. */
export interface Entry {
  /** The command; '' for a key that stands outside tables. */
  readonly table: string;
  readonly key: string;
  /** As TOML has it. */
  readonly value: unknown;
  /** `/etc/sdr/sdr.toml:7` */
  readonly origin: string;
}

export interface Document {
  readonly path: string;
  /** Names of tables with the lines they begin on, also of empty ones. */
  readonly tables: ReadonlyMap<string, string>;
  readonly entries: readonly Entry[];
}

/** The documents that are there. Throws an SdrError for one that cannot be read, is no TOML, or was named and is missing. */
export async function documentsOf(engine: Engine, places: readonly Place[]): Promise<readonly Document[]> {
  const documents: Document[] = [];
  for (const { path, isNamed } of places) {
    const found = handwritten(engine.files, path);
    if (found !== null) documents.push(await documentOf(path, found.text));
    else if (isNamed) throw new SdrError('config', `Cannot read ${path}: there is no such file`);
  }
  return documents;
}

export async function documentOf(path: string, text: string): Promise<Document> {
  const { parsed } = await import('./parser.ts');
  return documentFrom(path, parsed(path, text), linesOf(text));
}

function documentFrom(path: string, content: object, lines: ReadonlyMap<string, number>): Document {
  const tables = new Map<string, string>();
  const entries: Entry[] = [];
  const origin = (...parts: readonly string[]): string => {
    const line = lines.get(pathOf(...parts)) ?? lines.get(pathOf(...parts.slice(0, 1))) ?? 1;
    return `${path}:${line}`;
  };
  for (const [table, value] of Object.entries(content)) {
    if (isTable(value)) tables.set(table, origin(table));
    else entries.push({ table: '', key: table, value, origin: origin(table) });
    for (const [key, inner] of isTable(value) ? Object.entries(value) : []) {
      entries.push({ table, key, value: inner, origin: origin(table, key) });
    }
  }
  return { path, tables, entries };
}

/** Not an array, not a date. */
const isTable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
