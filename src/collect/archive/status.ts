/** What the archive has of each host, and of each instance. */

import { errno } from '../../host.ts';
import { parseName } from '../../sinks/directory/names.ts';
import type { Catalog } from './catalog.ts';
import type { Host } from './hosts.ts';
import { lastTime } from './rows.ts';
import type { HostStatus } from './types.ts';

/** Bytes read of a host's newest file for its last row. */
const lastBytes = 65_536;

interface Found {
  readonly name: string;
  readonly file: string;
  /** '' for the plain name. */
  readonly instance: string;
  readonly size: number;
  readonly mtime: number;
}

/** The files of a host as they are on disk. Throws a SystemError. */
function filesOf({ store }: Catalog, host: Host): readonly Found[] {
  const found: Found[] = [];
  for (const name of namesIn(store, host.directory)) {
    const [file = '', instance = ''] = name.split('~');
    if (parseName(file) === null) continue;
    const stat = statOf(store, `${host.directory}/${name}`);
    if (stat) found.push({ name, file, instance, size: stat.size, mtime: stat.mtimeMs });
  }
  return found;
}

/** Null when it vanished by now. */
function statOf(store: Catalog['store'], path: string) {
  try {
    return store.stat(path);
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw error;
  }
}

function namesIn(store: Catalog['store'], directory: string): readonly string[] {
  try {
    return store.names(directory);
  } catch (error) {
    if (errno(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Bytes that are durable of each file of an instance, by its name on the host. Throws a SystemError. */
export function lengthsOf(catalog: Catalog, host: Host, instance: string): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const { name, file, instance: beside, size } of filesOf(catalog, host)) {
    const isTheirs = beside === '' ? host.owners.get(file) === instance : beside === instance;
    if (isTheirs) lengths.set(file, host.files.get(name)?.applied ?? size);
  }
  return lengths;
}

/** Throws a SystemError. */
export function statusOf(catalog: Catalog, host: Host): HostStatus {
  const { files, bytes } = host.totals ?? count(catalog, host);
  const { name, machine, refused, rows, lastSeen } = host;
  const instances = new Set(host.owners.values());
  for (const stored of host.files.values()) instances.add(stored.instance);
  return {
    host: name,
    machine,
    refused: refused === '' ? null : refused,
    files,
    bytes,
    rows,
    lastSeen,
    lastTime: host.lastTime,
    instances: instances.size,
  };
}

/** Looks through the directory of a host, once. */
function count(catalog: Catalog, host: Host) {
  const found = filesOf(catalog, host);
  let newest: Found | null = null;
  let bytes = 0;
  for (const each of found) {
    bytes += host.files.get(each.name)?.length ?? each.size;
    if (newest === null || each.mtime > newest.mtime) newest = each;
  }
  if (newest && host.lastSeen === 0) host.lastSeen = Math.floor(newest.mtime);
  if (newest && host.lastTime === 0) host.lastTime = lastTimeIn(catalog, host, newest);
  // Files whose first bytes are on their way are not there yet, but count.
  const moving = [...host.files.values()].filter(({ applied, length }) => applied === 0 && length > 0);
  const coming = moving.filter(({ name }) => !found.some((each) => each.name === name));
  host.totals = {
    files: found.length + coming.length,
    bytes: bytes + coming.reduce((sum, { length }) => sum + length, 0),
  };
  return host.totals;
}

function lastTimeIn(catalog: Catalog, host: Host, { name, size }: Found): number {
  const instance = host.owners.get(name) ?? name.split('~')[1] ?? '';
  const file = catalog.file(host, name, instance);
  if (file === null) return 0;
  const length = Math.min(file.length, size);
  return lastTime(file.read(Math.max(0, length - lastBytes), length, catalog.handles));
}
