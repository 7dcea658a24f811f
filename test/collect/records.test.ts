/** POST /v1/records: rows of strangers become sdr CSV, or are refused with the line that is wrong. */
import { describe, expect, test } from 'vitest';
import { fromCsv } from '../../src/collect/guests/csv.ts';
import { fromNdjson } from '../../src/collect/guests/ndjson.ts';
import { ask, collecting } from './harness.ts';

const csv = (text: string) => spelled(fromCsv(Buffer.from(text), '1000'));
const ndjson = (text: string) => spelled(fromNdjson(Buffer.from(text), '1000'));
const spelled = ({ header, rows }: { header: string; rows: Uint8Array }): string =>
  `${header}\n${Buffer.from(rows).toString()}`;

describe('CSV of strangers', () => {
  test('stays as it is when it is as ours', () => {
    const text = 'time,device,watts\n1795239282,a,1.50\n1795239283,b,\n';
    expect(csv(text)).toBe(text);
    expect(csv('time,x\n1795239282.5,-1e-9\n')).toBe('time,x\n1795239282.500,-0.000000001\n');
  });

  test('gets the time of arrival where it has none', () => {
    expect(csv('watts\n1\n')).toBe('time,watts\n1000,1\n');
    expect(csv('time,watts\n,1\n')).toBe('time,watts\n1000,1\n');
  });

  test('has numbers as sdr spells them: no exponents, no more than 9 decimals', () => {
    const numbers = ['1e3', '1E-7', '.5', '5.', '-1e22', '-1e-12', '0.12345678901', '9007199254740993', '1e300', '007'];
    const spelled = [
      '1000',
      '0.0000001',
      '0.5',
      '5',
      `-1${'0'.repeat(22)}`,
      '0',
      '0.123456789',
      '9007199254740993',
      '1e300',
      '007',
    ];
    expect(csv(`x\n${numbers.join('\n')}\n`)).toBe(`time,x\n${spelled.map((each) => `1000,${each}\n`).join('')}`);
  });

  test('may have quotes, CRLF, a byte order mark and no end of the last line', () => {
    expect(csv('\ufeffname,note\r\n"a, ""b""","x\r\ny"\r\nc,"d"')).toBe(
      'time,name,note\n1000,a%2C%20%22b%22,x%0D%0Ay\n1000,c,d\n',
    );
  });

  test('is hostile: formulas, NULs, broken UTF-8 and what is no number', () => {
    expect(csv('a,b\n=1+1,@x\n+5,-cmd\nNaN,-Infinity\nnull,\u0000\n')).toBe(
      'time,a,b\n1000,%3D1+1,%40x\n1000,5,%2Dcmd\n1000,,\n1000,,%00\n',
    );
    const broken = fromCsv(Buffer.from([0x61, 10, 0xff, 0xfe, 10]), '1');
    expect(spelled(broken)).toBe('time,a\n1,%FF%FE\n');
    expect(csv('=a,B c (%),2nd\n1,2,3\n')).toBe('time,a,b_c,c_2nd\n1000,1,2,3\n');
  });

  test.each([
    ['', 'got an empty body'],
    ['time\n1\n', 'a column behind time'],
    ['a,time\n1,2\n', 'time as the first column'],
    ['a,a\n1,2\n', 'got a twice'],
    ['a,,b\n1,2,3\n', 'a name with letters for each column'],
    ['a b,a-b\n1,2\n', 'got a_b twice'],
    ['a\n'.repeat(50_002), 'at most 50000 rows'],
    [`a\n${','.repeat(250_000)}`, 'at most 250000 cells'],
    ['a,b\n1,2\n1\n', 'line 3: expected 2 cells, got 1'],
    ['time,a\nyesterday,1\n', 'line 2: expected time as Unix seconds, got yesterday'],
    ['time,a\n1795239282000,1\n', 'line 2: expected time as Unix seconds'],
    ['a,b\n"x\ny,1\n', 'line 2: expected quotes'],
    ['a\nx"y\n"z"w\n', 'line 3: expected quotes'],
    [`${'a'.repeat(101)}\n1\n`, 'at most 100 characters'],
    [Array.from({ length: 300 }, (_, i) => `c${i}`).join(), 'at most 250 columns'],
  ])('%j is refused', (text, why) => {
    expect(() => csv(text)).toThrow(why);
  });
});

describe('JSON of strangers', () => {
  test('has its columns from all lines, in the order of their first sight', () => {
    expect(ndjson('{"b":1,"time":5}\n\n{"a":"x y","b":2.5}\r\n{"c":true,"b":null}')).toBe(
      'time,b,a,c\n5,1,,\n1000,2.5,x%20y,\n1000,,,1\n',
    );
  });

  test('is hostile', () => {
    expect(ndjson('{"__proto__":1,"constructor":"=x","toString":"ä"}')).toBe(
      'time,proto,constructor,tostring\n1000,1,%3Dx,%C3%A4\n',
    );
    expect(ndjson('{"constructor":1}\n{"b":2}')).toBe('time,constructor,b\n1000,1,\n1000,,2\n');
  });

  test.each([
    ['', 'got an empty body'],
    ['{}', 'a column behind time'],
    ['[1]', 'line 1: expected an object'],
    ['{"a":1}\nnull', 'line 2: expected an object'],
    ['{"a":{"b":1}}', 'expected numbers, texts'],
    ['{"a":', 'line 1: expected JSON'],
    ['{"a":1,"time":"now"}', 'expected time as Unix seconds, got now'],
    ['['.repeat(1_000_000), 'expected JSON'],
    [
      `${'{"a":1}\n'.repeat(5000)}{${Array.from({ length: 249 }, (_, i) => `"c${i}":1`).join()}}`,
      'at most 250000 cells',
    ],
  ])('%.40j is refused', (text, why) => {
    expect(() => ndjson(text)).toThrow(why);
  });
});

describe('POST /v1/records', () => {
  const types = {
    csv: { 'content-type': 'text/csv; charset=utf-8' },
    json: { 'content-type': 'application/x-ndjson' },
  };

  test('takes both and says how many rows', async () => {
    const { where, archive } = await collecting({ now: () => 1_795_239_282_999 });
    const url = `${where[0]}/v1/records?host=ups1&recorder=ups`;
    expect((await ask(url, { body: 'volts\n230\n231\n', headers: types.csv })).json).toEqual({ rows: 2 });
    expect((await ask(url, { body: '{"volts":1}\n', headers: types.json })).json).toEqual({ rows: 1 });
    expect((await ask(url, { body: 'volts\n', headers: types.csv })).json).toEqual({ rows: 0 });
    expect(archive.written.get('ups1/ups')).toEqual([
      { header: 'time,volts', rows: '1795239282,230\n1795239282,231\n' },
      { header: 'time,volts', rows: '1795239282,1\n' },
    ]);
  });

  test('stores what comes again under one key once', async () => {
    const { where, archive } = await collecting();
    const url = `${where[0]}/v1/records?host=ups1&recorder=ups`;
    const headers = { ...types.csv, 'idempotency-key': 'a1' };
    for (const _ of [1, 2]) expect((await ask(url, { body: 'volts\n1\n', headers })).json).toEqual({ rows: 1 });
    expect(archive.written.get('ups1/ups')).toHaveLength(1);
    const bad = { ...types.csv, 'idempotency-key': 'k'.repeat(201) };
    expect((await ask(url, { body: 'volts\n1\n', headers: bad })).status).toBe(400);
  });

  test.each([
    ['no host', 'recorder=ups', 400],
    ['a path as host', 'host=..%2f..&recorder=ups', 400],
    ['a path as recorder', 'host=a&recorder=..%2fups', 400],
    ['a recorder in capitals', 'host=a&recorder=UPS', 400],
  ])('%s is refused', async (_, query, status) => {
    const { where, archive } = await collecting();
    expect((await ask(`${where[0]}/v1/records?${query}`, { body: 'a\n1\n', headers: types.csv })).status).toBe(status);
    expect(archive.written.size).toBe(0);
  });

  test('refuses another type', async () => {
    const { where } = await collecting();
    const { status, json } = await ask(`${where[0]}/v1/records?host=a&recorder=b`, { body: 'a=1' });
    expect([status, json.error]).toEqual([415, 'expected Content-Type: text/csv or application/x-ndjson']);
  });
});
