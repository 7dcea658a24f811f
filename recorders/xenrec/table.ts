/** The tables of one run of xentop: where they begin, whose newlines split a line, who is in them twice. */
import { ParseError } from '../../src/errors.ts';
import { ascii, encodeId } from '../../src/parse.ts';
import type { Row } from './row.ts';
import { isHeader, pastBlanks, rowOf, shown } from './row.ts';

export interface Domain extends Row {
  /** Its name as a CSV cell, the same in each table; unique within a table. */
  readonly id: string;
}

export type Table = readonly Domain[];

const LF = 10;

/** The tables of one run. Throws a ParseError when the text is another program's, or ends inside a table. */
export function tablesOf(output: Uint8Array): readonly Table[] {
  const tables = new Tables(output);
  let end = 0;
  for (let from = 0; from < output.length; from = end + 1) {
    end = output.indexOf(LF, from);
    if (end < 0) throw new ParseError('Cannot parse the output of xentop: it ends inside a line');
    tables.line(from, end);
  }
  return tables.finish();
}

class Tables {
  private readonly tables: Rows[] = [];
  private readonly bytes: Uint8Array;
  /** Where a name began whose newline split its line; -1 between lines that are whole. */
  private open = -1;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  line(from: number, end: number): void {
    const { bytes, tables, open } = this;
    const table = tables.at(-1);
    const row = rowOf(bytes, from, end);
    if (row) {
      // Without a header above it, it is no domain.
      table?.add(bytes, open < 0 ? from : open, end, row);
      this.open = -1;
      return;
    }
    // What follows the first half of a name belongs to it, also when it looks like a header.
    if (open >= 0) return;
    if (isHeader(bytes, from, end, !table)) tables.push(new Rows());
    else if (table) this.open = from;
  }

  finish(): readonly Table[] {
    const { bytes, open } = this;
    if (open < 0) return this.tables.map(({ domains }) => domains);
    throw new ParseError(
      `Cannot parse the output of xentop: expected a domain, got "${shown(bytes, open, bytes.length)}"`,
    );
  }
}

/** The domains of one table. */
class Rows {
  readonly domains: Domain[] = [];
  private readonly seen = new Set<string>();
  private readonly names = new Map<string, number>();

  /** `row` was found at the end of a text that begins at `from`, maybe lines above. */
  add(bytes: Uint8Array, from: number, end: number, row: Row): void {
    // libxenstat lists domains twice when there are more than 256 and their ids have gaps.
    const line = ascii(bytes, from, end);
    if (this.seen.has(line)) return;
    this.seen.add(line);
    const start = pastBlanks(bytes, from, row.nameEnd);
    const name = start === row.nameEnd ? '%00' : encodeId(bytes, start, row.nameEnd);
    const nth = (this.names.get(name) ?? 0) + 1;
    this.names.set(name, nth);
    this.domains.push({ ...row, id: nth === 1 ? name : `${name}~${nth}` });
  }
}
