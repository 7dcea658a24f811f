/** `sdr collect status` and `sdr collect host list`: what the collector of a directory says of itself. */
import { span } from '../../amount.ts';
import type { Collector, CollectorState, HostState, Latency } from '../../collector.ts';
import type { Values, World } from '../../command.ts';
import { flag, text } from '../../command.ts';
import type { Exit } from '../../errors.ts';
import { aligned } from '../../pages/aligned.ts';

/** Longer silence than this is a fault, milliseconds. */
const patience = 5 * 60_000;

export async function status(world: World, collector: Collector, path: string, values: Values): Promise<Exit> {
  const stale = text(values, 'stale');
  const limit = (stale === undefined ? patience : span(stale, '--stale')) / 1000;
  const state = await collector.status(path);
  if (!state) return nobody(world, path);
  const late = state.hosts.filter((host) => isStale(host, limit, state.uptime_s)).map(({ host }) => host);
  world.print(flag(values, 'json') ? json({ ...state, stale: late }) : page(state, limit));
  return late.length > 0 ? 'partial' : 'done';
}

export async function hosts(world: World, collector: Collector, path: string, values: Values): Promise<Exit> {
  const state = await collector.status(path);
  if (!state) return nobody(world, path);
  const rows = state.hosts.map(({ host, machine, refused }) => [host, machine || '-', refused ?? '-']);
  world.print(flag(values, 'json') ? json(state.hosts) : aligned([['host', 'machine', 'refused'], ...rows]));
  return 'done';
}

function nobody({ report }: World, path: string): Exit {
  report.error(`No collector runs in ${path}`);
  return 'partial';
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** One that was never heard of has had as long as we are up. */
const isStale = ({ silent_s }: HostState, limit: number, uptime: number): boolean => (silent_s ?? uptime) > limit;

function page(state: CollectorState, limit: number): string {
  const { hosts, latencies, refusals, connections, uptime_s, pid } = state;
  const refused = Object.entries(refusals).map(([code, n]) => `${n} × ${code}`);
  return [
    `process ${pid}, up ${time(uptime_s)}, ${connections} connections, refused ${refused.join(', ') || 'nothing'}\n`,
    aligned([
      ['host', 'last seen', 'lag', 'rows/s', 'rows', 'bytes', 'files', 'note'],
      ...hosts.map(rowOf(limit, uptime_s)),
    ]),
    aligned([
      ['waiting for', 'in', 'times', 'p50 ms', 'p99 ms', 'worst ms'],
      ...latencies.filter(isTelling).map(latencyRow),
    ]),
  ].join('\n');
}

const rowOf =
  (limit: number, uptime: number) =>
  (each: HostState): string[] => [
    each.host,
    each.silent_s === null ? '-' : time(each.silent_s),
    each.lag_s === null ? '-' : time(each.lag_s),
    each.rows_per_s.toFixed(2),
    String(each.rows),
    String(each.bytes),
    String(each.files),
    [
      ...(isStale(each, limit, uptime) ? ['STALE'] : []),
      ...(each.refused ? [`refused machine ${each.refused}: sdr collect host accept ${each.host}`] : []),
    ].join(', '),
  ];

/** A window that has no more in it than the next longer one tells nothing new. */
const isTelling = ({ count, cause }: Latency, at: number, all: readonly Latency[]): boolean => {
  const longer = all[at + 1];
  return count > 0 && !(longer?.cause === cause && longer.count === count);
};

const latencyRow = ({ cause, window, count, p50_ms, p99_ms, worst_ms }: Latency): string[] => [
  cause,
  window,
  String(count),
  ...[p50_ms, p99_ms, worst_ms].map((ms) => (count === 0 ? '-' : ms.toFixed(1))),
];

/** `5s`, `12m`, `3h`, `2d` */
export function time(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ];
  const [size, letter] = units.find(([each]) => seconds >= 2 * each) ?? [1, 's'];
  return `${Math.floor(seconds / size)}${letter}`;
}
