/** How rows of statistics are spelled on stdout: they are CSV first, which the spellings of recorded rows turn into the others. */
import { Lines } from '../read/lines.ts';
import type { Output } from '../read/output.ts';
import type { Shape } from '../read/spell.ts';
import { spellings } from '../read/spell.ts';
import { localTime } from '../read/when.ts';
import type { Text } from '../text.ts';
import { columnName, windowName } from './columns.ts';

/** Prints the rows in `text`, which all are of one window. */
export type Printer = (text: Text) => void;

/** The formats, as `sdr cat` has them. */
export const formatNames: readonly string[] = Object.keys(spellings);

/** `shape` says what the rows are; the header is printed at once. */
export function printerOf(format: string, shape: Shape, output: Output): Printer {
  if (format === 'csv' && !shape.local) {
    output.text().ascii(`${shape.names.join(',')}\n`);
    return (text) => {
      output.text().raw(text.view());
      output.spelled();
    };
  }
  if (format === 'table') return table(shape, output);
  const spelling = (spellings[format] as (typeof spellings)[string])(shape);
  const places = shape.names.map((_, i) => i);
  output.text().ascii(spelling.head);
  return (text) => {
    const lines = new Lines([text.view()]);
    while (lines.row(places.length)) {
      spelling.row(lines, places, output.text());
      output.spelled();
    }
  };
}

/** Rows under one heading. */
const page = 40;

/** Columns are as wide as what has been in them; names lean left, numbers right. */
function table({ names, key, local }: Shape, output: Output): Printer {
  const widths = names.map((name) => name.length);
  const isName = names.map((name) => [key, columnName, windowName].includes(name));
  const aligned = (cells: readonly string[]): string => {
    const pad = (cell: string, i: number) => (isName[i] ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0));
    return `${cells.map(pad).join('  ').trimEnd()}\n`;
  };
  let rows = 0;
  return (text) => {
    const all = [...cellsOf(text, names.length, local)];
    names.forEach((_, i) => {
      widths[i] = all.reduce((width, cells) => Math.max(width, cells[i]?.length ?? 0), widths[i] ?? 0);
    });
    for (const cells of all) {
      if (rows % page === 0) output.text().ascii((rows > 0 ? '\n' : '') + aligned(names));
      rows++;
      output.text().ascii(aligned(cells));
      output.spelled();
    }
  };
}

function* cellsOf(text: Text, width: number, local: boolean): Iterable<string[]> {
  const lines = new Lines([text.view()]);
  while (lines.row(width)) {
    lines.split();
    const cells = Array.from({ length: width }, (_, i) => lines.cell(i) || '-');
    if (local) cells[0] = localTime(lines.time, lines.fractional);
    yield cells;
  }
}
