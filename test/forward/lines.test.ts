/** The TCP mode as a sender hears it: answers cut anywhere, refusals, and whatever is no answer at all. */
import { expect, test } from 'vitest';
import { LinesWay } from '../../src/forward/lines.ts';
import type { Outcome } from '../../src/forward/way.ts';
import type { Listener, Net } from '../../src/host.ts';
import type { Frame } from '../../src/wire/frame.ts';
import { FakeClock } from '../fake/clock.ts';

const frames = ['cpurec', 'nicrec'].map((name): Frame => {
  const bytes = Buffer.from('time,a\n1,2\n');
  const file = `${name}-20260301.csv`;
  return { host: 'pi1', machine: '1'.repeat(16), instance: '2'.repeat(16), file, offset: 0, length: 11, crc: 0, bytes };
});

function talking() {
  const clock = new FakeClock();
  const heard: Outcome[] = [];
  const said: string[] = [];
  const listeners: Listener[] = [];
  const net = {
    connect(_url: string, _pem: unknown, _limit: number, listener: Listener) {
      listeners.push(listener);
      return { write: (bytes: Uint8Array) => void said.push(Buffer.from(bytes).toString('latin1')), close() {} };
    },
  } as unknown as Net;
  const way = new LinesWay(net, clock, 'tcp://a:1', { token: 'abc', pem: { ca: '', cert: '', key: '' }, agent: '' });
  return {
    clock,
    heard,
    said,
    listeners,
    send: () => way.send(frames, (outcome) => heard.push(outcome)),
    hear: (text: string) => listeners.at(-1)?.data(Buffer.from(text, 'latin1')),
  };
}

test('the token goes first, frames when it was taken, and answers may be cut anywhere', () => {
  const { said, listeners, heard, send, hear } = talking();
  send();
  listeners[0]?.open();
  expect(said).toEqual(['AUTH abc\n']);
  for (const byte of 'OK sdr/1\nACK pi1/cpurec-20260301.csv 11\nNAK 409 pi1/nicrec-20260301.csv other by') hear(byte);
  expect(said[1]).toContain('#sdr pi1 ');
  expect(heard).toEqual([]);
  hear('tes\n');
  expect(heard[0]?.status).toBe(200);
  expect([...(heard[0]?.next ?? [])]).toEqual([['cpurec-20260301.csv', 11]]);
  expect([...(heard[0]?.refused ?? [])]).toEqual([['nicrec-20260301.csv', { status: 409, error: 'other bytes' }]]);
  send();
  expect(said[2]).toBe(said[1]);
  expect(listeners).toHaveLength(1);
});

test.each([
  ['ERR 401 no such token\n', { status: 401, why: 'no such token' }],
  ['OK sdr/1\nERR 503 busy\n', { status: 503, why: 'busy' }],
  ['HTTP/1.1 400 Bad Request\r\n', { status: 404, why: 'it answers, but not as a collector does' }],
  [
    'OK sdr/1\nACK pi1/other-20260301.csv 5\n',
    { status: 404, why: 'it answers for pi1/other-20260301.csv, which was not sent' },
  ],
  ['OK sdr/1\nOK sdr/1\n', { status: 404 }],
  ['ACK pi1/cpurec-20260301.csv 11\n', { status: 404 }],
  ['x'.repeat(5000), { status: 404 }],
])('%s', (text, outcome) => {
  const { heard, send, hear, listeners } = talking();
  send();
  hear(text);
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatchObject(outcome);
  send();
  expect(listeners).toHaveLength(2);
});

test('an end and a silence are failures, told once', () => {
  const { heard, send, listeners, clock } = talking();
  send();
  listeners[0]?.closed('ECONNREFUSED');
  send();
  listeners[1]?.closed('');
  send();
  clock.run(36_000);
  expect(heard.map(({ status, why }) => [status, why])).toEqual([
    [0, 'ECONNREFUSED'],
    [0, 'ECONNRESET'],
    [0, 'ETIMEDOUT'],
  ]);
});

test('a connection that ends between two batches is opened again', () => {
  const { heard, send, hear, listeners } = talking();
  send();
  hear('OK sdr/1\nACK pi1/cpurec-20260301.csv 11\nACK pi1/nicrec-20260301.csv 11\n');
  hear('ERR 408 nothing arrived\n');
  listeners[0]?.closed('');
  send();
  hear('OK sdr/1\nACK pi1/cpurec-20260301.csv 11\nACK pi1/nicrec-20260301.csv 11\n');
  expect(heard.map(({ status }) => status)).toEqual([200, 200]);
});
