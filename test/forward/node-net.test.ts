/** The network of the full edition: answers, failures by their names, connections that last and such that did not. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Pem, Request, Response } from '../../src/host.ts';
import { nodeNet } from '../../src/hosts/node-net.ts';
import { selfSigned, signed } from '../collect/certificates.ts';
import { needs } from '../system/needs.ts';
import { Served } from './served.ts';

const bare: Pem = { ca: '', cert: '', key: '' };

function ask(url: string, more: Partial<Request> = {}): Promise<Response> {
  const request: Request = { url, method: 'GET', headers: {}, body: null, limit: 10_000, pem: bare, ...more };
  return new Promise((resolve) => void nodeNet.request(request, resolve));
}

const path = '/v1/next?host=a&machine=b&instance=c';
const place = ({ port }: Served): string => `127.0.0.1:${port}`;

test('an answer comes as it was sent, whole or in chunks, on one connection', async () => {
  const served = await new Served().http();
  for (const fate of ['answer', 'chunked', 'answer'] as const) {
    served.fate = () => fate;
    const { status, body, failure } = await ask(`http://${place(served)}${path}`);
    expect({ status, body: Buffer.from(body).toString(), failure }).toEqual({
      status: 200,
      body: '{"next":{}}',
      failure: '',
    });
  }
  expect(served.connections).toBe(1);
});

test('a connection that the other side gave up is replaced without a word', async () => {
  const served = await new Served().http();
  await ask(`http://${place(served)}${path}`);
  served.cut();
  expect((await ask(`http://${place(served)}${path}`)).status).toBe(200);
});

test.each([
  ['cut before', 'ECONNRESET'],
  ['cut after', 'ECONNRESET'],
] as const)('a connection that is %s is told', async (fate, failure) => {
  const served = await new Served().http();
  served.fate = () => fate;
  expect(await ask(`http://${place(served)}${path}`)).toMatchObject({ status: 0, failure });
});

test('silence ends with the limit, and nothing listens with ECONNREFUSED', async () => {
  const served = await new Served().http();
  served.fate = () => 'silence';
  expect(await ask(`http://${place(served)}${path}`, { limit: 100 })).toMatchObject({
    status: 0,
    failure: 'ETIMEDOUT',
  });
  served.stop();
  expect(await ask(`http://${place(served)}${path}`)).toMatchObject({ status: 0, failure: 'ECONNREFUSED' });
});

test('nobody is told of what was cancelled', async () => {
  const served = await new Served().http();
  let told = 0;
  const cancel = nodeNet.request(
    { url: `http://${place(served)}${path}`, method: 'GET', headers: {}, body: null, limit: 1000, pem: bare },
    () => told++,
  );
  cancel();
  await ask(`http://${place(served)}${path}`);
  expect(told).toBe(0);
});

test('TLS believes who signed the certificate and nobody else, and shows ours', needs('openssl'), async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sdr-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  selfSigned(folder, 'ca', 'authority');
  signed(folder, 'server', 'localhost', 'ca');
  signed(folder, 'client', 'pi1', 'ca');
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const served = await new Served().http({ cert: text('server.pem'), key: text('server.key'), ca: text('ca.pem') });
  const url = `https://localhost:${served.port}${path}`;
  const ca = join(folder, 'ca.pem');
  const ours: Pem = { ca, cert: join(folder, 'client.pem'), key: join(folder, 'client.key') };
  expect(await ask(url, { pem: ours })).toMatchObject({ status: 200 });
  expect(await ask(url, { pem: { ...ours, ca: '' } })).toMatchObject({ status: 0 });
  expect(await ask(url, { pem: { ca, cert: '', key: '' } })).toMatchObject({ status: 0 });
  expect(await ask(url, { pem: { ...ours, ca: join(folder, 'none.pem') } })).toMatchObject({ status: 0 });
  expect(existsSync(join(folder, 'none.pem'))).toBe(false);
});

test('certificates that are replaced are used without a new start', needs('openssl'), async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sdr-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['one', 'two']) {
    selfSigned(folder, `${name}-ca`, `authority ${name}`);
    signed(folder, `${name}-server`, 'localhost', `${name}-ca`);
    signed(folder, `${name}-client`, 'pi1', `${name}-ca`);
  }
  const use = (name: string) => {
    for (const each of ['ca.pem', 'client.pem', 'client.key'])
      copyFileSync(join(folder, `${name}-${each}`), join(folder, each));
  };
  const serve = (name: string) => {
    const text = (each: string) => readFileSync(join(folder, `${name}-${each}`), 'utf8');
    return new Served().http({ cert: text('server.pem'), key: text('server.key'), ca: text('ca.pem') });
  };
  const pem: Pem = { ca: join(folder, 'ca.pem'), cert: join(folder, 'client.pem'), key: join(folder, 'client.key') };
  use('one');
  const first = await serve('one');
  expect(await ask(`https://localhost:${first.port}${path}`, { pem })).toMatchObject({ status: 200 });
  const second = await serve('two');
  expect(await ask(`https://localhost:${second.port}${path}`, { pem })).toMatchObject({ status: 0 });
  use('two');
  expect(await ask(`https://localhost:${second.port}${path}`, { pem })).toMatchObject({ status: 200 });
});

test('certificates that are being replaced are a failure that passes', needs('openssl'), async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sdr-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  selfSigned(folder, 'ca', 'authority');
  for (const name of ['server', 'client', 'other']) signed(folder, name, name === 'server' ? 'localhost' : name, 'ca');
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const served = await new Served().http({ cert: text('server.pem'), key: text('server.key'), ca: text('ca.pem') });
  const url = `https://localhost:${served.port}${path}`;
  const key = join(folder, 'used.key');
  const pem: Pem = { ca: join(folder, 'ca.pem'), cert: join(folder, 'client.pem'), key };
  const withKey = (bytes: string) => {
    rmSync(key, { force: true });
    writeFileSync(key, bytes);
    return ask(url, { pem });
  };
  expect(await withKey(text('other.key'))).toMatchObject({ status: 0, failure: expect.stringMatching(/mismatch/i) });
  expect(await withKey(text('client.key').slice(0, 60))).toMatchObject({
    status: 0,
    failure: expect.stringMatching(/./),
  });
  expect(await withKey(text('client.key'))).toMatchObject({ status: 200 });
});

test('a connection that was in use when certificates were replaced is not used again', {
  ...needs('openssl'),
  timeout: 20_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sdr-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  selfSigned(folder, 'ca', 'authority');
  signed(folder, 'server', 'localhost', 'ca');
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const held: ServerResponse[] = [];
  const server = createServer({ cert: text('server.pem'), key: text('server.key'), keepAlive: true }, (_, response) =>
    held.push(response),
  );
  server.keepAliveTimeout = 0;
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const arrived = () => new Promise((resolve) => server.once('request', resolve));
  const pem: Pem = { ...bare, ca: join(folder, 'ca.pem') };
  const settled: Promise<Response>[] = [];
  const send = async () => {
    const seen = arrived();
    settled.push(ask(`https://localhost:${port}/`, { pem }));
    await seen;
  };
  await send();
  const ca = text('ca.pem');
  rmSync(pem.ca);
  writeFileSync(pem.ca, `${ca}\n`);
  await send();
  const [first, second] = held;
  const after = second?.socket;
  const closed = new Promise((resolve) => first?.socket?.once('close', resolve));
  first?.end('first');
  second?.end('second');
  expect((await Promise.all(settled)).map(({ status }) => status)).toEqual([200, 200]);
  await closed;
  expect(after?.destroyed).toBe(false);
});

test('what is packed is gzip, and its checksum that of RFC 1952', () => {
  expect([...nodeNet.pack(Buffer.from('text')).subarray(0, 3)]).toEqual([0x1f, 0x8b, 8]);
  expect(nodeNet.checksum(Buffer.from('123456789'))).toBe(0xcbf43926);
});
