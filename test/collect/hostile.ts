/** What attackers send: right requests, and what becomes of them under mutation. */
import { gzipSync } from 'node:zlib';
import type { Random } from '../fake/random.ts';
import { below } from '../fake/random.ts';
import { file, frame, instance, machine } from './harness.ts';

const rows = 'time,cpu_pct\n1,2.00\n';

function http(line: string, headers: readonly string[], body: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(body);
  const all = ['Host: x', ...headers, ...(bytes.length > 0 ? [`Content-Length: ${bytes.length}`] : [])];
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n`), bytes]);
}

const type = 'Content-Type: application/vnd.sdr.append';

/** One right request for each path and way. */
export const requests: readonly Buffer[] = [
  http('POST /v1/append', [type], frame(rows)),
  http(
    'POST /v1/append',
    [type, 'Content-Encoding: gzip'],
    gzipSync(frame(rows) + frame(rows, { file: 'nicrec-20261121.csv' })),
  ),
  http('POST /v1/append', [type, 'Transfer-Encoding: chunked'], ''),
  Buffer.from(
    `POST /v1/append HTTP/1.1\r\nHost: x\r\n${type}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n#sdr \r\n0\r\n\r\n`,
  ),
  http('POST /v1/append', [type, 'Expect: 100-continue', 'Authorization: Bearer x'], frame(rows)),
  http(`GET /v1/next?host=pi1&machine=${machine}&instance=${instance}`, []),
  http(
    'POST /v1/records?host=ups1&recorder=ups',
    ['Content-Type: text/csv', 'Idempotency-Key: a'],
    'time,volts\n1,"2"\n',
  ),
  http('POST /v1/records?host=ups1&recorder=ups', ['Content-Type: application/x-ndjson'], '{"volts":1,"a":"b"}\n'),
  http('GET /metrics', []),
  http('GET /healthz', []),
  Buffer.concat([http('GET /healthz', []), http('POST /v1/append', [type], frame(rows)), http('GET /metrics', [])]),
];

export const streams: readonly Buffer[] = [
  Buffer.from(`AUTH -\n${frame(rows)}`),
  Buffer.from(`AUTH x\n${frame(rows)}${frame('2,3.00\n', {}, rows)}${frame('', {}, rows)}`),
  Buffer.from(`AUTH -\n${frame(rows, { host: 'a'.repeat(200) })}${frame(rows, { offset: 10 })}`),
];

/** Words that have hurt others. */
export const evil: readonly string[] = [
  '../../../../tmp/sdr-evil',
  '..',
  '.',
  '.sdr',
  '/etc/passwd',
  '%2e%2e%2fetc',
  '..\\..\\x',
  'a/../../b',
  'a\0b',
  'a\nb',
  '-rf',
  '~root',
  '$(id)',
  '\u202e\uffff',
  'x'.repeat(300),
  `${file}/../../x`,
  `${file}~${instance}`,
  '../cpurec-20261121.csv',
  '99999999999999999999',
  '-1',
  '1e9',
  '0x10',
  'NaN',
  '__proto__',
  'constructor',
];

type Change = (bytes: Buffer, next: Random) => Buffer;

const noise = (next: Random, n: number): Buffer => Buffer.from(Array.from({ length: n }, () => below(next, 256)));
const put = (bytes: Buffer, at: number, length: number, what: Uint8Array | string): Buffer =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from(what), bytes.subarray(at + length)]);

const changes: readonly Change[] = [
  (bytes) => bytes,
  (bytes, next) => bytes.subarray(0, below(next, bytes.length + 1)),
  (bytes, next) => put(bytes, below(next, bytes.length + 1), 0, noise(next, 1 + below(next, 40))),
  (bytes, next) => put(bytes, below(next, bytes.length), 1, noise(next, 1)),
  (bytes, next) => put(bytes, below(next, bytes.length), below(next, 30), ''),
  (bytes, next) => Buffer.concat([bytes, bytes.subarray(below(next, bytes.length))]),
  (bytes, next) => word(bytes, next, evil[below(next, evil.length)] ?? ''),
  (bytes, next) => word(bytes, next, String(below(next, 2 ** 31))),
  (_, next) => noise(next, below(next, 2000)),
];

/** Another word in place of one of those that are there. */
function word(bytes: Buffer, next: Random, by: string): Buffer {
  const text = bytes.toString('latin1');
  const words = [...text.matchAll(/[A-Za-z0-9._-]+/g)];
  const found = words[below(next, words.length)];
  return found ? put(bytes, found.index, found[0].length, by) : bytes;
}

/** One of the right ones, changed once or several times. */
export function mutated(right: readonly Buffer[], next: Random): Buffer {
  let bytes = right[below(next, right.length)] ?? Buffer.alloc(0);
  for (let n = 1 + below(next, 3); n > 0; n--) {
    if (bytes.length > 0) bytes = (changes[below(next, changes.length)] as Change)(bytes, next);
  }
  return bytes;
}
