/** What must hold for every file that sdr writes, whatever happened to it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The CSV files of a directory, oldest first; none when it is not there (yet). */
export function filesOf(directory: string, recorder = ''): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith('.csv') && name.startsWith(recorder))
    .sort()
    .map((name) => join(directory, name));
}

export const read = (path: string): string => readFileSync(path, 'latin1');

export function tableOf(text: string): Table {
  const [header = '', ...rows] = text.replace(/\n$/, '').split('\n');
  return { header: header.split(','), rows: rows.map((row) => row.split(',')) };
}

/** The cells of one column, by name. */
export function column({ header, rows }: Table, name: string): string[] {
  const at = header.indexOf(name);
  if (at < 0) throw new Error(`There is no column ${name} in ${header.join(',')}`);
  return rows.map((row) => row[at] ?? '');
}

/** The different times of all rows in all files of a recorder, in the order of the files; empty files have none. */
export const times = (directory: string, recorder: string): string[] =>
  filesOf(directory, recorder)
    .map(read)
    .filter((text) => text !== '')
    .flatMap((text) => [...new Set(column(tableOf(text), 'time'))]);

/** Everything that is wrong with a file; `ended` = its writer has stopped, so that its last line is whole. */
export function faults(text: string, ended = true): string[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const wrong: string[] = [];
  if (ended && whole.length !== text.length) wrong.push(`torn tail: ${text.slice(whole.length)}`);
  const lines = whole.split('\n').slice(0, -1);
  const header = lines[0] ?? '';
  if (!/^time(,[a-z][a-z0-9_]*)+$/.test(header)) wrong.push(`no header: ${header}`);
  const keyed = header.startsWith('time,device,');
  const cells = header.split(',').length;
  const last = new Map<string, number>();
  for (const [i, line] of lines.slice(1).entries()) {
    const said = rowFault(line, cells, keyed, last);
    if (said !== '') wrong.push(`line ${i + 2}, ${said}: ${line}`);
  }
  return wrong.slice(0, 10);
}

const row = /^\d+(\.\d{3})?(,[A-Za-z0-9_.:@/%+-]*)+$/;
const numbers = /^-?\d*(\.\d+)?$/;

function rowFault(line: string, cells: number, keyed: boolean, last: Map<string, number>): string {
  const found = line.split(',');
  if (found.length !== cells) return `${found.length} cells of ${cells}`;
  if (!row.test(line)) return 'not a row';
  if (!found.slice(keyed ? 2 : 1).every((cell) => numbers.test(cell))) return 'not numbers';
  const key = keyed ? (found[1] ?? '') : '';
  if (keyed && key === '') return 'no device';
  const time = Number(found[0]);
  if (time <= (last.get(key) ?? 0)) return 'time does not go on';
  last.set(key, time);
  return '';
}

/** All that is wrong in a directory, file by file; {} when nothing is. */
export function faultsIn(directory: string): Record<string, string[]> {
  const found = filesOf(directory).map((file): [string, string[]] => [file, faults(read(file))]);
  return Object.fromEntries(found.filter(([, wrong]) => wrong.length > 0));
}
