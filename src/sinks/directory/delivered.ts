/**
 * What destinations have of a directory: `.sdr/forward-<hash>.json`, one for each, written by whoever forwards (src/forward/ledger.ts)
 * and read by whoever must know what may go.
 */
import type { Files } from '../../host.ts';
import { errno } from '../../host.ts';
import { ascii } from '../../parse.ts';
import { readBytes } from '../../store.ts';

/** Of one destination. */
export interface Delivered {
  /** As it was typed. */
  readonly to: string;
  /** Bytes that it has for good, by file without `.gz`. */
  readonly next: ReadonlyMap<string, number>;
}

/** Who forwards writes at least once an hour: one that was silent for so long is no destination any more (milliseconds). */
const abandoned = 7 * 86_400_000;

/** All destinations that are in use at `now` (milliseconds since the epoch). */
export function deliveredTo(files: Files, directory: string, now: number): readonly Delivered[] {
  const found: Delivered[] = [];
  for (const name of namesIn(files, `${directory}/.sdr`)) {
    if (!/^forward-[0-9a-f]+\.json$/.test(name)) continue;
    const path = `${directory}/.sdr/${name}`;
    try {
      if (now - files.stat(path).mtime < abandoned) found.push(parsed(readBytes(files, path)));
    } catch (error) {
      if (errno(error) === '') throw error;
    }
  }
  return found;
}

function namesIn(files: Files, path: string): readonly string[] {
  try {
    return files.names(path);
  } catch (error) {
    if (errno(error) === '') throw error;
    return [];
  }
}

/** One that cannot be read says that its destination has nothing. */
function parsed(bytes: Uint8Array | null): Delivered {
  const next = new Map<string, number>();
  try {
    const { to, files } = Object(JSON.parse(bytes === null ? '' : ascii(bytes)));
    for (const [file, entry] of Object.entries(Object(files))) next.set(file, Number(Object(entry).next) || 0);
    return { to: String(to), next };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { to: 'a destination', next };
  }
}

/** Bytes of a file's text. What was compressed says so in its last four bytes (RFC 1952: modulo 4 GiB). Throws a SystemError. */
export function textLength(files: Files, path: string, isCompressed: boolean): number {
  if (!isCompressed) return files.stat(path).size;
  const fd = files.open(path, 'own');
  try {
    const { size } = files.fstat(fd);
    const bytes = new Uint8Array(4);
    const n = size < 18 ? 0 : files.read(fd, bytes, 0, 4, size - 4);
    return n < 4 ? 0 : new DataView(bytes.buffer).getUint32(0, true);
  } finally {
    files.close(fd);
  }
}
