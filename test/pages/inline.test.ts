import { expect, test } from 'vitest';
import { chunksOf, spansOf, withLiterals } from '../../src/pages/inline.ts';

const spelled = (text: string) =>
  spansOf(text).map(({ style, text }) => (style === 'plain' ? text : `${style}:${text}`));

test.each([
  ['read `cpu_pct` here', ['read ', 'word:cpu_pct', ' here']],
  ['`sdr cpurec 1 5`', ['phrase:sdr cpurec 1 5']],
  ['`-o`, --output <dir>', ['flag:-o', ', ', 'flag:--output', ' ', 'arg:dir']],
  ['see sdr-csv(5).', ['see ', 'page:sdr-csv(5)', '.']],
  ['from /proc/diskstats, number 1', ['from ', 'path:/proc/diskstats', ', number 1']],
  ['in /proc and /sys', ['in ', 'path:/proc', ' and ', 'path:/sys']],
  ['/proc/pressure/{cpu,memory,io}', ['path:/proc/pressure/{cpu,memory,io}']],
  ['`.sdr/instance` `STATE_DIRECTORY`', ['path:.sdr/instance', ' ', 'env:STATE_DIRECTORY']],
  ['bytes/s, 1/s, and/or, I/O', ['bytes/s, 1/s, and/or, I/O']],
  ['NETTX(k) CPU(%) round(x) 2 < 3 > 1', ['NETTX(k) CPU(%) round(x) 2 < 3 > 1']],
  ['all--of it', ['all--of it']],
])('spansOf(%j)', (text, spans) => {
  expect(spelled(text)).toEqual(spans);
});

test('chunksOf() keeps together what no blank parts', () => {
  const chunks = chunksOf('(`a`/`b`), then `c d`.');
  expect(chunks.map((chunk) => chunk.map(({ text }) => text))).toEqual([
    ['(', 'a', '/', 'b', '),'],
    ['then'],
    ['c d', '.'],
  ]);
});

test('withLiterals() knows columns from English', () => {
  const names = new Set(['cpu_pct', 'load1', 'threads', 'c']);
  expect(withLiterals('cpu_pct of threads, load1; `cpu_pct`; cpu_pct_x; a/cpu_pct; c', names)).toBe(
    '`cpu_pct` of threads, `load1`; `cpu_pct`; cpu_pct_x; a/cpu_pct; c',
  );
});
