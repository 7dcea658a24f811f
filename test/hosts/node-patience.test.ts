/** V8's flags, as this Node's V8 takes them: in a process of their own, since they hold for all of it. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { frugal, hasty, small } from '../../src/hosts/node-patience.ts';

/** What Node prints, stderr included: V8 complains there. */
const node = (...args: string[]): string =>
  execFileSync('sh', ['-c', '"$@" 2>&1', 'sh', process.execPath, ...args], { encoding: 'utf8' });

const nameOf = (flag: string): string => flag.replace(/=.*/, '');

describe('the flags of V8', () => {
  test('in haste are those that V8 has by itself, and every one that frugality changes', () => {
    const own = node('--v8-options').match(/(?<=default: )--\S+/g);
    expect(own).toEqual(expect.arrayContaining([...hasty(process.versions.v8)]));
    expect(hasty(process.versions.v8).map(nameOf)).toEqual(frugal(process.versions.v8).map(nameOf));
  });

  test('are taken while a program runs, without a word', () => {
    const flags = [...frugal(process.versions.v8), ...hasty(process.versions.v8)];
    expect(node('-e', 'process.argv.slice(1).forEach(require("node:v8").setFlagsFromString)', '--', ...flags)).toBe('');
  });

  test('keep the young generation as small as it began, however much of it lives on', () => {
    const program = `const v8 = require("node:v8");
      const young = () => v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size;
      v8.setFlagsFromString(process.argv[1]);
      const kept = [];
      let most = 0;
      for (let i = 0; i < 2e5; i++) {
        kept.push({ i });
        if (i % 1000 === 0) most = Math.max(most, young());
      }
      console.log(most)`;
    const most = (flag: string): number => Number(node('-e', program, '--', flag));
    expect(most(small)).toBeLessThan(3e6);
    expect(most('--semi-space-growth-factor=2')).toBeGreaterThan(4e6);
  });
});
