/** The parser of TOML, in a file that loads when there is something to parse. */
import { parse, TomlError } from 'smol-toml';
import { SdrError } from '../errors.ts';

/** Nothing that sdr reads is deeper than a list in a table. */
const maxDepth = 16;

/** The content of a document. Throws an SdrError with the line that is wrong. */
export function parsed(path: string, text: string): object {
  try {
    return parse(text, { maxDepth });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Behind the first line it shows the place in the text, which is what the number is for.
    const why = error.message.split('\n', 1)[0]?.replace(/^Invalid TOML document: /, '');
    throw new SdrError('config', `${path}:${error.line}: Cannot parse this as TOML: ${why}`, error);
  }
}
