/** POST /v1/append and GET /v1/next: what is asked, what is answered, and what is refused with which status. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SdrError } from '../../src/errors.ts';
import { WireError } from '../../src/wire/error.ts';
import { append, appending, ask, collecting, file, frame, instance, machine, until } from './harness.ts';

const rows = 'time,cpu_pct\n1,2.00\n';

describe('frames over HTTP', () => {
  test('are stored, and the answer says how far', async () => {
    const { archive, where } = await collecting();
    const [url = ''] = where;
    const first = await append(url, frame(rows));
    expect(first.json).toEqual({ next: { [`pi1/${file}`]: 20 } });
    expect(first.headers['sdr-wire']).toBe('1');
    expect((await append(url, frame('2,3.00\n', {}, rows))).json).toEqual({ next: { [`pi1/${file}`]: 27 } });
    expect(archive.text('pi1', file)).toBe(`${rows}2,3.00\n`);
  });

  test('may be compressed, several files at once', async () => {
    const { where, archive } = await collecting();
    const body = frame(rows) + frame(rows, { file: 'nicrec-20261121.csv' });
    const { json } = await append(where[0] ?? '', gzipSync(body), { 'content-encoding': 'gzip' });
    expect(json).toEqual({ next: { [`pi1/${file}`]: 20, 'pi1/nicrec-20261121.csv': 20 } });
    expect(archive.text('pi1', 'nicrec-20261121.csv')).toBe(rows);
  });

  test('large ones come out whole, compressed or not', async () => {
    const { where, archive } = await collecting();
    const large = `time,x\n${'1,22222222\n'.repeat(60_000)}`;
    await append(where[0] ?? '', frame(large));
    expect(archive.text('pi1', file) === large).toBe(true);
    const other = frame(large, { file: 'nicrec-20261121.csv' });
    expect((await append(where[0] ?? '', gzipSync(other), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(archive.text('pi1', 'nicrec-20261121.csv') === large).toBe(true);
  });

  test('one that is refused does not hold up the others; when all are, the status says so', async () => {
    const { where } = await collecting();
    const [url = ''] = where;
    await append(url, frame(rows));
    const wrong = frame('9,9.99\n', { offset: 13, crc: 1 });
    const why = { status: 409, error: `${file}: other bytes are there before 13` };
    const both = await append(url, wrong + frame(rows, { file: 'nicrec-20261121.csv' }));
    expect([both.status, both.json]).toEqual([
      200,
      { next: { 'pi1/nicrec-20261121.csv': 20 }, refused: { [`pi1/${file}`]: why } },
    ]);
    const one = await append(url, wrong);
    expect([one.status, one.json]).toEqual([409, { next: {}, refused: { [`pi1/${file}`]: why } }]);
  });

  test('are answered only when the archive says that they are durable', async () => {
    const { where, archive } = await collecting();
    let open = (): void => {};
    archive.gate = new Promise((resolve) => {
      open = resolve;
    });
    let isAnswered = false;
    const answer = append(where[0] ?? '', frame(rows)).then((reply) => {
      isAnswered = true;
      return reply;
    });
    await until(() => archive.text('pi1', file) === rows, 'the frame in the archive');
    await ask(`${where[0]}/healthz`);
    expect(isAnswered).toBe(false);
    open();
    expect((await answer).status).toBe(200);
  });
});

describe('what is refused over HTTP', () => {
  const cases: readonly [string, number, string, Parameters<typeof ask>[1]][] = [
    ['no frame at all', 400, 'empty body', { body: '' }],
    ['no frame', 400, 'beginning with #sdr', { body: 'hello\n' }],
    ['half a frame', 400, 'ends inside a frame', { body: frame(rows).slice(0, -3) }],
    ['two hosts', 400, 'one host', { body: frame(rows) + frame(rows, { host: 'pi2' }) }],
    ['a file twice', 400, 'at most once', { body: frame(rows) + frame(rows) }],
    ['a path', 400, 'a host name', { body: frame(rows, { host: '../pi' }) }],
    ['another type', 415, 'expected Content-Type', { body: 'x', headers: { 'content-type': 'text/plain' } }],
    ['another encoding', 415, 'gzip, or none', { body: 'x', headers: { 'content-encoding': 'br' } }],
    ['a body that is too large', 413, 'at most 1048576', { body: 'x'.repeat(2 ** 20 + 1) }],
    ['no gzip', 400, 'gzip', { body: 'x'.repeat(40), headers: { 'content-encoding': 'gzip' } }],
    ['a GET', 405, 'expected POST', { method: 'GET' }],
  ];
  test.each(cases)('%s', async (_, status, why, how) => {
    const { where, running, archive } = await collecting();
    const reply = await ask(`${where[0]}/v1/append`, { ...how, headers: { ...appending, ...how?.headers } });
    expect([reply.status, reply.json.error]).toEqual([status, expect.stringContaining(why)]);
    expect(archive.known.size).toBe(0);
    expect([running.service.budget.used, running.service.open]).toEqual([0, 0]);
  });

  test('an unknown path, with the paths that there are', async () => {
    const { where } = await collecting();
    const { status, json } = await ask(`${where[0]}/v2/append`);
    expect([status, json.error]).toEqual([404, expect.stringContaining('/v1/append')]);
  });

  test('a body without a length', async () => {
    const { where } = await collecting();
    expect(
      await raw(
        where[0] ?? '',
        'POST /v1/append HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.sdr.append\r\n\r\n',
      ),
    ).toMatch(/^HTTP\/1.1 411 /);
  });

  test('a header that is too large, and what is no HTTP', async () => {
    const { where } = await collecting();
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`;
    expect(await raw(where[0] ?? '', long)).toMatch(/^HTTP\/1.1 431 [\s\S]*{"error":"the header is too large"}\n$/);
    expect(await raw(where[0] ?? '', 'EHLO example.org\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  test('more than may be pending: again later, and nothing stays taken', async () => {
    const { where, running, archive } = await collecting({ limits: { pending: 4096 } });
    const [url = ''] = where;
    archive.gate = new Promise(() => {});
    void append(url, frame(`time,x\n${'1,2\n'.repeat(400)}`)).catch(() => {});
    await until(() => running.service.budget.used > 0, 'a request in flight');
    const { status, headers, json } = await append(url, frame(`time,x\n${'1,2\n'.repeat(400)}`));
    expect([status, headers['retry-after'], json.error]).toEqual([429, '1', 'this token has too much in flight']);
    expect((await append(url, 'x'.repeat(5000))).status).toBe(429);
    expect(running.service.budget.used).toBeLessThan(2048);
  });

  test('a full disk and a failing one, which /healthz tells until it is over', async () => {
    const { where, archive } = await collecting();
    const [url = ''] = where;
    expect((await ask(`${url}/healthz`)).json).toEqual({ ok: true });
    archive.failure = new WireError(507, 'the disk is full');
    const { status, headers, json } = await append(url, frame(rows));
    expect([status, headers['retry-after'], json.error]).toEqual([507, '30', 'the disk is full']);
    const sick = await ask(`${url}/healthz`);
    expect([sick.status, sick.json]).toEqual([503, { ok: false, error: 'the disk is full' }]);
    archive.failure = null;
    await append(url, frame(rows));
    expect((await ask(`${url}/healthz`)).status).toBe(200);
  });

  test('a fault of ours: 500, said once to a person', async () => {
    const { where, archive, said } = await collecting();
    archive.failure = new SdrError('bug', 'unforeseen');
    for (const _ of [1, 2]) expect((await append(where[0] ?? '', frame(rows))).status).toBe(500);
    expect(said().match(/unforeseen/g)).toHaveLength(1);
  });
});

describe('gzip that lies', () => {
  const bomb = gzipSync(Buffer.alloc(40_000_000));
  test('a bomb is refused before a byte of it is inflated', async () => {
    const { where, running } = await collecting();
    const { status, json } = await append(where[0] ?? '', bomb, { 'content-encoding': 'gzip' });
    expect([status, json.error]).toEqual([413, 'expected at most 16777216 bytes inside, got 40000000']);
    expect(running.service.budget.used).toBe(0);
  });

  test('one that says it is small gives no more than it says', async () => {
    const { where } = await collecting();
    const liar = Buffer.from(bomb);
    liar.writeUInt32LE(1000, liar.length - 4);
    const { status, json } = await append(where[0] ?? '', liar, { 'content-encoding': 'gzip' });
    expect([status, json.error]).toEqual([400, expect.stringContaining('1000 bytes as it says, got more')]);
  });

  test('one that is cut', async () => {
    const { where } = await collecting();
    const cut = gzipSync(frame(rows)).subarray(0, 40);
    expect((await append(where[0] ?? '', cut, { 'content-encoding': 'gzip' })).status).toBeGreaterThanOrEqual(400);
  });
});

describe('GET /v1/next', () => {
  test('tells how far all files of an instance are', async () => {
    const { where } = await collecting();
    const [url = ''] = where;
    await append(url, frame(rows));
    const reply = await ask(`${url}/v1/next?host=pi1&machine=${machine}&instance=${instance}`);
    expect(reply.json).toEqual({ next: { [`pi1/${file}`]: 20 } });
    const other = await ask(`${url}/v1/next?host=pi1&machine=${machine}&instance=${'0'.repeat(16)}`);
    expect(other.json).toEqual({ next: {} });
  });

  test.each([
    ['another machine', `host=pi1&machine=${'1'.repeat(16)}&instance=${instance}`, 409],
    ['no machine', `host=pi1&instance=${instance}`, 400],
    ['a path as host', `host=..%2fpi1&machine=${machine}&instance=${instance}`, 400],
  ])('%s is refused', async (_, query, status) => {
    const { where } = await collecting();
    await append(where[0] ?? '', frame(rows));
    expect((await ask(`${where[0]}/v1/next?${query}`)).status).toBe(status);
  });
});

/** Everything that is answered to a few bytes. */
function raw(where: string, text: string): Promise<string> {
  const { hostname, port } = new URL(where);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let all = '';
    socket.on('data', (part) => {
      all += part.toString();
      // A connection that is kept would never end.
      if (all.endsWith('}\n')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(all));
    socket.write(text);
  });
}
