/** What strangers sent, as it is kept. */
export interface Rows {
  /** `time,` and the columns, without LF. */
  readonly header: string;
  /** Whole lines. */
  readonly rows: Uint8Array;
  readonly count: number;
}
