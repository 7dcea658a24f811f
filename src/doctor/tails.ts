/** Files that end inside a line: what a power cut or a full disk left. */
import type { Files } from '../host.ts';
import { errno } from '../host.ts';
import { parseName } from '../sinks/directory/names.ts';
import { repair } from '../sinks/directory/tail.ts';
import type { Check, Scene } from './check.ts';
import { good, unknown } from './check.ts';

const name = 'torn files';

export function tailCheck({ engine }: Scene, directory: string): Check {
  const files = readOnly(engine.files);
  try {
    const ours = engine.files.names(directory).filter((file) => parseName(file)?.compressed === false);
    const torn = ours.filter((file) => isTorn(files, `${directory}/${file}`));
    if (torn.length === 0) return good(name, `none of ${ours.length}`);
    const text = `${torn.length} of ${ours.length} end inside a line: ${torn.slice(0, 3).join(', ')}`;
    return unknown(name, text, 'not needed: record cuts the file that it continues');
  } catch (error) {
    if (errno(error) === '') throw error;
    return unknown(name, `cannot be told (${errno(error)})`);
  }
}

/** What a link leads to is no file of ours. */
function isTorn(files: Files, path: string): boolean {
  try {
    return repair(files, path).cut > 0;
  } catch (error) {
    if (errno(error) !== 'ELOOP') throw error;
    return false;
  }
}

/** The same files, but a repair of them changes nothing. */
const readOnly = (files: Files): Files => ({
  ...files,
  open: (path, mode, permissions) => (mode === 'append' ? -1 : files.open(path, mode, permissions)),
  close: (fd) => (fd < 0 ? undefined : files.close(fd)),
  ftruncate: () => {},
});
