/** Recorded rows spelled anew: other columns, other formats, local time. Digits are copied, never computed. */
import type { Text } from '../text.ts';
import type { Lines } from './lines.ts';
import { localTime } from './when.ts';

/** What is wanted of all files. */
export interface Shape {
  /** The columns written, `time` first. */
  readonly names: readonly string[];
  /** '' when nobody knows. */
  readonly recorder: string;
  readonly key: string | null;
  readonly local: boolean;
}

/** Adds the row that `lines` stands on; `places` says for each wanted column which cell it is, -1 for none. */
export interface Spelling {
  /** What stands before the first row. */
  readonly head: string;
  row(lines: Lines, places: readonly number[], out: Text): void;
}

export const spellings: Readonly<Record<string, (shape: Shape) => Spelling>> = { csv, table, json };

function csv(shape: Shape): Spelling {
  return {
    head: `${shape.names.join(',')}\n`,
    row(lines, places, out) {
      lines.split();
      places.forEach((place, i) => {
        if (i > 0) out.byte(44);
        if (i === 0 && shape.local) out.ascii(localTime(lines.time, lines.fractional));
        else if (place >= 0) out.raw(lines.bytes.subarray(lines.cells[place], (lines.cells[place + 1] as number) - 1));
      });
      out.byte(10);
    },
  };
}

/** The cells as text, a byte a character; '' for what is missing. */
function textsOf(lines: Lines, places: readonly number[], { local }: Shape): string[] {
  lines.split();
  return places.map((place, i) => {
    if (i === 0 && local) return localTime(lines.time, lines.fractional);
    return place < 0 ? '' : lines.cell(place);
  });
}

/** A number that JSON spells the same way. */
const isNumber = (text: string): boolean => /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text);

const unquoted = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);

function json(shape: Shape): Spelling {
  const begin = shape.recorder === '' ? '{' : `{"recorder":"${shape.recorder}",`;
  const names = shape.names.map((name) => `${JSON.stringify(name)}:`);
  const value = (text: string, i: number): string => {
    if (text === '') return 'null';
    const isText = shape.names[i] === shape.key || !isNumber(text);
    return isText ? JSON.stringify(unquoted(text)) : text;
  };
  return {
    head: '',
    row(lines, places, out) {
      const cells = textsOf(lines, places, shape).map((text, i) => names[i] + value(text, i));
      out.ascii(`${begin}${cells.join(',')}}\n`);
    },
  };
}

/** As wide as the table of `sdr record`: names and numbers decide, never the terminal. */
const least = 7;
const keyWidth = 12;
const timeWidth = 10;
const localWidth = 25;
const page = 40;

function table(shape: Shape): Spelling {
  const { names, key, local } = shape;
  const width = (name: string, i: number) => {
    if (i === 0) return local ? localWidth : timeWidth;
    return name === key ? keyWidth : Math.max(least, name.length);
  };
  const aligned = (cells: readonly string[]): string => {
    const padded = cells.map((text, i) => {
      const name = names[i] as string;
      return name === key ? text.padEnd(width(name, i)) : text.padStart(width(name, i));
    });
    return `${padded.join('  ').trimEnd()}\n`;
  };
  let rows = 0;
  return {
    head: '',
    row(lines, places, out) {
      if (rows % page === 0) out.ascii((rows > 0 ? '\n' : '') + aligned(names));
      rows++;
      out.ascii(aligned(textsOf(lines, places, shape).map((text) => text || '-')));
    },
  };
}
