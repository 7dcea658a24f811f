/**
 * The lines that `xentop -b -f` prints. No document defines them; the source does (tools/xenstat in Xen's tree, 4.0 to 4.22, which
 * agree but for column widths). Names are bytes that a stranger chose and may hold blanks and whole rows, so a line is read from
 * its right end, where only numbers can be, and each byte is looked at once.
 */
import { ParseError } from '../../src/errors.ts';
import { ascii } from '../../src/parse.ts';

/** What is right of a name. */
export interface Row {
  /** Where the name ends. */
  readonly nameEnd: number;
  /** The letters of its flags; `none` when no flag is set. */
  readonly state: string;
  /** What stands in the columns behind STATE, as printed. */
  readonly words: readonly string[];
}

const BLANK = 32;
/** The longest word that is a number: 20 digits of 64 bits, a point, a decimal and a sign are less. */
const longest = 40;
/** More than a header has behind its padding, however wide its columns. */
const widest = 1000;
/** Characters of garbage that a warning shows. */
const most = 200;

const whole = /^\d{1,20}$/;
const share = /^-?(\d+(\.\d+)?|inf|nan)$/;
/** A dash: the domain has devices, but none of them tells. */
const statistic = /^(\d{1,20}|-)$/;

/** The columns behind NAME and STATE, and what may stand in them. */
const columns: readonly (readonly [title: string, word: RegExp])[] = [
  ['CPU(sec)', whole],
  ['CPU(%)', share],
  ['MEM(k)', whole],
  ['MEM(%)', share],
  ['MAXMEM(k)', /^(\d{1,20}|no limit)$/],
  ['MAXMEM(%)', /^(-?(\d+(\.\d+)?|inf|nan)|n\/a)$/],
  ...['VCPUS', 'NETS', 'NETTX(k)', 'NETRX(k)', 'VBDS'].map((title) => [title, whole] as const),
  ...['VBD_OO', 'VBD_RD', 'VBD_WR', 'VBD_RSECT', 'VBD_WSECT'].map((title) => [title, statistic] as const),
  ['SSID', whole],
];
const fromRight = columns.toReversed();
const titles = ['NAME', 'STATE', ...columns.map(([title]) => title)].join(' ');
const flags = /^[d-][s-][b-][c-][p-][r-]$/;

/** A domain's line, or the last part of one; null when it is something else. */
export function rowOf(bytes: Uint8Array, from: number, end: number): Row | null {
  const words: string[] = [];
  let at = end;
  for (const [, pattern] of fromRight) {
    const word = wordBefore(bytes, from, words.length === 0 ? end : behindBlanks(bytes, from, at));
    if (word === null || !pattern.test(word.text)) return null;
    words.push(word.text);
    at = word.at;
  }
  const state = wordBefore(bytes, from, behindBlanks(bytes, from, at));
  if (state === null || state.at === from || !flags.test(state.text)) return null;
  return { nameEnd: state.at - 1, state: state.text.replaceAll('-', '') || 'none', words: words.reverse() };
}

function behindBlanks(bytes: Uint8Array, from: number, until: number): number {
  let at = until;
  while (at > from && bytes[at - 1] === BLANK) at--;
  return at;
}

/** The word that ends at `until`; `no limit` is one. Null when it is too long for a number. */
function wordBefore(bytes: Uint8Array, from: number, until: number): { at: number; text: string } | null {
  let at = until;
  while (at > from && bytes[at - 1] !== BLANK) if (until - --at > longest) return null;
  const text = ascii(bytes, at, until);
  const before = at - ' no '.length;
  if (text !== 'limit' || before < from || ascii(bytes, before, at) !== ' no ') return { at, text };
  return { at: before + 1, text: 'no limit' };
}

/** Throws a ParseError when it should be a header (`must`) and has other columns: xentop 3 lacks two. */
export function isHeader(bytes: Uint8Array, from: number, end: number, must: boolean): boolean {
  const start = pastBlanks(bytes, from, end);
  if (end - start > widest) return false;
  const line = ascii(bytes, start, end).replace(/ +/g, ' ');
  if (line === titles) return true;
  if (!must || !line.startsWith('NAME STATE CPU(sec) ')) return false;
  throw new ParseError(`Cannot parse the header of xentop: expected "${titles}", got "${shown(bytes, start, end)}"`);
}

/** Where the padding at the left ends. */
export function pastBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === BLANK) at++;
  return at;
}

/** The beginning of a text for a person. */
export function shown(bytes: Uint8Array, from: number, end: number): string {
  const start = pastBlanks(bytes, from, end);
  const text = ascii(bytes, start, Math.min(end, start + 2 * most)).replace(/ +/g, ' ');
  return text.replace(/[^ -~]/g, '?').slice(0, most);
}
