/** Rows that belong to one tick, with what they mean: what travels from a recorder to formats and sinks. */
import type { Entry } from './series.ts';
import type { View } from './view.ts';

export interface Batch {
  readonly view: View;
  /** The due tick, milliseconds since the epoch. */
  readonly time: number;
  /** Whether `time` is written with three decimals. */
  readonly fractional: boolean;
  /** Reused by the next tick. */
  readonly rows: readonly Entry[];
}

/** `time` as it stands in a cell: epoch seconds, with exactly three decimals or none. */
export function timeText(time: number, fractional: boolean): string {
  return fractional ? (time / 1000).toFixed(3) : String(Math.floor(time / 1000));
}

/** How many decimals a rate needs so that rate × interval gives its count back. */
export function rateDigits(digits: number, seconds: number): number {
  let more = digits;
  for (let limit = 100; seconds > limit && more < 9; limit *= 10) more++;
  return more;
}

/** A cell that is text; null when it is a number or empty. */
export function textOf(batch: Batch, entry: Entry, column: number): string | null {
  const shown = batch.view.columns[column];
  return shown?.isText ? entry.textNow?.get(shown.field) || null : null;
}

/** A counter beyond 2^53 in base units, digit by digit; null when a double holds it. */
export function exactText(batch: Batch, entry: Entry, column: number): string | null {
  const field = batch.view.columns[column]?.field ?? -1;
  const value = field < 0 ? undefined : entry.exactNow?.get(field);
  if (value === undefined) return null;
  const scale = Object.values(batch.view.schema.fields)[field]?.scale ?? 1;
  // Counters that large are bytes, packets or sectors: their scale is whole.
  return (value * BigInt(Math.max(1, Math.round(scale)))).toString();
}
