/** What a collector says of itself: to `sdr collect status`. */
import process from 'node:process';
import type { CollectorState, HostState } from '../collector.ts';
import type { HostStatus } from './archive/types.ts';
import { LatencyDoctor } from './latency.ts';
import type { Service } from './service.ts';

/** Rows of each host at a moment. */
interface Tally {
  readonly at: number;
  readonly rows: ReadonlyMap<string, number>;
}

export class Overview {
  private readonly service: Service;
  private readonly doctor: LatencyDoctor;
  /** Before the first look no host had any. */
  private before: Tally;
  private last: Tally;

  constructor(service: Service) {
    this.service = service;
    this.doctor = new LatencyDoctor(service.keeper.stats);
    this.last = { at: service.now(), rows: new Map() };
    this.before = this.last;
  }

  /** To be called once a minute. */
  async look(): Promise<void> {
    this.doctor.look();
    const hosts = await this.service.hosts.all();
    this.before = this.last;
    this.last = { at: this.service.now(), rows: new Map(hosts.map(({ host, rows }) => [host, rows])) };
  }

  async state(): Promise<CollectorState> {
    const { now, started, counts, budget, hosts } = this.service;
    const refusals = [...counts.answers].filter(([status]) => status >= 400);
    return {
      pid: process.pid,
      uptime_s: Math.floor((now() - started) / 1000),
      connections: counts.http + counts.tcp,
      pending_bytes: budget.used,
      hosts: (await hosts.all()).map((host) => this.hostState(host)),
      latencies: this.doctor.report(),
      refusals: Object.fromEntries(refusals.map(([status, n]) => [String(status), n])),
    };
  }

  private hostState({ lastSeen, lastTime, ...host }: HostStatus): HostState {
    const now = this.service.now();
    const seconds = (now - this.before.at) / 1000;
    const grown = host.rows - (this.before.rows.get(host.host) ?? 0);
    return {
      ...host,
      silent_s: lastSeen === 0 ? null : Math.max(0, Math.round((now - lastSeen) / 100) / 10),
      lag_s: lastTime === 0 ? null : Math.round(now / 100 - lastTime * 10) / 10,
      rows_per_s: seconds > 0 ? Math.round((grown / seconds) * 100) / 100 : 0,
    };
  }
}
