/** What the archive is asked with and what it tells: options, status of hosts, counters. */
import type { Histogram } from './histogram.ts';
import type { Store } from './store.ts';

export interface ArchiveOptions {
  /** The directory; made when its parent exists. */
  readonly path: string;
  /** A journal of this many bytes is full: what it holds is made durable in its place. There are two. Default 16 MiB. */
  readonly journalBytes?: number;
  /** Bytes in flight at most; beyond it requests are told to come again (503). Default 32 MiB. */
  readonly maxPending?: number;
  /** Descriptors of files held open. Default 1024. */
  readonly openFiles?: number;
  /** Bytes that stay free on the file system: below it nothing is taken (507). Default 0. */
  readonly minFree?: number;
  /** Takes one line that a person should see. */
  readonly report: (line: string) => void;
  /** Wall clock, milliseconds since the epoch. */
  readonly now?: () => number;
  /** The few file calls, replaced in tests. */
  readonly store?: Store;
}

export interface HostStatus {
  readonly host: string;
  /** 16 hexadecimal digits; '' while only guests wrote. */
  readonly machine: string;
  /** The last other machine that came under this name and was refused. */
  readonly refused: string | null;
  readonly files: number;
  readonly bytes: number;
  /** Rows stored since the collector started. */
  readonly rows: number;
  /** When bytes of it came last, milliseconds since the epoch; 0 = never. */
  readonly lastSeen: number;
  /** The newest `time` stored, seconds since the epoch; 0 = none. */
  readonly lastTime: number;
  /** Directories (of that host) that files came from. */
  readonly instances: number;
}

/** What a commit waits for. `commit` is all of it together. */
export type Cause = 'write' | 'sync' | 'apply' | 'commit' | 'checkpoint' | 'wait';

/** Counters since the archive was opened. */
export interface Stats {
  /** Frames that brought something new, and what they brought. */
  frames: number;
  rows: number;
  bytes: number;
  /** Frames of which all was there already. */
  duplicates: number;
  /** Frames beyond what is there: the sender goes back. */
  rewinds: number;
  /** Frames refused (409): another machine or other bytes. */
  conflicts: number;
  /** Frames refused (400). */
  malformed: number;
  /** Requests turned away: too much in flight (503), disk full (507), failed (503). */
  busy: number;
  full: number;
  failed: number;
  /** Requests of guests, and those whose key was known. */
  writes: number;
  repeats: number;
  commits: number;
  checkpoints: number;
  /** Bytes written to the journal, heads included. */
  journaled: number;
  /** At start: frames of the journal that were applied again, and bytes of it that were cut off. */
  recovered: number;
  truncated: number;
  /** Frames of the journal that could not be applied: what precedes them is gone. */
  lost: number;
  /** How long commits took, by cause. */
  readonly latency: Readonly<Record<Cause, Histogram>>;
}
