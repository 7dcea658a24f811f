/** What a collector shows of itself: /metrics, and what `sdr collect status` asks through the back door. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { askAdmin } from '../../src/collect/admin.ts';
import { Histogram } from '../../src/collect/archive/histogram.ts';
import { noStats } from '../../src/collect/archive/stats.ts';
import { LatencyDoctor } from '../../src/collect/latency.ts';
import type { CollectorState } from '../../src/collector.ts';
import { metrics } from '../../src/wire/metrics.ts';
import { needs } from '../system/needs.ts';
import { run } from '../system/program.ts';
import { append, ask, collecting, folder, frame } from './harness.ts';

const rows = 'time,cpu_pct\n1,2.00\n';

const stateOf = async (path: string): Promise<CollectorState> =>
  JSON.parse((await askAdmin(path, 'GET', '/v1/status'))?.body ?? 'null') as CollectorState;

describe('/metrics', () => {
  test('has every metric that is declared, each with its kind and help', async () => {
    const { where, archive } = await collecting();
    archive.stats.latency.sync.add(3);
    await append(where[0] ?? '', frame(rows));
    const { body, headers } = await ask(`${where[0]}/metrics`);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const [name, { kind, help }] of Object.entries(metrics)) {
      expect(body).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${name}`);
    }
    expect(body).toContain('sdr_collect_answers_total{status="200"} 1\n');
    expect(body).toContain('sdr_collect_host_bytes{host="pi1"} 20\n');
  });

  test('has a distribution that adds up, in seconds', async () => {
    const { where, archive } = await collecting();
    for (const ms of [1, 3, 3000]) archive.stats.latency.commit.add(ms);
    const { body } = await ask(`${where[0]}/metrics`);
    const of = (what: string) => Number(new RegExp(`_seconds_${what} (\\S+)`).exec(body)?.[1]);
    expect(of('count\\{cause="commit"\\}')).toBe(3);
    expect(of('sum\\{cause="commit"\\}')).toBeCloseTo(3.004);
    expect(of('bucket\\{cause="commit",le="\\+Inf"\\}')).toBe(3);
    const buckets = [...body.matchAll(/_bucket\{cause="commit",le="[\d.e-]+"\} (\d+)/g)].map(([, n]) => Number(n));
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
  });

  test('pleases the checker of Prometheus', needs('promtool'), async () => {
    const { where } = await collecting();
    await append(where[0] ?? '', frame(rows));
    const { body } = await ask(`${where[0]}/metrics`);
    const path = `${folder()}/metrics`;
    writeFileSync(path, body);
    const { stdout, stderr } = run(['sh', '-c', `promtool check metrics < ${path}`]);
    expect(stdout + stderr).toBe('');
  });
});

describe('the back door', () => {
  test('tells of hosts and refusals, and is for its owner alone', async () => {
    let now = 1_000_000_000_000;
    const { where, path, archive } = await collecting({ now: () => now });
    const [url = ''] = where;
    await append(url, frame(rows));
    await append(url, frame(rows, { machine: '1'.repeat(16) }));
    const known = archive.known.get('pi1');
    if (known) known.lastSeen = now;
    now += 12_300;
    const { hosts, refusals, uptime_s } = await stateOf(path);
    expect(hosts).toEqual([
      expect.objectContaining({ host: 'pi1', bytes: 20, silent_s: 12.3, refused: '1111111111111111' }),
    ]);
    expect(refusals).toEqual({ 409: 1 });
    expect(uptime_s).toBe(12);
    expect(statSync(`${path}/.sdr/collect.sock`).mode & 0o777).toBe(0o600);
  });

  test('accepts a machine that was refused', async () => {
    const { where, path } = await collecting();
    const [url = ''] = where;
    await append(url, frame(rows));
    const other = frame(rows, { machine: '1'.repeat(16) });
    expect((await append(url, other)).status).toBe(409);
    expect((await askAdmin(path, 'POST', '/v1/accept?host=pi1'))?.status).toBe(200);
    expect((await append(url, other)).status).toBe(200);
  });

  test('works however long the path of the directory is', async () => {
    const path = `${folder()}/${'long/'.repeat(60)}end`;
    mkdirSync(`${path}/.sdr`, { recursive: true });
    await collecting({ path });
    expect((await stateOf(path)).hosts).toEqual([]);
  });

  test('takes the place of one that a kill left', async () => {
    const path = folder();
    writeFileSync(`${path}/.sdr/collect.sock`, '');
    await collecting({ path });
    expect((await stateOf(path)).hosts).toEqual([]);
  });

  test('nobody answers where no collector runs', async () => {
    const path = folder();
    expect(await askAdmin(path, 'GET', '/v1/status')).toBeNull();
    expect(await askAdmin('/nowhere', 'GET', '/v1/status')).toBeNull();
    const { running } = await collecting({ path });
    await running.stop();
    expect(await askAdmin(path, 'GET', '/v1/status')).toBeNull();
  });

  test('a file system without sockets costs the status and nothing else', async () => {
    const { where, said } = await collecting({ path: '/proc' });
    expect(said()).toContain('sdr collect status will not work here');
    expect((await append(where[0] ?? '', frame(rows))).status).toBe(200);
  });
});

describe('the latency doctor', () => {
  const of = (doctor: LatencyDoctor, cause: string, window: string) =>
    doctor.report().find((each) => each.cause === cause && each.window === window);

  test('tells the last minute from what was before', () => {
    const stats = noStats();
    const doctor = new LatencyDoctor(stats);
    stats.latency.sync.add(900);
    doctor.look();
    for (let i = 0; i < 99; i++) stats.latency.sync.add(2);
    stats.latency.sync.add(40);
    expect(of(doctor, 'sync', 'last minute')).toMatchObject({
      count: 100,
      p50_ms: 2.048,
      worst_ms: 2 ** 15.375 / 1000,
    });
    expect(of(doctor, 'sync', 'last 10 minutes')).toMatchObject({ count: 101, worst_ms: 900 });
    expect(of(doctor, 'sync', 'since the start')).toMatchObject({ count: 101, worst_ms: 900 });
    for (let i = 0; i < 9; i++) doctor.look();
    expect(of(doctor, 'sync', 'last minute')).toMatchObject({ count: 0, p50_ms: 0, p99_ms: 0, worst_ms: 0 });
    expect(of(doctor, 'sync', 'last 10 minutes')).toMatchObject({ count: 100, worst_ms: 2 ** 15.375 / 1000 });
    expect(of(doctor, 'sync', 'last hour')?.count).toBe(101);
  });

  test('remembers an hour and no more', () => {
    const stats = noStats();
    const doctor = new LatencyDoctor(stats);
    stats.latency.commit.add(5);
    for (let i = 0; i < 60; i++) doctor.look();
    expect(of(doctor, 'commit', 'last hour')?.count).toBe(0);
    expect(of(doctor, 'commit', 'since the start')?.count).toBe(1);
  });

  test('gives bounds that are never below what was', () => {
    const histogram = new Histogram();
    const stats = { ...noStats(), latency: { ...noStats().latency, sync: histogram } };
    const doctor = new LatencyDoctor(stats);
    for (let i = 1; i <= 1000; i++) histogram.add(i / 10);
    const { p50_ms = 0, p99_ms = 0, worst_ms = 0 } = of(doctor, 'sync', 'last minute') ?? {};
    expect([p50_ms >= 50, p50_ms <= 55, p99_ms >= 99, worst_ms]).toEqual([true, true, true, 100]);
  });
});
