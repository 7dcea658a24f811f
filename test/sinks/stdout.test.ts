import { describe, expect, test } from 'vitest';
import type { Counts } from '../../src/sink.ts';
import { Gone, noCounts } from '../../src/sink.ts';
import type { HeaderWish } from '../../src/sinks/stdout.ts';
import { Stdout } from '../../src/sinks/stdout.ts';
import { utf8 } from '../../src/text.ts';
import { FakeFiles } from '../fake/files.ts';

const head = 'time,a\n';

/** Stdout as a file with these bytes, or as a pipe. */
function onto(text: string | null, header: HeaderWish = 'auto') {
  const files = new FakeFiles();
  if (text !== null) files.connect(1, files.put('/out.csv', text));
  const counts: Counts = noCounts();
  const told: string[] = [];
  const sink = new Stdout({ files, header, counts, warn: (_, message) => told.push(message) });
  const feed = () => sink.feed({ name: 'cpurec', head, fractional: false });
  return { files, counts, told, feed, said: () => files.said(1) };
}

function put(out: ReturnType<typeof onto>): string {
  const feed = out.feed();
  feed.put(5000, utf8('5,1\n'), 1);
  feed.put(6000, utf8('6,1\n'), 1);
  return out.said();
}

describe('the header', () => {
  test.each([
    ['a pipe', null, 'auto', `${head}5,1\n6,1\n`],
    ['an empty file', '', 'auto', `${head}5,1\n6,1\n`],
    ['a file that has it', `${head}4,1\n`, 'auto', `${head}4,1\n5,1\n6,1\n`],
    ['a file that is the header', head, 'auto', `${head}5,1\n6,1\n`],
    ['a file, when wanted', `${head}4,1\n`, 'always', `${head}4,1\n${head}5,1\n6,1\n`],
    ['a pipe, when not wanted', null, 'never', '5,1\n6,1\n'],
    ['a file with another, when not wanted', 'x\n', 'never', 'x\n5,1\n6,1\n'],
  ] as const)('into %s', (_, text, wish, wanted) => {
    expect(put(onto(text, wish))).toBe(wanted);
  });

  test.each(['time,b\n1,1\n', 'tim', '\0\0\0\0\0\0\0\0', 'x'])('a file that begins with %j is refused', (text) => {
    expect(() => onto(text).feed()).toThrow('Cannot append to stdout: it is a file with another header');
  });

  test('comes with the first row, not before', () => {
    const out = onto(null);
    out.feed();
    expect(out.said()).toBe('');
  });
});

test('a torn last line of a file is cut back, with one warning', () => {
  const out = onto(`${head}4,1\n5,`);
  expect(put(out)).toBe(`${head}4,1\n5,1\n6,1\n`);
  expect(out.told).toEqual(['stdout ended inside a line: cut 2 bytes']);
});

test('rows are one write each', () => {
  const out = onto(null);
  const writes: string[] = [];
  out.files.fault = (call, path) => {
    if (call === 'write') writes.push(path);
    return undefined;
  };
  put(out);
  expect(writes.length).toBeLessThanOrEqual(3);
});

test('no time comes twice', () => {
  const feed = onto(null).feed();
  feed.put(5000, utf8('5,1\n'), 1);
  expect([feed.accepts(5000), feed.accepts(4000), feed.accepts(5001)]).toEqual([false, false, true]);
});

test('a reader that has gone is a polite end', () => {
  const out = onto(null);
  out.files.fault = (call) => (call === 'write' ? 'EPIPE' : undefined);
  expect(() => put(out)).toThrow(Gone);
});

test('a pipe that is full for a while gets everything, in pieces', () => {
  const out = onto(null);
  let call = 0;
  out.files.fault = (name) => {
    if (name !== 'write') return undefined;
    call++;
    return call % 3 === 0 ? 'EAGAIN' : call % 3 === 1 ? 'EINTR' : 2;
  };
  expect(put(out)).toBe(`${head}5,1\n6,1\n`);
  expect(out.counts.droppedRows).toBe(0);
});

test('a disk that is full drops rows, counts them and says so once', () => {
  const out = onto('');
  const feed = out.feed();
  feed.put(1000, utf8('1,1\n'), 1);
  out.files.fault = (call) => (call === 'write' ? 'ENOSPC' : undefined);
  feed.put(2000, utf8('2,1\n2,2\n2,3\n'), 3);
  feed.put(3000, utf8('3,1\n3,2\n3,3\n'), 3);
  out.files.fault = null;
  feed.put(4000, utf8('4,1\n'), 1);
  expect(out.said()).toBe(`${head}1,1\n4,1\n`);
  expect(out.counts.droppedRows).toBe(6);
  expect(out.told).toHaveLength(1);
});

test('a disk that is full at the first row does not cost the header', () => {
  const out = onto('');
  const feed = out.feed();
  out.files.fault = (call) => (call === 'write' ? 'ENOSPC' : undefined);
  feed.put(1000, utf8('1,1\n'), 1);
  out.files.fault = null;
  feed.put(2000, utf8('2,1\n'), 1);
  expect(out.said()).toBe(`${head}2,1\n`);
});

test.each([1, 2, 3, 4, 5, 7])('a file that takes %d bytes of two rows has whole lines when it works again', (room) => {
  const out = onto('');
  const feed = out.feed();
  feed.put(1000, utf8('1,1\n'), 1);
  let call = 0;
  out.files.fault = (name) => (name !== 'write' ? undefined : call++ === 0 ? room : 'ENOSPC');
  feed.put(2000, utf8('2,1\n2,2\n'), 2);
  feed.put(3000, utf8('3,1\n3,2\n'), 2);
  out.files.fault = null;
  feed.put(4000, utf8('4,1\n4,2\n'), 2);
  expect(out.said()).toBe(`${head}1,1\n2,1\n${room > 4 ? '2,2\n' : ''}4,1\n4,2\n`);
  expect(out.counts.droppedRows).toBe(room > 4 ? 2 : 3);
});
