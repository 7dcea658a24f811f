/** Keys are found on the lines they stand on, whatever stands around them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf, pathOf } from '../../src/config/lines.ts';
import { parsed } from '../../src/config/parser.ts';
import { tomlOf } from '../../src/config/toml.ts';

test.each([
  ['a key', 'a = 1\nb = 2\n', ['b'], 2],
  ['a key of a table', '\n# c\n[t]\n\nk = "x"\n', ['t', 'k'], 5],
  ['a table', 'a = 1\n  [t]\n', ['t'], 2],
  ['a table in a table', '[a]\n[a.b]\nk = 1\n', ['a', 'b', 'k'], 3],
  ['a dotted key', '[t]\n\na.b = 1\n', ['t', 'a', 'b'], 3],
  ['a quoted key', '[t]\n"a b" = 1\n"c" = 2\n\'d\' = 3\n', ['t', 'd'], 4],
  ['a key behind a list of several lines', 'a = [\n  "x", # ]\n  "[",\n]\nb = 2\n', ['b'], 5],
  ['a key behind a text of several lines', 'a = """\nb = 1\n""\n\\""""\nb = 2\n', ['b'], 5],
  ['a key behind a literal text of several lines', "a = '''\nb = 1\n'''\nb = 2\n", ['b'], 4],
  ['a key behind an inline table', 'a = { b = 1, "}" = 2 }\nb = 2\n', ['b'], 2],
  ['a key behind texts with brackets', 'a = "[#" # "[\nb = \'"[\'\nc = 1\n', ['c'], 3],
  ['a key on lines that end in CR LF', '[t]\r\na = 1\r\nb = 2\r\n', ['t', 'b'], 3],
  ['a key without an LF behind it', '[t]\na = 1', ['t', 'a'], 2],
  ['the first of two', '[t]\na = 1\n[u]\na = 1\n', ['t', 'a'], 2],
  ['a table with blanks', '[ t . "u" ]\na = 1\n', ['t', 'u', 'a'], 2],
])('linesOf() finds %s', (_, text, path, line) => {
  expect(linesOf(text).get(pathOf(...path))).toBe(line);
});

test('linesOf() does not find what stands inside a value or a comment', () => {
  const found = linesOf('# a = 1\nb = """\nc = 1\n"""\nd = [\n"e = 1",\n]\n');
  expect([...found.keys()]).toEqual(['b', 'd']);
});

/** A value of one or several lines that looks like everything else. */
const value = fc.oneof(
  fc.string().map((text) => tomlOf(text)),
  fc.array(fc.string()).map((texts) => `[\n${texts.map((text) => `  ${tomlOf(text)}, # ] "\n`).join('')}]`),
  fc.constantFrom('1', 'true', "'''\n[a]\nb = 1\n'''", '"""\\"\n""\n"""', '{ a = "}", b = [1] }', '2024-01-01'),
);

test('linesOf() finds every key of any document', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), value)), (entries) => {
      let text = '[t]\n';
      const expected = entries.map(([blank, written], i) => {
        text += '\n'.repeat(blank);
        const line = text.split('\n').length;
        text += `k${i} = ${written} # "[\n`;
        return line;
      });
      expect(() => parsed('', text)).not.toThrow();
      const found = linesOf(text);
      expect(entries.map((_, i) => found.get(pathOf('t', `k${i}`)))).toEqual(expected);
    }),
  );
});

test('linesOf() ends on any text', () => {
  for (const text of ['', '[', '[[[', 'a', '= =', '"""', "'", 'a = [\n', '\0', ']]\n}', 'a = "\\']) {
    expect(() => linesOf(text)).not.toThrow();
  }
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'[]{}"\'=#\\\n a.') }), (text) => void linesOf(text)));
});
