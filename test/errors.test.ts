import { expect, test } from 'vitest';
import { exits, nearest, unknownName } from '../src/errors.ts';

test.each([
  ['cpurek', 'cpurec'],
  ['sys', 'sysrec'],
  ['diskrecs', 'diskrec'],
  ['netrec', 'nicrec'],
  ['cat', null],
  ['xyzzyplugh', null],
  ['', null],
])('nearest to %j is %j', (wrong, name) => {
  expect(nearest(wrong, ['sysrec', 'cpurec', 'diskrec', 'nicrec', 'tok'])).toBe(name);
});

test('an unknown name comes with the whole list when none is near', () => {
  expect(unknownName('recorder', 'zzzzz', ['a_long_name', 'another']).message).toBe(
    'Unknown recorder "zzzzz": expected one of a_long_name, another',
  );
});

test('every exit has a code of its own', () => {
  const codes = Object.values(exits).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
