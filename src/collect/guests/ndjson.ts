/** JSON of strangers, an object a line, as sdr CSV: the columns are the keys of all of them, in the order of their first sight. */
import { WireError } from '../../wire/error.ts';
import { guestLimits as most } from '../../wire/limits.ts';
import { cell, headerOf, measure, timeCell, tooManyCells } from './cell.ts';
import type { Rows } from './rows.ts';

type Json = Readonly<Record<string, unknown>>;

/** `arrival` is the time of rows without one, seconds. Throws a WireError (400, 413). */
export function fromNdjson(body: Uint8Array, arrival: string): Rows {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  measure(text);
  const found = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [objectOf(line, at + 1)]));
  const keys = new Set<string>();
  for (const { object } of found) for (const key of Object.keys(object)) keys.add(key);
  keys.delete('time');
  if (keys.size > most.columns) throw new WireError(400, `expected at most ${most.columns} columns`);
  if (found.length * keys.size > most.cells) throw tooManyCells();
  const names = [...keys];
  if (found.length === 0) throw new WireError(400, 'expected an object a line, got an empty body');
  const { header } = headerOf(['time', ...names.map(bytesOf)]);
  const lines = found.map(({ object, line }) => {
    const time = timeCell(own(object, 'time', line), arrival, line);
    return `${[time, ...names.map((name) => cell(own(object, name, line)))].join(',')}\n`;
  });
  return { header, rows: Buffer.from(lines.join(''), 'latin1'), count: lines.length };
}

function objectOf(line: string, at: number): { readonly object: Json; readonly line: number } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new WireError(400, `line ${at}: expected JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WireError(400, `line ${at}: expected an object`);
  }
  return { object: value as Json, line: at };
}

/** A value as text, a byte a character. */
function own(object: Json, name: string, line: number): string {
  const value = Object.hasOwn(object, name) ? object[name] : null;
  if (value === null) return '';
  if (typeof value === 'string') return bytesOf(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  throw new WireError(400, `line ${line}: expected numbers, texts, true, false or null`);
}

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
