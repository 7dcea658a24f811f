/** The contract of a format: it spells a batch. It knows schemas, not files. */
import type { Batch } from './batch.ts';
import { Csv } from './formats/csv.ts';
import { Json } from './formats/json.ts';
import { Krd } from './formats/krd/index.ts';
import { Table } from './formats/table.ts';
import type { Text } from './text.ts';
import type { View } from './view.ts';

export interface Format {
  /** What stands once before the first row, with its LF; '' when there is no such thing. */
  head(view: View): string;
  /** Adds the rows of a batch to `out`, each ending in LF. */
  rows(batch: Batch, out: Text): void;
}

/** Formats by name, in documentation order. */
export const formats: Readonly<Record<string, () => Format>> = {
  csv: () => new Csv(),
  json: () => new Json(),
  table: () => new Table(),
  krd: () => new Krd(),
};
