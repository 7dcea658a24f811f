/** Values of strangers as cells of sdr CSV: sdr-csv(5) says which bytes a cell may have. A character here is a byte. */
import { encodeId } from '../../parse.ts';
import { WireError } from '../../wire/error.ts';
import { guestLimits as most } from '../../wire/limits.ts';

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
/** What some programs write where they have no number. */
const none = /^(?:[+-]?(?:nan|inf|infinity)|null)$/i;
/** As all numbers of ours are. */
const usual = /^-?\d+(?:\.\d{1,9})?$/;
/** Numbers from here on are no measurements: they stay texts. */
const huge = 1e30;

/** A number without exponent, a text percent-encoded, nothing for what is no number. */
export function cell(text: string): string {
  if (text === '' || usual.test(text)) return text;
  if (number.test(text) && Math.abs(Number(text)) < huge) return decimal(text);
  return none.test(text) ? '' : encodeId(Buffer.from(text, 'latin1'));
}

/** With at most 9 decimals. */
function decimal(text: string): string {
  const value = Number(text);
  if (Math.abs(value) >= 1e21) return String(BigInt(value));
  const spelled = value.toFixed(9).replace(/\.?0+$/, '');
  return spelled === '-0' ? '0' : spelled;
}

/** The columns of a stranger as a header that begins with `time`; whether theirs does. Throws a WireError (400). */
export function headerOf(names: readonly string[]): { readonly header: string; readonly isTimed: boolean } {
  if (names.length > most.columns) {
    throw new WireError(400, `expected at most ${most.columns} columns, got ${names.length}`);
  }
  const columns = names.map(columnOf);
  const isTimed = columns[0] === 'time';
  const all = isTimed ? columns : ['time', ...columns];
  if (all.length < 2) throw new WireError(400, 'expected a column behind time');
  const twice = all.find((name, at) => all.indexOf(name) !== at);
  if (twice === 'time') throw new WireError(400, 'expected time as the first column');
  if (twice !== undefined) throw new WireError(400, `expected each column once, got ${twice} twice`);
  return { header: all.join(','), isTimed };
}

/** Lower-case letters, digits and `_`, as sdr-csv(5) has it: everything else becomes `_`. */
export function columnOf(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (words === '') throw new WireError(400, 'expected a name with letters for each column');
  const column = /^[a-z]/.test(words) ? words : `c_${words}`;
  if (column.length > most.name) throw new WireError(400, `expected column names of at most ${most.name} characters`);
  return column;
}

/** Unix seconds as sdr spells them; '' is the time of arrival. Throws a WireError (400). */
export function timeCell(text: string, arrival: string, line: number): string {
  if (text === '') return arrival;
  const [, seconds, fraction] = /^(\d{1,11})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (seconds === undefined) {
    const shown = encodeId(Buffer.from(text.slice(0, 40), 'latin1'));
    throw new WireError(400, `line ${line}: expected time as Unix seconds, got ${shown}`);
  }
  return fraction === undefined ? seconds : `${seconds}.${`${fraction}00`.slice(0, 3)}`;
}

/** Counts before anything is made of it. Throws a WireError (413). */
export function measure(text: string): void {
  let rows = 0;
  let cells = 1;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 10) rows++;
    if (c === 10 || c === 44) cells++;
  }
  if (rows > most.rows + 1) throw new WireError(413, `expected at most ${most.rows} rows a request`);
  if (cells > most.cells) throw tooManyCells();
}

export const tooManyCells = (): WireError => new WireError(413, `expected at most ${most.cells} cells a request`);
