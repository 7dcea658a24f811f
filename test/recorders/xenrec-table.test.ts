/** The tables of xentop: names are a stranger's bytes, and no text costs more than a look at each of its bytes. */
import {
  array,
  assert,
  constantFrom,
  integer,
  oneof,
  property,
  string,
  stringMatching,
  uint8Array,
  uniqueArray,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tablesOf } from '../../recorders/xenrec/table.ts';
import { ParseError } from '../../src/errors.ts';
import { encodeId } from '../../src/parse.ts';
import type { Printed } from './xentop.ts';
import { run, table, usual } from './xentop.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** The ids of a table of these names. */
const idsOf = (...names: readonly (string | Uint8Array)[]): readonly string[] | undefined =>
  tablesOf(table(names.map((name) => ({ name }))))[0]?.map(({ id }) => id);

/** A name as a cell: without the blanks at its left. */
const cellOf = (name: Uint8Array): string =>
  encodeId(bytes(Buffer.from(name).toString('latin1').replace(/^ +/, ''))) || '%00';

/** What is read of a row with these words behind a name. */
const readOf = (state: string, words: readonly string[]) => tablesOf(table([{ name: 'a', state, words }]))[0]?.[0];

/** The usual words, one of them another. */
const withWord = (index: number, word: string): readonly string[] => usual.with(index, word);

/** A row and a header as they stand in an output. */
const row = table([{ name: 'row' }])
  .toString('latin1')
  .split('\n')[1] as string;
const header = table([]).toString('latin1');

describe('a row', () => {
  test.each([
    ['------', 'none'],
    ['--b---', 'b'],
    ['-----r', 'r'],
    ['--b-p-', 'bp'],
    ['dsbcpr', 'dsbcpr'],
  ])('with the flags %s has the state %s', (flags, state) => {
    expect(readOf(flags, usual)?.state).toBe(state);
  });

  test.each([
    [0, '18446744073709551615'],
    [1, '-0.9'],
    [1, 'inf'],
    [1, '-nan'],
    [1, '1844674407371.0'],
    [4, 'no limit'],
    [5, 'n/a'],
    [11, '-'],
    [15, '-'],
  ])('keeps what is printed in column %i: %s', (index, word) => {
    expect(readOf('--b---', withWord(index, word))?.words).toEqual(withWord(index, word));
  });

  test.each([
    [0, '-5'],
    [0, '1.5'],
    [0, 'n/a'],
    [0, '184467440737095516150'],
    [1, '1e9'],
    [1, '--1'],
    [4, 'nolimit'],
    [4, 'limit'],
    [4, 'no  limit'],
    [5, '-'],
    [16, ''],
    [16, '0 '],
  ])('is none with something impossible in column %i: "%s"', (index, word) => {
    expect(() => readOf('--b---', withWord(index, word))).toThrow(ParseError);
  });

  test('is none without a blank before its flags', () => {
    const bare = row.slice(row.indexOf('--b---'));
    expect(() => tablesOf(bytes(`${header}${bare}\n`))).toThrow(ParseError);
    expect(tablesOf(bytes(`${header} ${bare}\n`))[0]?.map(({ id }) => id)).toEqual(['%00']);
  });

  test.each(['-b----', '--b--', 'rpcbsd', '--B---'])('is none with the flags "%s"', (flags) => {
    expect(() => readOf(flags, usual)).toThrow(ParseError);
  });
});

describe('a name', () => {
  test.each([
    ['plain', 'Domain-0', 'Domain-0'],
    ['with blanks', 'name with  blanks', 'name%20with%20%20blanks'],
    ['with a blank at its end', 'trailing ', 'trailing%20'],
    ['that is a formula', '=1+1', '%3D1+1'],
    ['with comma and quote', 'a,b"c', 'a%2Cb%22c'],
    ['that looks like a second one', 'a~2', 'a%7E2'],
    ['in UTF-8', 'größe-日本', 'gr%C3%B6%C3%9Fe-%E6%97%A5%E6%9C%AC'],
    ['in cut UTF-8', Uint8Array.of(0xe6, 0x97), '%E6%97'],
    ['that is a word of the header', 'NAME', 'NAME'],
    ['that is the header', header.trim(), encodeId(bytes(header.trim()))],
    ['that is a row', row.trim(), encodeId(bytes(row.trim()))],
    ['with CR and tab', 'cr\rtab\t', 'cr%0Dtab%09'],
    ['with a newline', 'two\nlines', 'two%0Alines'],
    ['that begins with a newline', '\nfirst', '%0Afirst'],
    ['that ends in a newline', 'last\n', 'last%0A'],
    ['with a header on a line of its own', `x\n${header}y`, encodeId(bytes(`x\n${header}y`))],
    ['that is empty', '', '%00'],
    ['of blanks', '   ', '%00'],
    ['of 600 bytes', 'n'.repeat(600), 'n'.repeat(600)],
  ])('%s is the cell that it should be', (_, name, id) => {
    expect(idsOf('first', name, 'last')).toEqual(['first', id, 'last']);
  });

  test('that is there more than once is counted, beside one that is really called so', () => {
    const twin = (cpu: string): Printed => ({ name: 'a', words: withWord(0, cpu) });
    const ids = tablesOf(table([twin('1'), { name: 'a~2' }, twin('2'), twin('3')]))[0]?.map(({ id }) => id);
    expect(ids).toEqual(['a', 'a%7E2', 'a~2', 'a~3']);
  });

  test('of any bytes comes back from a printed table', () => {
    const names = uniqueArray(
      oneof(
        uint8Array({ maxLength: 40 }),
        string().map(bytes),
        constantFrom(...[row, 'no limit', ' -----r 1'].map(bytes)),
      ),
      { minLength: 1, maxLength: 6, selector: cellOf },
    );
    const numbers = integer({ min: 0, max: 2 ** 40 }).map(String);
    const domains = names.chain((list) =>
      array(numbers, { minLength: list.length, maxLength: list.length }).map((values) =>
        list.map((name, i): Printed => ({ name, words: withWord(8, values[i] as string) })),
      ),
    );
    assert(
      property(domains, (printed) => {
        const found = tablesOf(run(printed));
        const wanted = printed.map(({ name, words }) => {
          return [cellOf(name as Uint8Array), words];
        });
        expect(found.map((each) => each.map(({ id, words }) => [id, words]))).toEqual([wanted, wanted]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a table', () => {
  test('has a row that is there twice once, and one that differs in a digit twice', () => {
    const again: Printed = { name: 'b', words: withWord(0, '11') };
    const [found] = tablesOf(table([{ name: 'a' }, { name: 'b' }, { name: 'a' }, again, { name: 'b' }]));
    expect(found?.map(({ id }) => id)).toEqual(['a', 'b', 'b~2']);
  });

  test('of 451 rows, 99 of them repeats, has 352 domains', () => {
    const all = Array.from({ length: 352 }, (_, i): Printed => ({ name: `vm${i}` }));
    const [, second] = tablesOf(run([...all, ...all.slice(253)]));
    expect(second?.map(({ id }) => id)).toEqual(all.map(({ name }) => name));
  });

  test('begins at each header, and what is before the first is none', () => {
    expect(
      tablesOf(bytes(`hello\n${row}\n${header}${row}\n${header}${header}${row}\n`)).map((each) => each.length),
    ).toEqual([1, 0, 1]);
    expect(tablesOf(bytes(''))).toEqual([]);
    expect(tablesOf(bytes('Usage: xentop [OPTION]\n\n'))).toEqual([]);
  });

  test.each([
    ['that ends inside a line', `${header}${row}`, 'it ends inside a line'],
    ['with words behind it', `${header}${row}\nbye\x1b[31m\n`, 'expected a domain, got "bye?[31m?"'],
    ['of Xen 3', `${header.replace(/VBD_RSECT +VBD_WSECT/, '')}${row}\n`, 'expected "NAME STATE CPU(sec) '],
  ])('%s is refused', (_, text, message) => {
    expect(() => tablesOf(bytes(text))).toThrow(ParseError);
    expect(() => tablesOf(bytes(text))).toThrow(message);
  });
});

describe('any text', () => {
  const words = [
    'no limit',
    'n/a',
    '-',
    '-----r',
    '--b---',
    '0',
    '12.5',
    'inf',
    '18446744073709551615',
    'limit',
    ' ',
    ' no ',
  ];
  const line = oneof(
    constantFrom(...words, row, header.trimEnd(), `\n${row}`),
    string(),
    stringMatching(/^[-\d. nab/]{0,80}$/),
  );

  test('gives tables or a ParseError, with no more domains than lines', () => {
    const isSound = (text: Uint8Array): void => {
      try {
        const rows = tablesOf(text).reduce((sum, each) => sum + each.length, 0);
        expect(rows).toBeLessThanOrEqual(Buffer.from(text).toString('latin1').split('\n').length);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    };
    assert(property(uint8Array({ maxLength: 300 }), isSound));
    assert(
      property(array(line), (lines) => isSound(bytes(`${header}${lines.join('\n')}\n`))),
      { numRuns: 2000 },
    );
    const whole = run([{ name: 'a b' }, { name: 'c\nd', words: withWord(4, 'no limit') }]);
    for (let length = 0; length <= whole.length; length++) isSound(whole.subarray(0, length));
  });

  /** How often bytes are looked at. */
  function looksAt(text: string): number {
    let looks = 0;
    const counting = new Proxy(bytes(text), {
      get(target, name) {
        if (name === 'indexOf') {
          return (value: number, from: number) => {
            const found = target.indexOf(value, from);
            looks += (found < 0 ? target.length : found) - from;
            return found;
          };
        }
        if (typeof name === 'string' && /^\d+$/.test(name)) looks++;
        return Reflect.get(target, name, target);
      },
    });
    try {
      tablesOf(counting);
    } catch (error) {
      expect(error).toBeInstanceOf(ParseError);
    }
    return looks;
  }

  test.each([
    ['blanks', ' '],
    ['letters', 'x'],
    ['digits', '1'],
    ['numbers', '0 '],
    ['flags', ' -----r'],
    ['no limit', ' no limit'],
    ['rows without an end', `${row} `],
    ['rows', `${row}\n`],
    ['headers without an end', header.trimEnd()],
    ['headers', header],
    ['empty lines', '\n'],
    ['lines of one blank', ' \n'],
  ])('is looked at a few times, however long: %s', (_, piece) => {
    const text = piece.repeat(Math.ceil(60_000 / piece.length));
    for (const each of [`${text}\n`, `${header}${text}\n`, `${header}${text}${row}\n${header}${text}${row}\n`, text]) {
      expect(looksAt(each) / each.length).toBeLessThan(6);
    }
  });

  test('a line of a megabyte is a name like another', () => {
    const name = `${'a 1 -----r '.repeat(95_000)}end`;
    expect(tablesOf(run([{ name }])).map((each) => each.map(({ id }) => id.length))).toEqual([
      [encodeId(bytes(name)).length],
      [encodeId(bytes(name)).length],
    ]);
  });
});
