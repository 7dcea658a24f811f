/** What a collector counts: `GET /metrics` answers with all of it, sdr-wire(7) lists it. */

export interface Metric {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** What tells its samples apart; a host's are only shown to who may see that host. */
  readonly label?: 'status' | 'door' | 'cause' | 'host';
}

export const metrics = {
  sdr_collect_uptime_seconds: { kind: 'gauge', help: 'Time since the collector started' },
  sdr_collect_connections: { kind: 'gauge', help: 'Connections that are open', label: 'door' },
  sdr_collect_connections_total: { kind: 'counter', help: 'Connections since the start' },
  sdr_collect_connections_dropped_total: { kind: 'counter', help: 'Connections turned away, being too many' },
  sdr_collect_requests_total: { kind: 'counter', help: 'Requests over HTTP and frames over TCP' },
  sdr_collect_answers_total: { kind: 'counter', help: 'Answers to them', label: 'status' },
  sdr_collect_received_bytes_total: { kind: 'counter', help: 'Bytes of bodies and frames as they were sent' },
  sdr_collect_pending_bytes: { kind: 'gauge', help: 'Bytes received and not answered yet' },
  sdr_collect_pending_limit_bytes: { kind: 'gauge', help: 'Most of these that are taken' },
  sdr_collect_reloads_total: { kind: 'counter', help: 'Tokens and certificates that were read again' },
  sdr_collect_frames_total: { kind: 'counter', help: 'Frames that brought something new' },
  sdr_collect_rows_total: { kind: 'counter', help: 'Rows stored' },
  sdr_collect_bytes_total: { kind: 'counter', help: 'Bytes of rows stored' },
  sdr_collect_duplicates_total: { kind: 'counter', help: 'Frames of which all was there' },
  sdr_collect_rewinds_total: { kind: 'counter', help: 'Frames beyond what was there' },
  sdr_collect_conflicts_total: { kind: 'counter', help: 'Frames of other machines or with other bytes' },
  sdr_collect_guest_requests_total: { kind: 'counter', help: 'Requests of senders that are not sdr' },
  sdr_collect_guest_repeats_total: { kind: 'counter', help: 'Those of them whose key was known' },
  sdr_collect_busy_total: { kind: 'counter', help: 'Requests turned away because too much was in flight' },
  sdr_collect_full_total: { kind: 'counter', help: 'Requests turned away because the disk was full' },
  sdr_collect_failed_total: { kind: 'counter', help: 'Requests turned away because the disk failed' },
  sdr_collect_commits_total: { kind: 'counter', help: 'Groups of requests made durable together' },
  sdr_collect_checkpoints_total: { kind: 'counter', help: 'Journals made durable in the files themselves' },
  sdr_collect_journal_bytes_total: { kind: 'counter', help: 'Bytes written to the journal' },
  sdr_collect_recovered_frames: { kind: 'gauge', help: 'Frames that the last start applied again' },
  sdr_collect_truncated_bytes: { kind: 'gauge', help: 'Bytes of the journal that the last start cut off' },
  sdr_collect_lost_frames: { kind: 'gauge', help: 'Frames that the last start could not apply' },
  sdr_collect_latency_seconds: {
    kind: 'histogram',
    help: 'How long commits took, and what part of them',
    label: 'cause',
  },
  sdr_collect_host_last_seen_timestamp_seconds: {
    kind: 'gauge',
    help: 'When something of a host arrived last',
    label: 'host',
  },
  sdr_collect_host_last_row_timestamp_seconds: {
    kind: 'gauge',
    help: 'The newest time in its rows',
    label: 'host',
  },
  sdr_collect_host_rows_total: { kind: 'counter', help: 'Rows of it since the start', label: 'host' },
  sdr_collect_host_bytes: { kind: 'gauge', help: 'Bytes of its files', label: 'host' },
  sdr_collect_host_refused: {
    kind: 'gauge',
    help: '1 when another machine came under its name and was refused',
    label: 'host',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;
