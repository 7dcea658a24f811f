/** A collector in this process, on ports that the kernel chooses, with an archive in memory. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { connect as secureConnect } from 'node:tls';
import { onTestFinished } from 'vitest';
import { Guard } from '../../src/collect/guard.ts';
import { Running } from '../../src/collect/running.ts';
import type { Serving, TokenWish } from '../../src/collector.ts';
import type { Engine } from '../../src/host.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { Report } from '../../src/report.ts';
import { crc32 } from '../../src/wire/crc32.ts';
import type { Head } from '../../src/wire/frame.ts';
import { before, headText } from '../../src/wire/frame.ts';
import { limits } from '../../src/wire/limits.ts';
import { FakeArchive } from './fake-archive.ts';

export interface Collecting {
  readonly running: Running;
  readonly archive: FakeArchive;
  readonly guard: Guard;
  /** `http://127.0.0.1:1234`, in the order asked for. */
  readonly where: readonly string[];
  /** Lines for a person. */
  readonly said: () => string;
  readonly path: string;
}

export interface Wishes extends Partial<Omit<Serving, 'limits'>> {
  readonly limits?: Partial<Serving['limits']>;
  readonly archive?: FakeArchive;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sdr-collect-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  mkdirSync(`${path}/.sdr`);
  return path;
}

/** What was wished for, and the usual for the rest. */
export function servingOf(wishes: Wishes): Serving {
  return {
    path: wishes.path ?? folder(),
    listen: ['0'],
    tokens: null,
    insecure: false,
    tls: null,
    journalBytes: null,
    openFiles: null,
    minFree: null,
    ...wishes,
    limits: { ...limits, drain: 200, ...wishes.limits },
  };
}

/** Ends with the test. */
export async function collecting(wishes: Wishes = {}): Promise<Collecting> {
  let said = '';
  const bare = nodeEngine();
  const engine: Engine = {
    ...bare,
    files: {
      ...bare.files,
      write(fd, from, offset, length) {
        if (fd !== 2) return bare.files.write(fd, from, offset, length);
        said += Buffer.from(from.subarray(offset, offset + length)).toString();
        return length;
      },
    },
    clock: { ...bare.clock, wall: wishes.now ?? bare.clock.wall },
  };
  const caller = { engine, report: new Report(engine) };
  const serving = servingOf(wishes);
  const archive = wishes.archive ?? new FakeArchive();
  const guard = new Guard(caller, serving, engine.clock.wall);
  const running = await Running.start(caller, serving, archive, guard);
  onTestFinished(() => running.stop());
  return {
    running,
    archive,
    guard,
    where: running.doors.map(({ where }) => where),
    said: () => said,
    path: serving.path,
  };
}

export const wish = (name: string, more: Partial<TokenWish> = {}): TokenWish => ({
  name,
  hosts: ['*'],
  recorders: ['*'],
  expires: null,
  enrol: true,
  readOnly: false,
  ...more,
});

export const machine = '0123456789abcdef';
export const instance = 'fedcba9876543210';
export const file = 'cpurec-20261121.csv';

/** A frame as it is sent; `there` is what precedes it. */
export function frame(body: string, more: Partial<Head> = {}, there = ''): string {
  const offset = more.offset ?? there.length;
  const head = { host: 'pi1', machine, instance, file, offset, length: Buffer.byteLength(body), ...more };
  const crc = crc32(Buffer.from(there.slice(Math.max(0, offset - before), offset)));
  return headText({ ...head, crc: more.crc ?? crc }) + body;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of JSON. */
  readonly json: { readonly error?: string; readonly [key: string]: unknown };
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Of TLS. */
  readonly tls?: ConnectionOptions;
}

export function ask(url: string, { method, headers = {}, body, tls = {} }: Ask = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const make = url.startsWith('https:') ? secureRequest : request;
    const how = method ?? (body === undefined ? 'GET' : 'POST');
    const asking = make(url, { method: how, headers, agent: false, ...tls }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => {
        const isJson = answer.headers['content-type'] === 'application/json' && text !== '';
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: text,
          json: isJson ? JSON.parse(text) : {},
        });
      });
      answer.on('error', reject);
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

export const appending = { 'content-type': 'application/vnd.sdr.append' };

/** Sends frames; `token` if there is one. */
export const append = (where: string, body: string | Uint8Array, headers: Ask['headers'] = {}): Promise<Reply> =>
  ask(`${where}/v1/append`, { body, headers: { ...appending, ...headers } });

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A connection of the line mode, and everything that it has been told. */
export class Line {
  text = '';
  isClosed = false;
  readonly socket: Socket;

  constructor(where: string, tls: ConnectionOptions | null = null) {
    const { hostname, port } = new URL(where);
    const to = { host: hostname, port: Number(port) };
    this.socket = tls ? secureConnect({ ...to, ...tls }) : connect(to);
    this.socket.on('error', () => {});
    this.socket.on('data', (part) => {
      this.text += part.toString();
    });
    this.socket.on('close', () => {
      this.isClosed = true;
    });
    onTestFinished(() => void this.socket.destroy());
  }

  send(text: string | Uint8Array): this {
    this.socket.write(text);
    return this;
  }

  get lines(): readonly string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** Waits for the n-th line. */
  async line(n: number): Promise<string> {
    await until(
      () => this.lines.length >= n || this.isClosed,
      () => `line ${n} of ${JSON.stringify(this.text)}`,
    );
    return this.lines[n - 1] ?? '(closed)';
  }

  async closed(): Promise<void> {
    await until(
      () => this.isClosed,
      () => `the end after ${JSON.stringify(this.text)}`,
    );
  }
}

/** Waits until something holds. The limit is for a machine that hangs, not a measure. */
export async function until(holds: () => boolean, what: string | (() => string), limit = 20_000): Promise<void> {
  for (let waited = 0; waited < limit; waited += 5) {
    if (holds()) return;
    await sleep(5);
  }
  throw new Error(`This never came: ${typeof what === 'string' ? what : what()}`);
}
