/** Whether a directory can be recorded into: it is there, takes files, and has room. */
import { errno } from '../host.ts';
import type { Check, Scene } from './check.ts';
import { bad, good, unknown } from './check.ts';

const name = 'directory';

/** Less room than this is as good as none, bytes. */
const least = 16 * 2 ** 20;

export function writableCheck({ engine }: Scene, directory: string): Check {
  try {
    if (engine.files.stat(directory).kind !== 'directory') {
      return bad(name, `${directory} is not a directory`, 'record into another one, or move it away');
    }
  } catch (error) {
    if (errno(error) === '') throw error;
    if (errno(error) === 'ENOENT') return absent(engine.files, directory);
  }
  // Root may have recorded there once: the notes in .sdr are its own since.
  for (const path of [directory, `${directory}/.sdr`]) {
    const code = refusalOf(engine, path);
    const isThere = code !== 'ENOENT' || path === directory;
    if (code && isThere) return bad(name, `${path} cannot be written (${code})`, remedy(code, path, engine.uid));
  }
  return good(name, `${directory} can be written`);
}

/** The error that a new file in a directory meets; '' when there is none. */
function refusalOf({ files, pid }: Scene['engine'], directory: string): string {
  const probe = `${directory}/.sdr-doctor.${pid}`;
  try {
    files.close(files.open(probe, 'create', 0o600));
    files.unlink(probe);
    return '';
  } catch (error) {
    if (errno(error) === '') throw error;
    return errno(error);
  }
}

function remedy(code: string, directory: string, uid: number): string {
  if (code === 'EROFS') return 'mount it for writing, or record into /run/sdr';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'make room; --keep, --max-bytes and --min-free bound the files';
  return `chown ${uid} ${directory}, or run sdr as its owner`;
}

/** `record -o` makes a directory, but not the one above it. */
function absent(files: Scene['engine']['files'], directory: string): Check {
  const above = directory.replace(/\/+$/, '').replace(/\/?[^/]*$/, '') || (directory.startsWith('/') ? '/' : '.');
  try {
    files.stat(above);
    return unknown(name, `${directory} is not there yet: record makes it`);
  } catch {
    return bad(name, `${directory} is not there, nor is ${above}`, `mkdir -p ${directory}`);
  }
}

export function spaceCheck({ engine }: Scene, directory: string): Check {
  try {
    const { availableBytes, totalBytes } = engine.files.space(directory);
    const share = totalBytes > 0 ? (100 * availableBytes) / totalBytes : 0;
    const text = `${(availableBytes / 2 ** 20).toFixed(0)} MiB free (${share.toFixed(0)} %)`;
    if (availableBytes >= least) return good('space', text);
    return bad('space', text, 'make room; --keep 28d, --max-bytes 256M or --min-free 5% bound the files');
  } catch (error) {
    if (errno(error) === '') throw error;
    return unknown('space', `cannot be told (${errno(error)})`);
  }
}
