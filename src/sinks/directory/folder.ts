/** A directory for files of ours, and the one in it for what we note. */
import { SdrError } from '../../errors.ts';
import type { Files } from '../../host.ts';
import { isLink } from '../../store.ts';

/** Makes `.sdr` in a directory. Throws an SdrError when it leads elsewhere, else a SystemError. */
export function makeNotes(files: Files, directory: string): void {
  const path = `${directory}/.sdr`;
  makeDirectory(files, path);
  // Somebody who may write here could lead root to any other place.
  if (isLink(files, path)) throw new SdrError('cannotCreate', `${path} is a link: expected a directory`);
}

/** Makes a directory if it is not there. Throws a SystemError. */
export function makeDirectory(files: Files, path: string): void {
  if (isDirectory(files, path)) return;
  try {
    files.mkdir(path, 0o755);
  } catch (error) {
    // Another recorder that started together with us may have been quicker.
    if (!isDirectory(files, path)) throw error;
  }
}

/** What an errno means for a directory that is to be written to. */
export function reasonOf(code: string): string {
  if (code === 'ENOENT') return 'the directory above it does not exist';
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'a file is in the way';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EROFS') return 'the file system is read-only';
  return code;
}

function isDirectory(files: Files, path: string): boolean {
  try {
    return files.stat(path).kind === 'directory';
  } catch {
    return false;
  }
}
