/** The contract of a recorder: what an author writes, and what the rest of sdr sees. */
import type { Machine } from './machine.ts';
import type { Column, Fields, Schema } from './schema.ts';

/** What a reader fills at each tick. */
export interface Sample {
  /** CLOCK_MONOTONIC of this tick, milliseconds. */
  readonly now: number;
  /**
   * The values of one thing at this tick, all NaN ("not measured"), in the order of the fields. Rows are written in the order
   * they are asked for. `key` is '' for a recorder of one thing. Null when the user does not want that thing.
   */
  row(key: string): Float64Array | null;
  /** Notes a value beyond 2^53 of the row asked for last, digit by digit. */
  exact(field: number, digits: string): void;
  /** Keeps the row asked for last as a base for later, but does not write it. */
  hide(): void;
}

/** Reads one sample. Throws a ParseError or SystemError when there is none at this tick: the base stays, the next row spans the gap. */
export type Reader = (sample: Sample) => void;

export interface Recorder extends Schema {
  /** The interval it has when the bare interval does not govern it, in milliseconds; null = always the bare one. */
  readonly slow: number | null;
  /** Prepares reading from a machine. Throws an SdrError (`unavailable`, `permission`) when it cannot work there. */
  open(machine: Machine): Reader;
}

interface Recipe<F extends Fields> extends Omit<Recorder, 'fields' | 'columns' | 'slow'> {
  readonly fields: F;
  readonly columns: Readonly<Record<string, Column<keyof F & string>>>;
  readonly slow?: number;
}

/** Checks at compile time that every column speaks of fields that exist. */
export function defineRecorder<const F extends Fields>(recipe: Recipe<F>): Recorder {
  return { slow: null, ...recipe } as unknown as Recorder;
}
