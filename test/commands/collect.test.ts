/** `sdr collect`: what its words and options mean, and what it prints of what it is told. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collector } from '../../src/collect/index.ts';
import type { Collector, CollectorState, HostState, Serving } from '../../src/collector.ts';
import type { Values, World } from '../../src/command.ts';
import { options, tasks } from '../../src/commands/collect/options.ts';
import { time } from '../../src/commands/collect/status.ts';
import { collect } from '../../src/commands/collect.ts';
import type { Engine } from '../../src/host.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { Report } from '../../src/report.ts';
import { limits } from '../../src/wire/limits.ts';

const pi1: HostState = {
  host: 'pi1',
  machine: '0123456789abcdef',
  refused: null,
  files: 2,
  instances: 1,
  bytes: 4096,
  rows: 100,
  silent_s: 3,
  lag_s: 4.5,
  rows_per_s: 10,
};
const state: CollectorState = {
  pid: 7,
  uptime_s: 86_400,
  connections: 2,
  pending_bytes: 0,
  hosts: [pi1, { ...pi1, host: 'pi2', silent_s: 400, refused: '1111111111111111' }],
  latencies: [
    { cause: 'sync', window: 'last minute', count: 0, p50_ms: 0, p99_ms: 0, worst_ms: 0 },
    { cause: 'sync', window: 'last hour', count: 5, p50_ms: 2, p99_ms: 30, worst_ms: 30 },
    { cause: 'sync', window: 'since the start', count: 5, p50_ms: 1.9, p99_ms: 28, worst_ms: 28 },
  ],
  refusals: { 401: 3 },
};

/** What was asked of a collector that does nothing. */
function asked(words: readonly string[], values: Values = {}, more: { readonly state?: CollectorState | null } = {}) {
  let printed = '';
  let said = '';
  let serving: Serving | undefined;
  const calls: string[] = [];
  const fake: Collector = {
    ...collector,
    async serve(_, what) {
      serving = what;
      return 'done';
    },
    async status(path) {
      calls.push(`status ${path}`);
      return more.state === undefined ? state : more.state;
    },
    async accept(_, path, host) {
      calls.push(`accept ${path} ${host}`);
    },
  };
  const bare = nodeEngine();
  const engine: Engine = {
    ...bare,
    env: (name) => (name === 'STATE_DIRECTORY' ? '/state:/other' : undefined),
    files: {
      ...bare.files,
      write(_, from) {
        said += Buffer.from(from).toString();
        return from.length;
      },
    },
    collector: async () => fake,
  };
  const world: World = {
    engine,
    recorders: [],
    report: new Report(engine),
    print(text) {
      printed += text;
    },
  };
  const exit = Promise.resolve().then(() => collect.run(world, words, values));
  return { exit, printed: () => printed, said: () => said, serving: () => serving, calls, world };
}

describe('the words', () => {
  test('are a directory, or a task and a directory; without one it is that of the service', async () => {
    const one = asked(['/data']);
    expect([await one.exit, one.serving()?.path]).toEqual(['done', '/data']);
    const none = asked([]);
    await none.exit;
    expect(none.serving()?.path).toBe('/state');
    const status = asked(['status', '/data'], { stale: '1h' });
    expect([await status.exit, status.calls]).toEqual(['done', ['status /data']]);
    const accept = asked(['host', 'accept', 'pi1']);
    expect([await accept.exit, accept.calls]).toEqual(['done', ['accept /state pi1']]);
  });

  test.each([
    [['a', 'b'], {}, 'expected sdr collect DIR, got "b" behind it'],
    [['token', 'make'], {}, 'expected sdr collect token add, sdr collect token list, sdr collect token revoke'],
    [['host', 'accept'], {}, 'expected sdr collect host accept NAME DIR'],
    [['status', 'a', 'b'], {}, 'got "b"'],
    [['status', 'a'], { listen: ['1'] }, '--listen has no meaning for sdr collect status'],
    [['a'], { stale: '5m' }, '--stale has no meaning for sdr collect'],
    [['a'], { tlsCert: 'x' }, 'expected both --tls-cert and --tls-key'],
    [['a'], { maxConnections: 'many' }, '--max-connections "many": expected a whole number'],
    [['a'], { maxBody: '1 loaf' }, '--max-body "1 loaf": expected a size'],
    [['token', 'add', 'a'], {}, 'expected --name NAME'],
  ])('%j with %j are refused', async (words, values, why) => {
    await expect(asked(words, values).exit).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining(why),
    });
  });

  test('every option belongs to a task, and every task has only options that are declared', () => {
    const flags = new Set(options.map((option) => option.flags));
    const used = new Set(Object.values(tasks).flatMap((task) => task.options.map((option) => option.flags)));
    expect(used).toEqual(flags);
    expect(options).toHaveLength(flags.size);
  });

  test('on an edition without a collector, it says which one has it', async () => {
    const { world } = asked([]);
    const { collector: _, ...engine } = world.engine;
    await expect(collect.run({ ...world, engine }, ['/data'], {})).rejects.toMatchObject({
      exit: 'unavailable',
      message: expect.stringContaining('full edition'),
    });
  });
});

test('options of a running collector mean what they say; what is left out has its default', async () => {
  const plain = asked(['/data']);
  await plain.exit;
  expect(plain.serving()).toMatchObject({ listen: ['7373'], tokens: null, insecure: false, tls: null, limits });
  const full = asked(['/data'], {
    listen: ['80', 'tcp:81'],
    tokens: 't',
    insecure: true,
    tlsCert: 'c',
    tlsKey: 'k',
    tlsClientCa: 'a',
    maxConnections: '5',
    maxBody: '2M',
    maxInflated: '4M',
    maxPending: '8M',
    idle: '5m',
    journal: '32M',
    openFiles: '9',
    minFree: '1G',
  });
  await full.exit;
  expect(full.serving()).toEqual({
    path: '/data',
    listen: ['80', 'tcp:81'],
    tokens: 't',
    insecure: true,
    tls: { cert: 'c', key: 'k', clientCa: 'a' },
    limits: { ...limits, connections: 5, body: 2 ** 21, inflated: 2 ** 22, pending: 2 ** 23, idle: 300_000 },
    journalBytes: 2 ** 25,
    openFiles: 9,
    minFree: 2 ** 30,
  });
});

describe('status', () => {
  test('shows hosts, who is stale, what was refused, and the latency doctor', async () => {
    const { exit, printed } = asked(['status', '/data']);
    expect(await exit).toBe('partial');
    expect(printed()).toBe(
      [
        'process 7, up 24h, 2 connections, refused 3 × 401',
        '',
        'host  last seen  lag  rows/s  rows  bytes  files  note',
        'pi1   3s         4s   10.00   100   4096   2',
        'pi2   6m         4s   10.00   100   4096   2      STALE, refused machine 1111111111111111: sdr collect host accept pi2',
        '',
        'waiting for  in               times  p50 ms  p99 ms  worst ms',
        'sync         since the start  5      1.9     28.0    28.0',
        '',
      ].join('\n'),
    );
  });

  test('is well when nobody is stale, and says as JSON who is', async () => {
    expect(await asked(['status'], { stale: '10m' }).exit).toBe('done');
    const { exit, printed } = asked(['status'], { json: true });
    expect([await exit, JSON.parse(printed()).stale]).toEqual(['partial', ['pi2']]);
  });

  test('takes a host that was not heard of since the start for stale when it has had its time', async () => {
    const silent = { ...state, hosts: [{ ...pi1, silent_s: null }] };
    expect(await asked(['status'], {}, { state: { ...silent, uptime_s: 299 } }).exit).toBe('done');
    expect(await asked(['status'], {}, { state: { ...silent, uptime_s: 301 } }).exit).toBe('partial');
  });

  test('is 1 where no collector runs', async () => {
    for (const words of [
      ['status', '/data'],
      ['host', 'list', '/data'],
    ]) {
      const { exit, said } = asked(words, {}, { state: null });
      expect([await exit, said()]).toEqual(['partial', 'sdr: No collector runs in /data\n']);
    }
  });

  test('host list shows machines', async () => {
    const { exit, printed } = asked(['host', 'list']);
    expect([await exit, printed()]).toEqual([
      'done',
      'host  machine           refused\npi1   0123456789abcdef  -\npi2   0123456789abcdef  1111111111111111\n',
    ]);
  });

  test.each([
    [5, '5s'],
    [119, '119s'],
    [120, '2m'],
    [7200, '2h'],
    [200_000, '2d'],
  ])('spells %d seconds as %s', (seconds, spelled) => {
    expect(time(seconds)).toBe(spelled);
  });
});

test('tokens are added, listed and revoked, and shown once', async () => {
  const path = mkdtempSync(`${tmpdir()}/sdr-token-`);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const add = asked(['token', 'add', path], { name: 'pis', host: ['pi*,raspi?', 'web1'], expires: '90d', enrol: true });
  expect(await add.exit).toBe('done');
  expect(add.printed()).toMatch(/^sdr_[\w-]{43}\n$/);
  expect(readFileSync(`${path}/.sdr/tokens`, 'utf8')).not.toContain(add.printed().trim());
  await asked(['token', 'add', path], { name: 'grafana', readOnly: true, recorder: ['cpurec'] }).exit;
  const list = asked(['token', 'list', path]);
  await list.exit;
  expect(list.printed().replace(/\d{4}-\d\d-\d\d/, 'YYYY-MM-DD')).toBe(
    [
      'name     hosts            recorders  expires     may',
      'pis      pi*,raspi?,web1  *          YYYY-MM-DD  write, enrol',
      'grafana  *                cpurec     never       read',
      '',
    ].join('\n'),
  );
  await asked(['token', 'revoke', 'pis', path]).exit;
  const left = asked(['token', 'list', path], { json: true });
  await left.exit;
  expect(JSON.parse(left.printed())).toEqual([
    {
      name: 'grafana',
      hosts: ['*'],
      recorders: ['cpurec'],
      expires: null,
      enrol: false,
      readOnly: true,
      isExpired: false,
    },
  ]);
});
