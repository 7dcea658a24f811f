import { array, assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/text.ts';
import { keyOf, parseLine, verdictLine } from '../../src/wire/answer.ts';
import { crc32 } from '../../src/wire/crc32.ts';
import { Heads, headText, parseHead } from '../../src/wire/frame.ts';
import { Frames } from '../../src/wire/frames.ts';

const head = {
  host: 'pi1.example.org',
  machine: '0123456789abcdef',
  instance: 'fedcba9876543210',
  file: 'cpurec-20261121r0002.csv',
  offset: 4096,
  length: 8,
  crc: 0xcbf43926,
};
const frame = (body: string) => headText({ ...head, length: body.length }) + body;

/** All frames of a stream that comes in pieces of these lengths, over and over. */
function read(text: string, sizes: readonly number[] = [text.length], longest = 100): string[] {
  const frames = new Frames(longest);
  const bytes = utf8(text);
  const found: string[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    // A reused buffer would show itself here.
    for (const one of frames.push(bytes.slice(at, at + size))) found.push(`${one.file} ${Buffer.from(one.bytes)}`);
    at += size;
  }
  frames.end();
  return found;
}

describe('crc32', () => {
  test('gives the check value of the standard, whole or in parts', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926);
    expect(crc32(utf8('6789'), crc32(utf8('12345')))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('a frame', () => {
  test('says what follows in one line, which reads back as it was', () => {
    expect(headText(head)).toBe(
      '#sdr pi1.example.org 0123456789abcdef fedcba9876543210 cpurec-20261121r0002.csv 4096 8 cbf43926\n',
    );
    expect(parseHead(headText(head).trimEnd())).toEqual(head);
  });

  test('comes out whole however the stream is cut', () => {
    const text = frame('1,2\n3,4\n') + frame('') + frame('5,6\n');
    const whole = ['1,2\n3,4\n', '', '5,6\n'].map((body) => `${head.file} ${body}`);
    assert(
      property(array(integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 }), (sizes) => {
        expect(read(text, sizes)).toEqual(whole);
      }),
    );
  });

  test('is judged by itself, however much it resembles the one before', () => {
    const near = headText({ ...head, offset: 4104, length: 4 });
    expect(read(`${frame('1,2\n3,4\n')}${near}5,6\n`)).toHaveLength(2);
    for (const [from, to] of [
      [' 4104 4 ', ' 04104 4 '],
      [' 4104 4 ', ' 4104  4 '],
      [' 4104 4 ', ' 4104 -4 '],
      ['pi1.example.org', 'pi1/example.org'],
      ['cbf43926', 'cbf4392g'],
    ] as const) {
      expect(() => read(`${frame('1,2\n3,4\n')}${near.replace(from, to)}5,6\n`)).toThrow('expected');
    }
    expect(read(`${frame('1,2\n')}${frame('3,4\n').replace('cpurec-', 'sysrec-')}`)[1]).toMatch(/^sysrec-/);
  });

  test('reads the same whoever has shown its file before, and however many others came between', () => {
    for (const most of [1, 2, 100]) {
      const heads = new Heads(most);
      for (const file of ['cpurec-20261121.csv', 'nicrec-20261121.csv', 'sysrec-20261121.csv', 'cpurec-20261121.csv']) {
        for (const host of ['pi1', 'pi2']) {
          for (const offset of [0, 4104]) {
            const line = { ...head, host, file, offset };
            expect(heads.parse(headText(line).trimEnd())).toEqual(parseHead(headText(line).trimEnd()));
          }
        }
      }
      expect(() => heads.parse('')).toThrow('seven words');
      expect(() => heads.parse('#sdr 0 1 00000000')).toThrow('seven words');
    }
  });

  test.each([
    ['another mark', '#sdx a b c d 0 1 00000000\n', 'beginning with #sdr'],
    ['a word too few', '#sdr pi1 0123456789abcdef\n', 'seven words'],
    ['a path as host', headText({ ...head, host: '../etc' }), 'a host name'],
    ['a hidden host', headText({ ...head, host: '.sdr' }), 'a host name'],
    ['a short machine', headText({ ...head, machine: 'abc' }), 'a machine of 16'],
    ['a long instance', headText({ ...head, instance: `${head.instance}0` }), 'an instance of 16'],
    ['a path as file', headText({ ...head, file: '../cpurec-20261121.csv' }), 'a file name'],
    ['a compressed file', headText({ ...head, file: 'cpurec-20261121.csv.gz' }), 'a file name'],
    ['a negative offset', headText({ ...head, offset: -1 }), 'an offset'],
    ['an offset that no double holds', headText({ ...head, offset: 1e20 }), 'an offset'],
    ['a fraction as length', headText({ ...head, length: 0.5 }), 'a length'],
    ['no checksum', headText(head).replace('cbf43926', 'CBF43926'), 'a checksum'],
    ['a line without end', '#sdr '.repeat(200), 'too long'],
    ['a body that ends inside a line', frame('1,2\n3'), 'whole lines'],
    ['a body that is cut', frame('1,2\n').slice(0, -1), 'ends inside a frame'],
    ['a body beyond the limit', headText({ ...head, length: 101 }), 'at most 100'],
  ])('with %s is refused', (_, text, why) => {
    expect(() => read(text)).toThrow(why);
  });
});

describe('an answer of the TCP mode', () => {
  test.each([{ next: 4104 }, { status: 409, error: 'other bytes are there' }])(
    'reads back as it was: %o',
    (verdict) => {
      const line = verdictLine(keyOf(head), verdict);
      expect(parseLine(line.trimEnd())).toEqual({ kind: 'verdict', key: `${head.host}/${head.file}`, verdict });
    },
  );

  test('is nothing when it is none of ours', () => {
    for (const line of ['', 'HTTP/1.1 400 Bad Request', 'ACK x', 'ACK x -1']) expect(parseLine(line)).toBeNull();
  });
});
