/** TLS: both doors, client certificates, and certificates that are replaced while the collector runs. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { Certificates } from '../../src/collector.ts';
import { needs } from '../system/needs.ts';
import { selfSigned, signed } from './certificates.ts';
import type { Wishes } from './harness.ts';
import { appending, ask, collecting, file, folder, frame, Line } from './harness.ts';

const rows = 'time,cpu_pct\n1,2.00\n';

const pair = (path: string, clientCa: string | null = null): Certificates => ({
  cert: `${path}/server.pem`,
  key: `${path}/server.key`,
  clientCa: clientCa === null ? null : `${path}/${clientCa}`,
});

async function secured(more: Wishes = {}, clientCa: string | null = null) {
  const path = folder();
  selfSigned(path, 'server');
  if (clientCa !== null) selfSigned(path, 'ca', 'us');
  const found = await collecting({
    path,
    listen: ['127.0.0.1:0', 'tls:127.0.0.1:0'],
    tls: pair(path, clientCa),
    ...more,
  });
  const [url = '', tls = ''] = found.where;
  const trust = { ca: readFileSync(`${path}/server.pem`), servername: 'localhost' };
  return { ...found, url, tls, path, trust };
}

const send = (url: string, tls: object, body = frame(rows)) =>
  ask(`${url}/v1/append`, { body, headers: appending, tls });

describe('TLS', needs('openssl'), () => {
  test('is what a bare address speaks where there is a certificate, over HTTP and in the line mode', async () => {
    const { url, tls, trust } = await secured();
    expect(url).toMatch(/^https:/);
    expect((await send(url, trust)).status).toBe(200);
    const line = new Line(tls, trust).send(`AUTH -\n${frame('2\n', {}, rows)}`);
    expect(await line.line(2)).toBe(`ACK pi1/${file} 22`);
  });

  test('is not spoken below 1.2', async () => {
    const { tls, trust } = await secured();
    const { hostname, port } = new URL(tls);
    const code = await new Promise((resolve) => {
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
      const socket = connect({ host: hostname, port: Number(port), ...trust, ...old }, () => resolve('connected'));
      socket.on('error', (error) => resolve('code' in error ? error.code : error.message));
    });
    expect(code).toMatch(/PROTOCOL|VERSION/);
  });

  test('plain words at its door, and silence in the handshake, end soon', async () => {
    const { tls, url } = await secured({ limits: { handshake: 100, headers: 100, check: 20 } });
    for (const where of [tls, url]) {
      const plain = new Line(where).send('GET / HTTP/1.1\r\n\r\n');
      const silent = new Line(where);
      await plain.closed();
      await silent.closed();
      expect(silent.text).toBe('');
    }
  });

  test('takes a new certificate for those who come from now on, and keeps the old one when it is broken', async () => {
    const { url, tls, path, trust, running, said } = await secured();
    const standing = new Line(tls, trust).send('AUTH -\n');
    await standing.line(1);
    selfSigned(path, 'next');
    for (const kind of ['key', 'pem']) copyFileSync(`${path}/next.${kind}`, `${path}/server.${kind}`);
    running.reload(false);
    await expect(send(url, trust)).rejects.toThrow(/self.signed/);
    const fresh = { ...trust, ca: readFileSync(`${path}/next.pem`) };
    expect((await send(url, fresh)).status).toBe(200);
    expect(await standing.send(frame('', {}, rows)).line(2)).toBe(`ACK pi1/${file} 20`);
    writeFileSync(`${path}/server.pem`, 'broken');
    running.reload(false);
    expect((await send(url, fresh)).status).toBe(200);
    expect(said()).toContain('the certificates stay as they were');
  });

  test.each([
    ['is missing', (path: string) => ({ ...pair(path), cert: `${path}/none.pem` })],
    ['does not fit its key', (path: string) => ({ ...pair(path), key: `${path}/other.key` })],
  ])('a certificate that %s ends it at the start', async (_, tls) => {
    const path = folder();
    selfSigned(path, 'server');
    selfSigned(path, 'other');
    await expect(collecting({ tls: tls(path) })).rejects.toMatchObject({ exit: 'config' });
  });

  test('https without a certificate ends it at the start', async () => {
    await expect(collecting({ listen: ['https:127.0.0.1:0'] })).rejects.toMatchObject({ exit: 'config' });
  });
});

describe('client certificates', needs('openssl'), () => {
  test('are for the host that they name, in both modes', async () => {
    const { url, tls, trust, path } = await secured({}, 'ca.pem');
    signed(path, 'pi1', 'pi1', 'ca');
    const own = { ...trust, cert: readFileSync(`${path}/pi1.pem`), key: readFileSync(`${path}/pi1.key`) };
    expect((await send(url, own)).status).toBe(200);
    const other = await send(url, own, frame(rows, { host: 'pi2' }));
    expect([other.status, other.body]).toEqual([
      403,
      expect.stringContaining('this certificate is for pi1, not for pi2'),
    ]);
    const line = new Line(tls, own).send(`AUTH -\n${frame(rows, { host: 'pi2' })}${frame('', {}, rows)}`);
    await line.line(3);
    expect(line.lines.slice(1).map((each) => each.slice(0, 7))).toEqual(['NAK 403', 'ACK pi1']);
    const rival = `${url}/v1/records?host=pi2&recorder=ups`;
    const guest = { body: 'volts\n1\n', headers: { 'content-type': 'text/csv' }, tls: own };
    expect((await ask(rival, guest)).status).toBe(403);
  });

  test('are asked for: none, and one of somebody else, do not get in', async () => {
    const { url, trust, path, archive } = await secured({}, 'ca.pem');
    selfSigned(path, 'stranger', 'pi1');
    await expect(send(url, trust)).rejects.toThrow();
    const own = { ...trust, cert: readFileSync(`${path}/stranger.pem`), key: readFileSync(`${path}/stranger.key`) };
    await expect(send(url, own)).rejects.toThrow();
    expect(archive.known.size).toBe(0);
  });

  test('are guard enough to listen everywhere without tokens', async () => {
    const { where } = await secured({ listen: ['0'] }, 'ca.pem');
    expect(where[0]).not.toContain('127.0.0.1');
  });
});
