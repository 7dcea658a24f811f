/** Hostile input: whatever arrives, no crash, no file outside the directory, no memory beyond the limits. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Archive } from '../../src/collect/archive/index.ts';
import { isFile, isHost } from '../../src/wire/frame.ts';
import { random } from '../fake/random.ts';
import { long, start } from '../system/program.ts';
import type { Collecting, Wishes } from './harness.ts';
import { append, appending, ask, collecting, file, folder, frame, instance, Line, machine, until } from './harness.ts';
import { evil, mutated, requests, streams } from './hostile.ts';

const rows = 'time,cpu_pct\n1,2.00\n';

/** With a real archive, in a folder inside a folder that must stay as it is. */
async function real(wishes: Wishes = {}): Promise<Collecting & { readonly outside: string; readonly inside: string }> {
  const outside = folder();
  const inside = `${outside}/data`;
  const archive = await Archive.open({ path: inside, report: () => {} });
  onTestFinished(() => archive.close());
  const found = await collecting({ path: inside, listen: ['0', 'tcp:0'], ...wishes, archive: archive as never });
  return { ...found, outside, inside };
}

/** Everything below the directory is a host with files of ours. */
function strangersIn({ outside, inside }: { readonly outside: string; readonly inside: string }): readonly string[] {
  const others = readdirSync(outside).filter((name) => name !== 'data' && name !== '.sdr');
  const hosts = readdirSync(inside).filter((name) => name !== '.sdr');
  const wrong = hosts.filter((name) => !isHost(name) || !statSync(`${inside}/${name}`).isDirectory());
  const files = hosts.flatMap((host) => readdirSync(`${inside}/${host}`).filter((name) => name !== '.sdr'));
  return [...others, ...wrong, ...files.filter((name) => !isFile(name.replace(/~[0-9a-f]{16}$/, '')))];
}

/** Sends some bytes, whole or in two pieces, and waits for the end, or not. */
function throwAt(where: string, bytes: Buffer, kind: number): Promise<void> {
  const { port } = new URL(where);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    const done = (): void => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(1000, done);
    socket.on('error', done).on('close', done);
    if (kind % 4 === 0) {
      socket.write(bytes.subarray(0, bytes.length >> 1));
      setImmediate(() => socket.end(bytes.subarray(bytes.length >> 1)));
    } else socket.end(bytes);
    // Answers are awaited by most; others are gone before.
    if (kind % 5 === 0) setTimeout(done, 2);
    socket.resume();
  });
}

test('frames of one file that follow each other at once are all answered right, in both modes', async () => {
  const { where, inside } = await real({ listen: ['127.0.0.1:0', 'tcp:127.0.0.1:0'] });
  const lines = Array.from({ length: 50 }, (_, at) => `${at},7.00\n`);
  let there = rows;
  let text = `AUTH -\n${frame(rows)}`;
  for (const line of lines) {
    text += frame(line, {}, there);
    there += line;
  }
  const one = new Line(where[1] ?? '').send(text + frame(rows));
  expect(await one.line(53)).toBe(`ACK pi1/${file} ${there.length}`);
  expect(one.lines.filter((line) => line.startsWith('ACK'))).toHaveLength(52);
  expect(readFileSync(`${inside}/pi1/${file}`, 'utf8')).toBe(there);
  expect((await append(where[0] ?? '', frame(rows))).json).toEqual({ next: { [`pi1/${file}`]: there.length } });
});

describe('random and mutated requests', () => {
  const count = long ? 1_000_000 : 10_000;
  test(`${count} of them, over HTTP and TCP, leave the collector well`, async () => {
    const seed = Number(process.env['SEED'] ?? Date.now());
    process.stderr.write(`SEED=${seed}\n`);
    const next = random(seed);
    const found = await real();
    const { where, running, inside } = found;
    const { service } = running;
    let most = 0;
    for (let sent = 0; sent < count; sent += 100) {
      const volley = Array.from({ length: 100 }, (_, at) => {
        const isHttp = at % 2 === 0;
        const bytes = mutated(isHttp ? requests : streams, next);
        return throwAt(where[isHttp ? 0 : 1] ?? '', bytes, at);
      });
      most = Math.max(most, service.budget.used);
      await Promise.all(volley);
    }
    await until(() => service.open === 0 && service.counts.http + service.counts.tcp === 0, 'the end of all');
    expect(service.counts.answers.get(500)).toBeUndefined();
    expect(found.said()).not.toContain('fault');
    expect(service.budget.used).toBe(0);
    expect(most).toBeLessThanOrEqual(service.budget.limit);
    expect(strangersIn(found)).toEqual([]);
    expect((await ask(`${where[0]}/healthz`)).status).toBe(200);
    expect((await append(where[0] ?? '', frame(rows, { host: 'after' }))).status).toBe(200);
    expect(readFileSync(`${inside}/after/${file}`, 'utf8')).toBe(rows);
  }, 3_600_000);
});

describe('a path in every field', () => {
  const fields = ['host', 'machine', 'instance', 'file', 'offset', 'length', 'crc'] as const;
  const tried = fields.flatMap((field) => evil.map((word) => [field, word] as const));
  // Some are right in some places: a host may be called NaN.
  const wrong = tried.filter(([field, word]) => field !== 'host' || !isHost(word));

  test('of a frame is refused in both modes', async () => {
    const found = await real({ listen: ['127.0.0.1:0', 'tcp:127.0.0.1:0'] });
    const [url = '', tcp = ''] = found.where;
    for (const [field, word] of wrong) {
      const head = frame(rows).split('\n')[0]?.split(' ') ?? [];
      head[fields.indexOf(field) + 1] = word;
      const text = `${head.join(' ')}\n${rows}`;
      expect([field, word, (await append(url, text)).status]).toEqual([field, word, 400]);
      expect(await new Line(tcp).send(`AUTH -\n${text}`).line(2)).toMatch(/^ERR 400 /);
    }
    expect(readdirSync(found.inside)).toEqual(['.sdr']);
    expect(strangersIn(found)).toEqual([]);
  });

  test('that is a name after all stays one', async () => {
    const found = await real();
    for (const [, word] of tried.filter((each) => !wrong.includes(each))) {
      expect((await append(found.where[0] ?? '', frame(rows, { host: word }))).status).toBe(200);
    }
    expect(strangersIn(found)).toEqual([]);
  });

  test('of a query, a header and a cell', async () => {
    const found = await real();
    const [url = ''] = found.where;
    for (const word of evil) {
      const spelled = encodeURIComponent(word.replace(/[\uffff]/g, ''));
      const csv = { 'content-type': 'text/csv' };
      for (const query of [`host=${spelled}&recorder=ups`, `host=ups1&recorder=${spelled}`]) {
        const { status } = await ask(`${url}/v1/records?${query}`, { body: `volts\n"${word}"\n`, headers: csv });
        expect([200, 400]).toContain(status);
      }
      const safe = word.replace(/[^\x21-\x7e]/g, '').slice(0, 200);
      const keyed = { ...csv, 'idempotency-key': safe };
      await ask(`${url}/v1/records?host=ups1&recorder=ups`, { body: `volts\n"${word}"\n`, headers: keyed });
      for (const field of ['host', 'machine', 'instance']) {
        const query = new URLSearchParams({ host: 'pi1', machine, instance, [field]: word });
        expect([200, 400]).toContain((await ask(`${url}/v1/next?${query}`)).status);
      }
    }
    expect(strangersIn(found)).toEqual([]);
  });
});

/** As many as this process may hold, both ends of them. */
function crowd(wanted: number): number {
  const [, soft] = /Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return Math.min(wanted, Math.floor((Number(soft ?? wanted * 3) - 500) / 2));
}

describe('connections that never become a request', () => {
  test.each([
    ['say nothing', ''],
    ['stop in the header', 'POST /v1/append HTTP/1.1\r\nHost: x\r\n'],
    ['stop in AUTH', 'AUTH '],
  ])('5000 that %s are closed in time', async (_, text) => {
    const short = { headers: 800, request: 1000, check: 100, idle: 1000 };
    const { where, running } = await collecting({ listen: ['127.0.0.1:0', 'tcp:127.0.0.1:0'], limits: short });
    const n = crowd(5000);
    let closed = 0;
    const sockets: Socket[] = [];
    for (let at = 0; at < n; at++) {
      const socket = connect(Number(new URL(where[at % 2] ?? '').port), '127.0.0.1');
      socket.on('error', () => {}).on('close', () => closed++);
      if (text !== '') socket.write(text);
      socket.resume();
      sockets.push(socket);
      if (at % 200 === 199) await sleep(1);
    }
    await until(
      () => closed === n,
      () => `the end of ${n - closed} of ${n}`,
      60_000,
    );
    const { counts } = running.service;
    await until(() => counts.http + counts.tcp === 0, 'the end on our side');
    expect(running.service.budget.used).toBe(0);
    expect((await append(where[0] ?? '', frame(rows))).status).toBe(200);
  });

  test('more than the limit are turned away, and idle ones make room', async () => {
    const { where, running } = await collecting({ limits: { connections: 5 } });
    const { port } = new URL(where[0] ?? '');
    const sockets = Array.from({ length: 5 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    for (const socket of sockets) socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => running.service.counts.requests === 5, 'five requests');
    await ask(`${where[0]}/healthz`).catch(() => {});
    await until(() => running.service.counts.dropped > 0 && running.service.counts.http < 5, 'room');
    expect((await ask(`${where[0]}/healthz`)).status).toBe(200);
  });
});

describe('memory, in a process of its own', () => {
  async function alone(...options: readonly string[]) {
    const path = folder();
    const running = start(['collect', path, '--listen', '0', '--listen', 'tcp:0', ...options]);
    const isReady = (): boolean => running.stderr().includes('There are no tokens');
    await until(() => isReady() || running.child.exitCode !== null, running.stderr, 60_000);
    expect(running.child.exitCode).toBeNull();
    const where = (scheme: string) => new RegExp(`${scheme}://\\S+`).exec(running.stderr())?.[0] ?? '';
    const peak = (): number => {
      const status = readFileSync(`/proc/${running.child.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    };
    return { ...running, url: where('http'), tcp: where('tcp'), peak };
  }

  test('200 bombs at once, honest and lying, cost no more than one', async () => {
    const { url, peak, stop } = await alone();
    const before = peak();
    const bomb = gzipSync(Buffer.alloc(100 * 2 ** 20));
    const liar = Buffer.from(bomb);
    liar.writeUInt32LE(16 * 2 ** 20, liar.length - 4);
    expect(bomb.length).toBeLessThan(2 ** 20);
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        append(url, at % 2 === 0 ? bomb : liar, { 'content-encoding': 'gzip' }).then(({ status }) => status),
      ),
    );
    expect(replies.filter((status) => ![400, 413, 429, 503].includes(status))).toEqual([]);
    // 32 MiB may be pending, and Node holds what it frees for a while.
    expect(peak() - before).toBeLessThan(200);
    expect((await append(url, frame(rows))).status).toBe(200);
    expect((await stop()).status).toBe(0);
  });

  test('300 connections that each send a megabyte, slowly and never the end, are bounded together', async () => {
    const { url, tcp, peak, stop } = await alone();
    const before = peak();
    const body = 'x'.repeat(60_000);
    const sockets = Array.from({ length: 300 }, (_, at) => {
      const socket = connect(Number(new URL(at % 2 === 0 ? url : tcp).port), '127.0.0.1').on('error', () => {});
      const head =
        at % 2 === 0
          ? `POST /v1/append HTTP/1.1\r\nHost: x\r\nContent-Type: ${appending['content-type']}\r\nContent-Length: 1000000\r\n\r\n`
          : `AUTH -\n${frame('', { host: `h${at}`, length: 1_000_000 })}`;
      socket.write(head);
      socket.resume();
      return socket;
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    for (let n = 0; n < 15; n++) {
      for (const socket of sockets) if (socket.writable) socket.write(body);
      await sleep(20);
    }
    await sleep(500);
    // All together sent 270 MB.
    expect(peak() - before).toBeLessThan(150);
    const { status } = await append(url, frame(rows));
    expect([200, 429, 503]).toContain(status);
    for (const socket of sockets) socket.destroy();
    let last = 0;
    for (let n = 0; n < 100 && last !== 200; n++) {
      last = (await append(url, frame(rows))).status;
      await sleep(50);
    }
    expect(last).toBe(200);
    expect((await stop()).status).toBe(0);
  });
});
