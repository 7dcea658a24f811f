/**
 * Secrets: one line of a file, never a word of the command line or of a configuration, which everybody can read. systemd hands
 * them to a service in a directory of its own: `LoadCredential=` in systemd.exec(5).
 */
import { SdrError } from '../errors.ts';
import type { Engine } from '../host.ts';
import { Report } from '../report.ts';
import { handwritten } from './file.ts';

const readableByAll = 0o004;

/**
 * The first line, without blanks around it, of the file at `path`, else of `$CREDENTIALS_DIRECTORY/<what>`; null when there is neither.
 * Throws `permission` when it may not be read, `config` when `path` is missing or its first line is empty. Warns when everybody may read it.
 */
export function secretOf(
  engine: Engine,
  what: string,
  path: string | undefined,
  report: Report = new Report(engine),
): string | null {
  const given = path ?? credential(engine, what);
  if (given === null) return null;
  const found = handwritten(engine.files, given);
  if (found === null && path === undefined) return null;
  if (found === null) throw new SdrError('config', `Cannot read the ${what} in ${given}: there is no such file`);
  const secret = (found.text.split('\n', 1)[0] ?? '').trim();
  if (secret === '') throw new SdrError('config', `The ${what} in ${given}: expected a line of text, got an empty one`);
  if ((found.mode & readableByAll) !== 0) {
    report.warn(`secret ${given}`, `Everybody can read the ${what} in ${given}: chmod o-r ${given} mends it`);
  }
  return secret;
}

function credential(engine: Engine, what: string): string | null {
  const directory = engine.env('CREDENTIALS_DIRECTORY') ?? '';
  return directory === '' ? null : `${directory}/${what}`;
}
