import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { glob } from '../src/glob.ts';

test.each([
  ['eth*', 'eth0', true],
  ['eth*', 'veth0', false],
  ['eth?', 'eth10', false],
  ['sd[a-c]', 'sdb', true],
  ['sd[!a]', 'sda', false],
  ['sd[!a]', 'sdb', true],
  ['br-*@if3', 'br-lan@if3', true],
  ['eth0.100', 'eth0x100', false],
  ['a|b', 'a', false],
  ['*', '', true],
  ['', 'x', false],
  ['(x)+', '(x)+', true],
  ['[z-a]', 'b', false],
  ['[z-a]', '[z-a]', true],
  ['[', '[', true],
  ['a/b', 'a/b', true],
])('%s fits %s: %s', (pattern, name, fits) => {
  expect(glob(pattern)(name)).toBe(fits);
});

test('any text is a pattern, and a plain one fits itself alone', () => {
  assert(
    property(string(), string(), (pattern, name) => {
      const fits = glob(pattern)(name);
      if (!/[*?[]/.test(pattern)) expect(fits).toBe(pattern === name);
    }),
  );
});
