/** The values of the metrics that src/wire/metrics.ts declares, as Prometheus reads them: the text format, version 0.0.4. */
import type { Metric, MetricName } from '../wire/metrics.ts';
import { metrics } from '../wire/metrics.ts';
import type { Histogram } from './archive/histogram.ts';
import type { HostStatus, Stats } from './archive/types.ts';
import type { Service } from './service.ts';

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

interface Source {
  readonly service: Service;
  readonly stats: Stats;
  /** Those that the reader may see. */
  readonly hosts: readonly HostStatus[];
}

type Value = number | Histogram;
/** One value, or one for each label. */
type Values = Value | Iterable<readonly [label: string | number, value: Value]>;

const perHost = ({ hosts }: Source, value: (host: HostStatus) => number): Values =>
  hosts.map((host) => [host.host, value(host)] as const);

const values: Readonly<Record<MetricName, (source: Source) => Values>> = {
  sdr_collect_uptime_seconds: ({ service }) => Math.floor((service.now() - service.started) / 1000),
  sdr_collect_connections: ({ service: { counts } }) => [
    ['http', counts.http],
    ['tcp', counts.tcp],
  ],
  sdr_collect_connections_total: ({ service }) => service.counts.connections,
  sdr_collect_connections_dropped_total: ({ service }) => service.counts.dropped,
  sdr_collect_requests_total: ({ service }) => service.counts.requests,
  sdr_collect_answers_total: ({ service }) => service.counts.answers,
  sdr_collect_received_bytes_total: ({ service }) => service.counts.receivedBytes,
  sdr_collect_pending_bytes: ({ service }) => service.budget.used,
  sdr_collect_pending_limit_bytes: ({ service }) => service.budget.limit,
  sdr_collect_reloads_total: ({ service }) => service.counts.reloads,
  sdr_collect_frames_total: ({ stats }) => stats.frames,
  sdr_collect_rows_total: ({ stats }) => stats.rows,
  sdr_collect_bytes_total: ({ stats }) => stats.bytes,
  sdr_collect_duplicates_total: ({ stats }) => stats.duplicates,
  sdr_collect_rewinds_total: ({ stats }) => stats.rewinds,
  sdr_collect_conflicts_total: ({ stats }) => stats.conflicts,
  sdr_collect_guest_requests_total: ({ stats }) => stats.writes,
  sdr_collect_guest_repeats_total: ({ stats }) => stats.repeats,
  sdr_collect_busy_total: ({ stats }) => stats.busy,
  sdr_collect_full_total: ({ stats }) => stats.full,
  sdr_collect_failed_total: ({ stats }) => stats.failed,
  sdr_collect_commits_total: ({ stats }) => stats.commits,
  sdr_collect_checkpoints_total: ({ stats }) => stats.checkpoints,
  sdr_collect_journal_bytes_total: ({ stats }) => stats.journaled,
  sdr_collect_recovered_frames: ({ stats }) => stats.recovered,
  sdr_collect_truncated_bytes: ({ stats }) => stats.truncated,
  sdr_collect_lost_frames: ({ stats }) => stats.lost,
  sdr_collect_latency_seconds: ({ stats }) => Object.entries(stats.latency),
  sdr_collect_host_last_seen_timestamp_seconds: (source) => perHost(source, ({ lastSeen }) => lastSeen / 1000),
  sdr_collect_host_last_row_timestamp_seconds: (source) => perHost(source, ({ lastTime }) => lastTime),
  sdr_collect_host_rows_total: (source) => perHost(source, ({ rows }) => rows),
  sdr_collect_host_bytes: (source) => perHost(source, ({ bytes }) => bytes),
  sdr_collect_host_refused: (source) => perHost(source, ({ refused }) => (refused === null ? 0 : 1)),
};

export function metricsText(source: Source): string {
  let text = '';
  for (const name of Object.keys(values) as MetricName[]) {
    const metric: Metric = metrics[name];
    text += `# HELP ${name} ${metric.help}\n# TYPE ${name} ${metric.kind}\n`;
    text += samples(name, metric, values[name](source));
  }
  return text;
}

/** Names of hosts and causes need no escapes. */
function samples(name: string, { label }: Metric, found: Values): string {
  if (label === undefined || typeof found === 'number' || !(Symbol.iterator in found)) return `${name} ${found}\n`;
  let text = '';
  for (const [is, value] of found) {
    const labels = `${label}="${is}"`;
    text += typeof value === 'number' ? `${name}{${labels}} ${value}\n` : distribution(name, labels, value);
  }
  return text;
}

function distribution(name: string, labels: string, histogram: Histogram): string {
  let text = '';
  for (const [limit, count] of histogram.cumulative())
    text += `${name}_bucket{${labels},le="${limit / 1000}"} ${count}\n`;
  const { count, sum } = histogram;
  return `${text}${name}_bucket{${labels},le="+Inf"} ${count}\n${name}_sum{${labels}} ${sum / 1000}\n${name}_count{${labels}} ${count}\n`;
}
