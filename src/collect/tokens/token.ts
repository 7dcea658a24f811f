/**
 * A file of tokens: a line for each, with the SHA-256 of the token and what it is good for. sdr-wire(7) is its documentation.
 *
 *     9f86d0…0f00a08 name=pis host=pi*,raspi? recorder=* expires=2027-01-31T00:00:00Z enrol
 */
import { ParseError } from '../../errors.ts';

export interface Token {
  /** SHA-256 of it, 64 hexadecimal digits: the file is of no use to who reads it. */
  readonly hash: string;
  readonly name: string;
  /** Shell patterns. */
  readonly hosts: readonly string[];
  readonly recorders: readonly string[];
  /** Milliseconds since the epoch; null for ever. */
  readonly expires: number | null;
  /** Whether its first frame makes a host known. */
  readonly enrol: boolean;
  /** It may look, and not write. */
  readonly readOnly: boolean;
}

const nameOf = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/;
const pattern = /^[A-Za-z0-9._*?[\]!-]{1,200}$/;

/** Throws a ParseError that names the line. */
export function parseTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) continue;
    try {
      tokens.push(tokenOf(words.split(/\s+/)));
    } catch (error) {
      throw error instanceof ParseError ? new ParseError(`line ${at + 1}: ${error.message}`) : error;
    }
  }
  const names = tokens.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new ParseError(`expected names that differ, got "${twice}" twice`);
  return tokens;
}

function tokenOf([hash = '', ...words]: readonly string[]): Token {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new ParseError('expected 64 hexadecimal digits first');
  const values = new Map(words.map(pairOf));
  for (const word of values.keys()) {
    if (!known.has(word)) throw new ParseError(`expected ${[...known].join(', ')}, got "${word}"`);
  }
  return {
    hash,
    name: checkName(values.get('name') ?? ''),
    hosts: checkPatterns('host', (values.get('host') ?? '*').split(',')),
    recorders: checkPatterns('recorder', (values.get('recorder') ?? '*').split(',')),
    expires: expiryOf(values.get('expires')),
    enrol: values.has('enrol'),
    readOnly: values.has('read-only'),
  };
}

const known = new Set(['name', 'host', 'recorder', 'expires', 'enrol', 'read-only']);

function pairOf(word: string): [string, string] {
  const at = word.indexOf('=');
  return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
}

/** Throws a ParseError. */
export function checkName(name: string): string {
  if (!nameOf.test(name)) throw new ParseError(`expected a name of letters, digits and . _ @ -, got "${name}"`);
  return name;
}

/** Throws a ParseError. */
export function checkPatterns(what: string, patterns: readonly string[]): readonly string[] {
  const wrong = patterns.find((each) => !pattern.test(each));
  if (wrong === undefined) return patterns;
  throw new ParseError(`expected patterns of ${what}s such as ${what === 'host' ? 'pi*' : 'cpu*'}, got "${wrong}"`);
}

function expiryOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new ParseError(`expected an expiry such as 2027-01-31T00:00:00Z, got "${text}"`);
  return time;
}

/** Its line, without LF. */
export function lineOf({ hash, name, hosts, recorders, expires, enrol, readOnly }: Token): string {
  return [
    hash,
    `name=${name}`,
    `host=${hosts.join(',')}`,
    `recorder=${recorders.join(',')}`,
    ...(expires === null ? [] : [`expires=${timeText(expires)}`]),
    ...(enrol ? ['enrol'] : []),
    ...(readOnly ? ['read-only'] : []),
  ].join(' ');
}

/** `2027-01-31T00:00:00Z` */
export const timeText = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
