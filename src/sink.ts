/** The contract of a sink: it puts text somewhere. It knows when a row was due, not what it means. */

/** What one recorder writes. */
export interface Stream {
  readonly name: string;
  /** The first line, with its LF; '' when the format has none. */
  readonly head: string;
  /** Whether times have three decimals. */
  readonly fractional: boolean;
}

/**
 * One recorder's rows on their way into a sink. Order is kept; `put` never throws for a full or failing disk, which is a warning
 * and a count; a reader of stdout that went away is {@link Gone}.
 */
export interface Feed {
  /** Whether a row of this time may be written: time goes forward within one file. */
  accepts(time: number): boolean;
  /** Whole lines of one sample, due at `time` (milliseconds since the epoch). The bytes are the caller's: copy what is kept. */
  put(time: number, text: Uint8Array, rows: number): void;
}

export interface Sink {
  /** Throws an SdrError when nothing can ever be written there. */
  feed(stream: Stream): Feed;
  /** After each tick. `now` in monotonic milliseconds. */
  tick(now: number): void;
  /** Everything gathered is written. */
  flush(): void;
  /** Flushes and gives back what was held. */
  close(): void;
}

/** Nobody reads stdout any more: a polite end, not an error. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** What recording lost and wrote, counted in one place. */
export interface Counts {
  missedTicks: number;
  lateMsMax: number;
  droppedRows: number;
  writtenBytes: number;
}

/** A line `missed_ticks 3` for each count: how a recording tells a recorder what it has lost. */
export const countsText = (counts: Counts, failedSamples: number): string =>
  [
    `missed_ticks ${counts.missedTicks}`,
    `late_ms_max ${Math.round(counts.lateMsMax)}`,
    `dropped_rows ${counts.droppedRows}`,
    `written_bytes ${counts.writtenBytes}`,
    `failed_samples ${failedSamples}`,
  ].join('\n');

export const noCounts = (): Counts => ({
  missedTicks: 0,
  lateMsMax: 0,
  droppedRows: 0,
  writtenBytes: 0,
});
