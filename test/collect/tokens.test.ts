/** Tokens: their file, what they are good for, and what happens when the file changes. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../../src/collect/tokens/access.ts';
import { addToken, readTokens, revokeToken } from '../../src/collect/tokens/file.ts';
import { lineOf, parseTokens } from '../../src/collect/tokens/token.ts';
import type { TokenWish } from '../../src/collector.ts';
import { append, ask, bearer, collecting, folder, frame, instance, Line, machine, until, wish } from './harness.ts';

const rows = 'time,cpu_pct\n1,2.00\n';
const hash = hashOf('secret');

describe('a file of tokens', () => {
  test('reads back as it was written', () => {
    const token = {
      hash,
      ...wish('pis', { hosts: ['pi*', 'raspi?'], expires: Date.UTC(2027, 0, 31), readOnly: true }),
    };
    expect(lineOf(token)).toBe(
      `${hash} name=pis host=pi*,raspi? recorder=* expires=2027-01-31T00:00:00Z enrol read-only`,
    );
    expect(parseTokens(`# of the attic\n\n${lineOf(token)}\r\n`)).toEqual([token]);
  });

  test.each([
    ['a token in clear', 'secret name=a', 'line 1: expected 64 hexadecimal digits'],
    ['no name', hash, 'expected a name'],
    ['an unknown word', `${hash} name=a hots=pi1`, 'got "hots"'],
    ['a pattern that is none', `${hash} name=a host=pi/1`, 'expected patterns of hosts'],
    ['no date', `${hash} name=a expires=tomorrow`, 'expected an expiry'],
    ['a name twice', `${hash} name=a\n${'0'.repeat(64)} name=a`, 'got "a" twice'],
  ])('with %s is refused', (_, text, why) => {
    expect(() => parseTokens(text)).toThrow(why);
  });

  test('holds hashes only, and is for its owner alone', () => {
    const file = `${folder()}/tokens`;
    const secret = addToken(file, wish('a'));
    expect(secret).toMatch(/^sdr_[\w-]{43}$/);
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    expect(readTokens(file)?.[0]?.hash).toBe(hashOf(secret));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(() => addToken(file, wish('a'))).toThrow('is taken');
  });

  test('loses one token and keeps the rest, comments too', () => {
    const file = `${folder()}/tokens`;
    addToken(file, wish('a'));
    addToken(file, wish('ab'));
    writeFileSync(file, `# name=a of the attic\n${readFileSync(file, 'utf8')}`);
    revokeToken(file, 'a');
    expect(readTokens(file)?.map(({ name }) => name)).toEqual(['ab']);
    expect(readFileSync(file, 'utf8')).toMatch(/^# name=a of the attic\n/);
    expect(() => revokeToken(file, 'a')).toThrow('expected one of ab');
  });

  test('is left alone while somebody else changes it', () => {
    const file = `${folder()}/tokens`;
    writeFileSync(`${file}.new`, '');
    expect(() => addToken(file, wish('a'))).toThrow('somebody else');
    expect(existsSync(file)).toBe(false);
  });
});

/** A collector with these tokens; `as` sends a frame with one of them. */
async function guarded(wishes: readonly Partial<TokenWish>[], now?: () => number) {
  const path = folder();
  const file = `${path}/.sdr/tokens`;
  const secrets = wishes.map((each, at) => addToken(file, wish(`token${at}`, each)));
  const found = await collecting({ path, listen: ['127.0.0.1:0', 'tcp:127.0.0.1:0'], ...(now ? { now } : {}) });
  const [url = '', tcp = ''] = found.where;
  const as = (at: number, more = {}) => append(url, frame(rows, more), bearer(secrets[at] ?? 'nobody'));
  return { ...found, url, tcp, file, secrets, as };
}

describe('a token', () => {
  test('is asked for by every path but /healthz', async () => {
    const { url, secrets } = await guarded([{}]);
    const paths = ['/v1/append', '/v1/records?host=a&recorder=b', '/v1/next', '/metrics'];
    for (const path of paths) {
      const how = path.includes('append') || path.includes('records') ? { body: 'x' } : {};
      const { status, headers } = await ask(url + path, how);
      expect([path, status, headers['www-authenticate']]).toEqual([path, 401, 'Bearer']);
      expect((await ask(url + path, { ...how, headers: bearer('wrong') })).status).toBe(401);
      expect((await ask(url + path, { ...how, headers: { authorization: `Basic ${secrets[0]}` } })).status).toBe(401);
      expect((await ask(url + path, { ...how, headers: bearer(secrets[0] ?? '') })).status).not.toBe(401);
    }
    expect((await ask(`${url}/healthz`)).status).toBe(200);
  });

  test('is for its hosts and recorders', async () => {
    const { as, archive } = await guarded([{ hosts: ['pi*'], recorders: ['cpu*'] }]);
    expect((await as(0)).status).toBe(200);
    const other = await as(0, { host: 'web1' });
    expect(other.json).toEqual({
      next: {},
      refused: {
        'web1/cpurec-20261121.csv': { status: 403, error: 'the token "token0" is for other hosts than web1' },
      },
    });
    expect((await as(0, { file: 'nicrec-20261121.csv' })).body).toContain('other recorders than nicrec');
    expect([...archive.known.keys()]).toEqual(['pi1']);
  });

  test('stores what it may of a request and refuses the rest', async () => {
    const { url, secrets } = await guarded([{ recorders: ['cpurec'] }]);
    const body = frame(rows, { file: 'nicrec-20261121.csv' }) + frame(rows);
    const { status, json } = await append(url, body, bearer(secrets[0] ?? ''));
    expect(status).toBe(200);
    expect(json['next']).toEqual({ 'pi1/cpurec-20261121.csv': 20 });
    expect(json['refused']).toEqual({ 'pi1/nicrec-20261121.csv': { status: 403, error: expect.anything() } });
  });

  test('makes a host known only when it may enrol, or names the host', async () => {
    const { as } = await guarded([
      { hosts: ['pi*'], enrol: false },
      { hosts: ['pi1'], enrol: false },
    ]);
    expect((await as(0)).body).toContain('may not enrol pi1');
    expect((await as(1)).status).toBe(200);
    expect((await as(0)).status).toBe(200);
  });

  test('that may only read does not write', async () => {
    const { as, url, secrets } = await guarded([{ readOnly: true }]);
    expect((await as(0)).body).toContain('may only read');
    expect((await ask(`${url}/metrics`, { headers: bearer(secrets[0] ?? '') })).status).toBe(200);
  });

  test('is over when it has expired, also on a connection that stands', async () => {
    let now = Date.UTC(2026, 10, 21);
    const { as, tcp, secrets } = await guarded([{ expires: now + 1000 }], () => now);
    const line = new Line(tcp).send(`AUTH ${secrets[0]}\n`);
    expect(await line.line(1)).toBe('OK sdr/1');
    expect((await as(0)).status).toBe(200);
    now += 1000;
    expect((await as(0)).json.error).toBe('the token "token0" has expired');
    line.send(frame(rows));
    expect(await line.line(2)).toBe('ERR 401 the token "token0" has expired');
  });

  test('of other hosts sees nothing of this one', async () => {
    const { as, url, secrets } = await guarded([{}, { hosts: ['web*'] }]);
    await as(0);
    const look = (at: number, path: string) => ask(url + path, { headers: bearer(secrets[at] ?? '') });
    const next = `/v1/next?host=pi1&machine=${machine}&instance=${instance}`;
    expect([(await look(0, next)).status, (await look(1, next)).status]).toEqual([200, 403]);
    expect((await look(0, '/metrics')).body).toContain('host="pi1"');
    expect((await look(1, '/metrics')).body).not.toContain('pi1');
  });
});

describe('when the file changes', () => {
  test('a new token counts and a revoked one does not, without a restart', async () => {
    const { as, file, running, secrets, tcp } = await guarded([{}]);
    const line = new Line(tcp).send(`AUTH ${secrets[0]}\n`);
    await line.line(1);
    secrets.push(addToken(file, wish('later')));
    revokeToken(file, 'token0');
    running.reload(false);
    expect([(await as(0)).status, (await as(1)).status]).toEqual([401, 200]);
    expect(await line.send(frame(rows)).line(2)).toBe('ERR 401 this token is not known here');
  });

  test('what was decided on a connection that stands is decided anew, in both modes', async () => {
    const { file, running, secrets, tcp, url } = await guarded([{ hosts: ['pi*'] }]);
    const request = (body: string) =>
      `POST /v1/append HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secrets[0]}\r\n` +
      `Content-Type: application/vnd.sdr.append\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const line = new Line(tcp).send(`AUTH ${secrets[0]}\n${frame(rows)}`);
    expect(await line.line(2)).toContain('ACK pi1/');
    const http = new Line(url).send(request(frame(rows)));
    const statuses = () => http.lines.filter((each) => each.startsWith('HTTP/1.1')).map((each) => each.slice(9, 12));
    await until(() => statuses().length === 1, 'the first answer');
    writeFileSync(file, readFileSync(file, 'utf8').replace('host=pi*', 'host=web*'));
    running.reload(false);
    expect(await line.send(frame(rows)).line(3)).toMatch(/^NAK 403 pi1.* is for other hosts/);
    http.send(request(frame(rows)));
    await until(() => statuses().length === 2, 'the second answer');
    expect(statuses()).toEqual(['200', '403']);
    expect([http.isClosed, line.isClosed]).toEqual([false, false]);
  });

  test('a broken file, and one that is gone, keep the old tokens and are told once', async () => {
    const { as, file, running, said } = await guarded([{}]);
    const right = readFileSync(file, 'utf8');
    writeFileSync(file, 'broken\n');
    for (const _ of [1, 2]) running.reload(true);
    expect([(await as(0)).status, (await as(1)).status]).toEqual([200, 401]);
    expect(said().match(/line 1: expected 64/g)).toHaveLength(1);
    writeFileSync(file, right);
    running.reload(false);
    expect(said()).toContain('The tokens can be read again');
    rmSync(file);
    running.reload(false);
    expect([(await as(0)).status, (await as(1)).status]).toEqual([200, 401]);
    expect(said()).toContain('it is gone');
  });

  test('nothing is read that has not changed', async () => {
    const { running } = await guarded([{}]);
    for (const _ of [1, 2]) running.reload(false);
    expect(running.service.counts.reloads).toBe(0);
    running.reload(true);
    expect(running.service.counts.reloads).toBe(1);
  });

  test('a file without tokens is no open door', async () => {
    const { as, file, running } = await guarded([{}]);
    revokeToken(file, 'token0');
    running.reload(false);
    expect((await as(0)).status).toBe(401);
  });
});

describe('without tokens', () => {
  test('only this machine is listened to, and another address is refused', async () => {
    const { where, guard, said } = await collecting();
    guard.sayWhoMayWrite();
    expect(where[0]).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(said()).toContain('There are no tokens: data is taken from this machine only');
    await expect(collecting({ listen: ['0.0.0.0:0'] })).rejects.toMatchObject({ exit: 'config' });
    await expect(collecting({ listen: ['[::]:0'] })).rejects.toMatchObject({ exit: 'config' });
  });

  test('--insecure listens everywhere, and says so', async () => {
    const { where, guard, said } = await collecting({ insecure: true });
    guard.sayWhoMayWrite();
    expect(where[0]).not.toContain('127.0.0.1');
    expect(said()).toContain('from whoever reaches this collector');
  });

  test('a file that is named must be there', async () => {
    await expect(collecting({ tokens: '/nowhere/tokens' })).rejects.toMatchObject({ exit: 'config' });
  });

  test('a broken file ends it at the start', async () => {
    const path = folder();
    writeFileSync(`${path}/.sdr/tokens`, 'secret name=a\n');
    await expect(collecting({ path })).rejects.toThrow(/tokens: line 1: expected 64 hexadecimal digits/);
  });
});
