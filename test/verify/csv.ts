/** The program's own output, read as any user's script would: by header names. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Row {
  /** The tick that the row was due at. */
  readonly time: number;
  /** When the row was read, as near as its file tells: seconds since the epoch. */
  readonly at: number;
  /** '' for a recorder of one thing. */
  readonly device: string;
  /** Seconds that this row covers. */
  readonly interval: number;
  readonly cells: ReadonlyMap<string, string>;
}

export interface Recording {
  readonly recorder: string;
  /** The measured columns: not `time`, the key and `interval_s`. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

const keys = new Set(['device']);

/** A sample later than this after its tick was not stamped by its file: the file was flushed later or copied. */
const LATE_S = 0.5;

/** All files of one recorder in a folder, as one. Only whole lines. */
export function readRecording(folder: string, recorder: string): Recording {
  const names = readdirSync(folder)
    .filter((name) => name.startsWith(`${recorder}-`) && name.endsWith('.csv'))
    .sort();
  const recordings = names.map((name) => parse(recorder, readFileSync(join(folder, name), 'utf8')));
  const rows = recordings.flatMap((recording) => recording.rows);
  const written = names.length === 0 ? 0 : statSync(join(folder, names.at(-1) as string)).mtimeMs / 1000;
  return { recorder, columns: recordings[0]?.columns ?? [], rows: stamped(rows, written) };
}

/**
 * A tick is when a row was due; a busy machine reads it some milliseconds later. The file was last written right
 * after the last reading, and from there `interval_s` leads back to each reading before.
 */
function stamped(rows: readonly Row[], written: number): Row[] {
  const last = rows.at(-1)?.time ?? 0;
  const late = written - last >= 0 && written - last < LATE_S ? written - last : 0;
  const next = new Map<string, number>();
  return rows
    .toReversed()
    .map((row) => {
      const at = next.get(row.device) ?? row.time + late;
      next.set(row.device, at - row.interval);
      return { ...row, at };
    })
    .reverse();
}

function parse(recorder: string, text: string): Recording {
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const header = (lines[0] ?? '').split(',');
  if (lines.length > 0 && header[0] !== 'time') throw new Error(`${recorder}: the header does not start with time`);
  const rows = lines.slice(1).map((line) => {
    const values = line.split(',');
    if (values.length !== header.length)
      throw new Error(`${recorder}: ${values.length} cells under ${header.length} names`);
    const cells = new Map(header.map((name, i) => [name, values[i] as string]));
    const number = (name: string): number => (cells.get(name) ? Number(cells.get(name)) : Number.NaN);
    const time = number('time');
    return { time, at: time, device: cells.get('device') ?? '', interval: number('interval_s'), cells };
  });
  const columns = header.slice(1).filter((name) => !keys.has(name) && name !== 'interval_s' && name !== '');
  return { recorder, columns, rows };
}

/** A cell as a number; NaN when it is empty. */
export function cell(row: Row, column: string): number {
  const text = row.cells.get(column);
  return text === undefined || text === '' ? Number.NaN : Number(text);
}
