/** CSV of strangers, RFC 4180 with quotes and CRLF if they must, as sdr CSV. */
import { WireError } from '../../wire/error.ts';
import { cell, headerOf, measure, timeCell } from './cell.ts';
import type { Rows } from './rows.ts';

/** `arrival` is the time of rows without one, seconds. Throws a WireError (400). */
export function fromCsv(body: Uint8Array, arrival: string): Rows {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  measure(text);
  const records = text.includes('"') ? quoted(text) : simple(text);
  const [names, ...rest] = records;
  if (!names) throw new WireError(400, 'expected a header line, got an empty body');
  const { header, isTimed } = headerOf(names.cells);
  const lines = rest.map(({ cells, line }) => {
    if (cells.length !== names.cells.length) {
      throw new WireError(400, `line ${line}: expected ${names.cells.length} cells, got ${cells.length}`);
    }
    const time = isTimed ? timeCell(cells[0] ?? '', arrival, line) : arrival;
    return `${[time, ...(isTimed ? cells.slice(1) : cells).map(cell)].join(',')}\n`;
  });
  return { header, rows: Buffer.from(lines.join(''), 'latin1'), count: lines.length };
}

interface Row {
  readonly cells: readonly string[];
  /** Where it begins, from 1. */
  readonly line: number;
}

/** Without quotes a line is a row. Empty ones are none. */
function simple(text: string): readonly Row[] {
  return text
    .split('\n')
    .map((line, at) => ({ cells: line.replace(/\r$/, '').split(','), line: at + 1 }))
    .filter(({ cells }) => cells.length > 1 || cells[0] !== '');
}

function quoted(text: string): readonly Row[] {
  const rows: Row[] = [];
  let cells: string[] = [];
  let line = 1;
  let begun = 1;
  for (let at = 0; at < text.length || cells.length > 0; ) {
    const end = text[at] === '"' ? closing(text, at, line) : bareEnd(text, at);
    const all = text.slice(at, end);
    cells.push(all.startsWith('"') ? all.slice(1, -1).replaceAll('""', '"') : all);
    line += all.split('\n').length - 1;
    at = end + 1;
    if (text[end] === ',') continue;
    if (text[end] === '\r') at++;
    if (cells.length > 1 || cells[0] !== '') rows.push({ cells, line: begun });
    cells = [];
    begun = ++line;
  }
  return rows;
}

/** Where a cell without quotes ends: at a comma, a line's end, or the text's. */
function bareEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const c = text[at];
    if (c === ',' || c === '\n' || (c === '\r' && text[at + 1] === '\n')) return at;
  }
  return text.length;
}

/** Where one with quotes ends; quotes inside are twice. Throws a WireError (400). */
function closing(text: string, from: number, line: number): number {
  let at = text.indexOf('"', from + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  const end = at + 1;
  const isEnd = end === text.length || text[end] === ',' || text[end] === '\n' || text.startsWith('\r\n', end);
  if (at >= 0 && isEnd) return end;
  throw new WireError(400, `line ${line}: expected quotes around a whole cell, and twice inside`);
}
