import { expect, test } from 'vitest';
import { exits } from '../../src/errors.ts';
import { aligned } from '../../src/pages/aligned.ts';
import { exitTable, filled, optionTable } from '../../src/pages/markdown.ts';

test('aligned() is as wide as its words, with nothing behind the last', () => {
  expect(
    aligned([
      ['a', 'bb'],
      ['ccc', '', 'd'],
      ['e', ''],
    ]),
  ).toBe('a    bb\nccc      d\ne\n');
  expect(aligned([])).toBe('');
});

test('exitTable() has every exit once', () => {
  const codes = exitTable()
    .split('\n')
    .slice(2, -1)
    .map((line) => Number(line.split('|')[1]));
  expect(codes).toEqual(Object.values(exits).map(({ code }) => code));
});

test('optionTable() names choices, and a bar does not end a cell', () => {
  const table = optionTable([{ flags: '--format <name>', help: 'csv|json', choices: ['csv', 'json'] }]);
  expect(table).toContain('| `--format <name>` | csv\\|json: `csv`, `json` |\n');
});

test('filled() replaces what stands between markers, and again', () => {
  const text = 'before\n<!-- x -->\nold\n<!-- /x -->\nafter\n';
  const once = filled(text, 'x', 'new\n');
  expect(once).toBe('before\n<!-- x -->\n\nnew\n\n<!-- /x -->\nafter\n');
  expect(filled(once, 'x', 'new\n')).toBe(once);
  expect(() => filled(text, 'y', '')).toThrow('No <!-- y -->');
});
