/** Rows of those that have no files: they go into files of the day that the archive itself names, `<recorder>-YYYYMMDD[rNNNN].csv`. */
import { Buffer } from 'node:buffer';
import { dayOf, fileName, parseName } from '../../sinks/directory/names.ts';
import { WireError } from '../../wire/error.ts';
import { isHost } from '../../wire/frame.ts';
import type { Catalog } from './catalog.ts';
import type { Group } from './group.ts';
import { guest, type Host } from './hosts.ts';
import { countLines, lastTime, startsWithTime } from './rows.ts';
import { StoredFile } from './stored.ts';
import type { Stats } from './types.ts';

/** Files of one recorder and day: beyond it somebody changes the first line all the time. */
const mostRevisions = 1000;
/** Bytes of a first line at most. */
const longestHeader = 16_384;

/** What a guest sent. */
export interface Rows {
  readonly host: string;
  readonly recorder: string;
  /** Without LF. */
  readonly header: string;
  readonly rows: Uint8Array;
}

/** How many rows they are. Throws a WireError (400) when they cannot be stored. */
export function check({ host, recorder, header, rows }: Rows): number {
  if (!isHost(host)) throw new WireError(400, `expected a host name, got "${host}"`);
  if (parseName(fileName(recorder, '20260101', 0)) === null || recorder.length > 60) {
    throw new WireError(400, `expected a recorder name, got "${recorder}"`);
  }
  const first = Buffer.from(header);
  if (!startsWithTime(first)) throw new WireError(400, 'expected a first line that begins with time,');
  if (header.includes('\n') || first.length > longestHeader) throw new WireError(400, 'the first line is too long');
  if (rows.length > 0 && rows[rows.length - 1] !== 10) throw new WireError(400, 'expected whole lines');
  return countLines(rows);
}

export class Guests {
  private readonly catalog: Catalog;
  private readonly stats: Stats;

  constructor(catalog: Catalog, stats: Stats) {
    this.catalog = catalog;
    this.stats = stats;
  }

  /** Takes checked rows into a group; returns the file that must have come so far. Throws a WireError (507) or a SystemError. */
  take(what: Rows, count: number, group: Group, now: number): StoredFile {
    const host = this.catalog.host(what.host);
    const file = this.file(host, what, dayOf(now));
    const bytes = file.length === 0 ? Buffer.concat([Buffer.from(`${what.header}\n`), what.rows]) : what.rows;
    file.push(group, bytes);
    host.lastSeen = now;
    host.lastTime = Math.max(host.lastTime, lastTime(bytes));
    host.rows += count;
    if (host.totals) host.totals.bytes += bytes.length;
    this.stats.rows += count;
    this.stats.bytes += bytes.length;
    return file;
  }

  /** The file of the day that has this first line, the last one if there are several; or a new one. */
  private file(host: Host, { recorder, header }: Rows, day: string): StoredFile {
    const known = host.guests.get(recorder);
    if (known && known.day === day && known.header === header && host.files.get(known.file.name) === known.file) {
      return known.file;
    }
    const file = this.find(host, recorder, header, day);
    this.catalog.keep(host);
    host.files.set(file.name, file);
    host.guests.set(recorder, { file, header, day });
    return file;
  }

  private find(host: Host, recorder: string, header: string, day: string): StoredFile {
    let last: StoredFile | null = null;
    for (let revision = 0; revision < mostRevisions; revision++) {
      const name = fileName(recorder, day, revision);
      const owner = host.owners.get(name);
      const file = owner === undefined || owner === guest ? this.catalog.file(host, name, guest) : null;
      if (owner === guest && (file === null || file.length === 0 || this.begins(file, header))) {
        last = file ?? new StoredFile(host.directory, host.name, guest, name, 0);
      }
      if (owner === undefined && file === null) return last ?? this.make(host, name);
    }
    if (last) return last;
    throw new WireError(507, `${recorder}: the first line changed ${mostRevisions} times today`);
  }

  private make(host: Host, name: string): StoredFile {
    host.owners.set(name, guest);
    host.isChanged = true;
    if (host.totals) host.totals.files++;
    return new StoredFile(host.directory, host.name, guest, name, 0);
  }

  private begins(file: StoredFile, header: string): boolean {
    const first = Buffer.from(`${header}\n`);
    return file.length >= first.length && file.holdsAt(0, first, this.catalog.handles);
  }
}
