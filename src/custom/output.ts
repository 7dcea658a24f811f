/**
 * What a program printed, as items: lines `name value`, `name: value` or `name = value`, or CSV with a header. Every byte of it is
 * hostile: names and texts are percent-encoded, what is not a number is no number. A character here is a byte, so blanks are ASCII's:
 * 0xA0 is a blank to a regular expression, and half a letter in UTF-8.
 */
import { bytesOf, encodeId } from '../parse.ts';

export interface Item {
  /** Percent-encoded, each once. */
  readonly id: string;
  /** NaN when it is none. */
  readonly value: number;
  /** What is no number: a word, or the unit behind the number; percent-encoded. */
  readonly text: string;
}

/** More items than these are no status of something. */
export const most = 1000;

/** Bytes of a line that are looked at. */
const widest = 4096;

/** The items of an output, a byte a character; those beyond {@link most} are left out. */
export function itemsOf(lines: readonly string[]): readonly Item[] {
  const pairs = isCsv(lines) ? csvPairs(lines) : lines.map(pairOf).filter((pair) => pair !== null);
  const seen = new Map<string, number>();
  return pairs.slice(0, most).map(([name, value]) => {
    const id = encodeId(bytesOf(name)) || '%00';
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return { id: count === 1 ? id : `${id}~${count}`, ...reading(value) };
  });
}

type Pair = readonly [name: string, value: string];

const trim = (text: string): string => text.replace(/^[ \t\r]+/, '').replace(/[ \t\r]+$/, '');

/** The name ends at a colon or `=` that a blank follows, or that stands in the first word; else at the first blank. */
function pairOf(line: string): Pair | null {
  const text = trim(line.slice(0, widest));
  const mark = text.search(/[:=](?=[ \t]|$)/);
  const blank = text.search(/[ \t]/);
  const inWord = text.search(/[:=]/);
  if (mark >= 0) return mark === 0 ? null : [trim(text.slice(0, mark)), trim(text.slice(mark + 1))];
  if (inWord > 0 && (blank < 0 || inWord < blank)) return [text.slice(0, inWord), trim(text.slice(inWord + 1))];
  return blank > 0 ? [text.slice(0, blank), trim(text.slice(blank))] : null;
}

/** A number, and behind it a unit without digits; what stands in brackets behind them (`(high = +80.0 C)`) is left out. */
const number = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:[ \t]*([^\d \t.,/:;()+-][^\d()]*))?(?:[ \t]*\(.*)?$/;

/** A number first, what stands behind it is its unit; else all of it is text. */
function reading(text: string): { value: number; text: string } {
  const [, digits = '', unit = ''] = number.exec(text) ?? [];
  const value = digits === '' ? Number.NaN : Number(digits);
  return Number.isFinite(value) ? { value, text: encoded(unit) } : { value: Number.NaN, text: encoded(text) };
}

const encoded = (text: string): string => encodeId(bytesOf(trim(text)));

/** A first line with commas, and a second one with as many cells. */
function isCsv([head = '', first = '']: readonly string[]): boolean {
  const cells = cellsOf(head).length;
  return cells > 1 && cellsOf(first).length === cells;
}

/** One row: items are named by its header. Several: the first cell of each says whose they are. */
function csvPairs([head = '', ...rows]: readonly string[]): readonly Pair[] {
  const names = cellsOf(head);
  return rows.flatMap((row) => {
    const cells = cellsOf(row);
    const prefix = rows.length > 1 ? `${cells[0] ?? ''}/` : '';
    return names.map((name, i): Pair => [`${prefix}${name}`, cells[i] ?? '']).slice(rows.length > 1 ? 1 : 0);
  });
}

/** The cells of a line of CSV (RFC 4180, without line breaks in cells). */
function cellsOf(line: string): readonly string[] {
  const cells = line.slice(0, widest).match(/(?:^|,)[ \t]*(?:"(?:[^"]|"")*"[^,]*|[^,]*)/g) ?? [];
  return cells.map((cell, i) => {
    const text = trim(i === 0 ? cell : cell.slice(1));
    return text.startsWith('"') ? text.replace(/^"|"$/g, '').replaceAll('""', '"') : text;
  });
}
