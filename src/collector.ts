/** The contract of a collector: what its command asks for. src/collect/ keeps it, on the edition that has one. */
import type { Exit } from './errors.ts';
import type { Engine } from './host.ts';
import type { Report } from './report.ts';
import type { Limits } from './wire/limits.ts';

/** Who asks. */
export interface Caller {
  readonly engine: Engine;
  readonly report: Report;
}

export interface Serving {
  /** The directory of all hosts. */
  readonly path: string;
  /** `[http:|https:|tcp:|tls:][HOST:]PORT` */
  readonly listen: readonly string[];
  /** A file of tokens; null is the one in the directory. */
  readonly tokens: string | null;
  /** Leave to take data without tokens from anywhere. */
  readonly insecure: boolean;
  readonly tls: Certificates | null;
  readonly limits: Limits;
  /** Bytes of the journal at which it is applied. */
  readonly journalBytes: number | null;
  /** Files held open; null is as many as there are descriptors for. */
  readonly openFiles: number | null;
  /** Bytes that stay free on the disk. */
  readonly minFree: number | null;
}

/** Paths of PEM files. */
export interface Certificates {
  readonly cert: string;
  readonly key: string;
  /** Who signs the certificates of clients; null when none are asked for. */
  readonly clientCa: string | null;
}

export interface TokenWish {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly recorders: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expires: number | null;
  readonly enrol: boolean;
  readonly readOnly: boolean;
}

/** A token as a list shows it. */
export interface TokenState extends TokenWish {
  readonly isExpired: boolean;
}

export interface HostState {
  readonly host: string;
  /** '' while only strangers wrote under its name. */
  readonly machine: string;
  readonly refused: string | null;
  readonly files: number;
  readonly instances: number;
  readonly bytes: number;
  readonly rows: number;
  /** Since something of it arrived, seconds; null when nothing has since the collector started. */
  readonly silent_s: number | null;
  /** From the newest `time` that is stored to now, seconds. */
  readonly lag_s: number | null;
  /** Over the last minutes. */
  readonly rows_per_s: number;
}

/** Waiting of a kind, milliseconds, as upper bounds of what was counted. */
export interface Latency {
  readonly cause: string;
  readonly window: string;
  readonly count: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly worst_ms: number;
}

export interface CollectorState {
  readonly pid: number;
  readonly uptime_s: number;
  readonly connections: number;
  readonly pending_bytes: number;
  readonly hosts: readonly HostState[];
  readonly latencies: readonly Latency[];
  /** What was refused since the start, by status. */
  readonly refusals: Readonly<Record<string, number>>;
}

export interface Collector {
  /** Until a signal. Rejects with an SdrError. */
  serve(caller: Caller, serving: Serving): Promise<Exit>;
  /** Of the collector that runs in a directory; null when none does. */
  status(path: string): Promise<CollectorState | null>;
  /** Takes the machine that was refused under a host's name. Rejects with an SdrError. */
  accept(caller: Caller, path: string, host: string): Promise<void>;
  /** Adds a token to a file and gives it: it is nowhere else. Throws an SdrError. */
  addToken(file: string, wish: TokenWish): string;
  /** Throws an SdrError. */
  tokens(file: string): readonly TokenState[];
  /** Throws an SdrError when there is no such token. */
  revokeToken(file: string, name: string): void;
}
