/** Which columns are summarised, and as what. */
import { expect, test } from 'vitest';
import type { World } from '../../src/command.ts';
import type { Recorded } from '../../src/read/recorded.ts';
import { level, text, words } from '../../src/schema.ts';
import { wantedOf } from '../../src/stats/asked.ts';

const field = text('os', '/etc/os-release', 'the system');
const recorder = {
  name: 'itemrec',
  columns: { value: words('os', 'the system'), bytes_total: level('os', 'bytes'), size: level('os', 'size') },
  fields: { os: field },
};
const world = { recorders: [recorder] } as unknown as World;
const fileOf = (...names: readonly string[]): Recorded =>
  ({ names: ['time', 'item', ...names], recorder: 'itemrec' }) as unknown as Recorded;

test('what a recorder declares as text is text, even if it is digits; counters end in _total', () => {
  expect(wantedOf(world, [fileOf('value', 'bytes_total', 'size')], [], 'item', 'itemrec')).toEqual([
    { name: 'value', kind: 'text' },
    { name: 'bytes_total', kind: 'counter' },
    { name: 'size', kind: 'gauge' },
  ]);
});

test('nobody knows what the columns of another recorder are but by their names', () => {
  expect(wantedOf(world, [fileOf('value', 'x_total')], [], 'item', 'other')).toEqual([
    { name: 'value', kind: 'gauge' },
    { name: 'x_total', kind: 'counter' },
  ]);
});

test('columns of several files come once, in the order of the files', () => {
  const wanted = wantedOf(world, [fileOf('b', 'a'), fileOf('a', 'c')], ['c', 'a', 'b'], 'item', '');
  expect(wanted.map(({ name }) => name)).toEqual(['b', 'a', 'c']);
});
