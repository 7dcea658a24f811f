import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../src/errors.ts';
import { ascii, bytesOf, decodeId, encodeId, native, Scan } from '../src/parse.ts';

/** A scanner over a text, with bytes of an older and longer file behind its end. */
function scan(text: string): Scan {
  const made = new Scan();
  made.over('/proc/x', bytesOf(`${text}7 8 9\n`), text.length);
  return made;
}

describe('Scan', () => {
  test('a file that is empty, and one that ends inside a line, are refused', () => {
    expect(() => scan('')).toThrow(new ParseError('Cannot parse /proc/x: it is empty'));
    expect(() => scan('cpu 1')).toThrow(new ParseError('Cannot parse /proc/x: it ends inside a line'));
  });

  test('numbers stop at the end of the file, whatever stands in the buffer behind it', () => {
    const it = scan('5\n');
    expect(it.number()).toBe(5);
    it.nextLine();
    expect(it.done).toBe(true);
    expect(it.number()).toBeNaN();
  });

  test.each([
    ['12\n', 12],
    [' \t 12\n', 12],
    ['12.9\n', 12],
    ['0\n', 0],
    ['\n', Number.NaN],
    ['x1\n', Number.NaN],
    ['-1\n', Number.NaN],
    ['18446744073709551615\n', 2 ** 64],
  ])('number() of %j is %d', (text, value) => {
    expect(scan(text).number()).toBe(value);
  });

  test.each([
    ['0.42\n', 0.42],
    ['12\n', 12],
    ['-3.5\n', -3.5],
    ['7.\n', 7],
    ['.5\n', Number.NaN],
    ['nan\n', Number.NaN],
  ])('decimal() of %j is %d', (text, value) => {
    expect(scan(text).decimal()).toBe(value);
  });

  test('numbers() leaves NaN for those that are not there', () => {
    const out = new Float64Array(5).fill(-1);
    const it = scan('1 2 x 4\n');
    it.numbers(out, 1, 4);
    expect([...out]).toEqual([-1, 1, 2, Number.NaN, Number.NaN]);
    expect(it.pos).toBe(3);
  });

  test('words end at a blank, a tab, a line and the file', () => {
    const it = scan('eth0:\tab\n');
    expect(it.word()).toBe(5);
    it.skipBlanks();
    expect(it.word()).toBe(8);
    expect(it.word()).toBe(8);
  });

  test('digits() copies a number as it stands, and nothing that is glued to it', () => {
    expect(scan('1 18446744073709551615 3\n').digits(0, 1)).toBe('18446744073709551615');
    expect(scan('1 18446744073709551615x\n').digits(0, 1)).toBe('18446744073709551615');
  });

  test('fail() says what was wanted and shows a harmless piece of what was there', () => {
    expect(() => scan('\u001b[31m"evil" and more\n').fail('a number')).toThrow(
      'Cannot parse /proc/x: expected a number, got "%1B%5B31m%22evil%22"',
    );
    expect(() => scan('\n').fail('a number')).toThrow('got the end of a line');
  });

  test('the plain loop and number() agree on every text', () => {
    assert(
      property(uint8Array({ maxLength: 40 }), (random) => {
        const bytes = Uint8Array.from([...random.map((b) => (b % 3 === 0 ? 32 : 48 + (b % 12))), 10]);
        const one = new Scan();
        one.over('/x', bytes, bytes.length);
        const wanted = Array.from({ length: 6 }, () => one.number());
        const firstNaN = wanted.findIndex(Number.isNaN);
        const out = new Float64Array(6);
        native.numbers(bytes, 0, bytes.length, out, 0, 6);
        expect([...out]).toEqual(wanted.map((n, i) => (firstNaN >= 0 && i >= firstNaN ? Number.NaN : n)));
      }),
    );
  });
});

describe('encodeId()', () => {
  test.each([
    ['eth0', 'eth0'],
    ['eth0.100', 'eth0.100'],
    ['br-lan@if3', 'br-lan@if3'],
    ['a,b', 'a%2Cb'],
    ['a"b\n', 'a%22b%0A'],
    ['=cmd()', '%3Dcmd%28%29'],
    ['-x', '%2Dx'],
    ['@x', '%40x'],
    ['+x', '%2Bx'],
    ['50%', '50%25'],
    ['', ''],
  ])('%j becomes %j', (name, id) => {
    expect(encodeId(bytesOf(name))).toBe(id);
  });

  test('is plain ASCII that no reader quotes, for any bytes, and can be had back', () => {
    assert(
      property(uint8Array({ maxLength: 20 }), (bytes) => {
        const id = encodeId(bytes);
        expect(id).toMatch(/^([A-Za-z0-9_.:/%][A-Za-z0-9_.:@/+%-]*)?$/);
        const back = id.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
        expect(back).toBe(ascii(bytes));
      }),
    );
  });

  test('a name that is no UTF-8 decodes to itself', () => {
    expect(decodeId('%FF')).toBe('%FF');
    expect(decodeId('%C3%A9')).toBe('é');
  });
});
