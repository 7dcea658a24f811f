/** A command line without a shell: words between blanks, quoted with '…' or "…" where they hold blanks. */
import { SdrError } from '../errors.ts';

const word = /(?:[^\s'"]+|'[^']*'|"[^"]*")+/g;

/** Throws a usage error for a quote that is not closed, and for no word at all. */
export function wordsOf(line: string): readonly [program: string, ...args: string[]] {
  const [program, ...args] = (line.match(word) ?? []).map((each) => each.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  const rest = line.replace(word, '');
  if (rest.trim() !== '') throw new SdrError('usage', `Command "${line}": expected quotes in pairs`);
  if (program === undefined || program === '') throw new SdrError('usage', 'Expected a command behind the name');
  return [program, ...args];
}
