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
  /** A text of the row asked for last. Control characters become blanks: a row is one line. */
  text(field: number, text: string): void;
  /** Keeps the row asked for last as a base for later, but does not write it. `mark` stands for its values: see {@link stays}. */
  hide(mark?: number): void;
  /** True when the row was hidden at the sample before with this mark: it stays a base as it is, and need not be asked for. */
  stays(key: string, mark: number): boolean;
}

/** Reads one sample. Throws a ParseError or SystemError when there is none at this tick: the base stays, the next row spans the gap. */
export type Reader = (sample: Sample) => void;

/**
 * Asks for one sample beside the tick: what takes long must not delay the others. `answered` is called once, later, with what then
 * fills the sample (or throws, as a {@link Reader} does). It is not asked again before that; its rows carry the tick they were due at.
 */
export interface Asker {
  ask(answered: (fill: Reader) => void): void;
}

/** Whether the user wants a thing; `named`: whether by name. */
export type Wanted = (key: string, named?: boolean) => boolean;

/** Nobody chose anything. */
export const everything: Wanted = (_, named = false) => !named;

/** A paragraph that only the recorder's author can write. */
export interface Note {
  readonly title: string;
  readonly text: string;
  /** A list of words below it, each with what it means. */
  readonly terms?: readonly (readonly [word: string, meaning: string])[];
}

export interface Recorder extends Schema {
  /** The interval it has when the bare interval does not govern it, in milliseconds; null = always the bare one. */
  readonly slow: number | null;
  /** No interval below `milliseconds` is possible, and why. */
  readonly least?: { readonly milliseconds: number; readonly why: string };
  /** For its page: pitfalls, how to read it. */
  readonly notes?: readonly Note[];
  /** For its page: command lines that somebody will want. */
  readonly examples?: readonly string[];
  /**
   * Prepares reading from a machine. `wanted` is what the user wants of it, for those that leave things out or ask for them
   * one by one. Throws an SdrError (`unavailable`, `permission`) when it cannot work there.
   */
  open(machine: Machine, wanted: Wanted): Reader | Asker;
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
