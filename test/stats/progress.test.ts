/** Who waits at a terminal sees how far it has got; nobody else does. */
import { expect, test } from 'vitest';
import type { World } from '../../src/command.ts';
import type { Verbosity } from '../../src/report.ts';
import { Progress } from '../../src/stats/progress.ts';

const mega = 1_000_000;

function watched({ isTerminal = true, verbosity = 'normal' as Verbosity } = {}) {
  const said: string[] = [];
  const clock = { now: 0 };
  const world = {
    engine: {
      isTerminal: (fd: number) => fd === 2 && isTerminal,
      clock: { monotonic: () => clock.now },
      files: {
        write: (fd: number, bytes: Uint8Array, from: number, length: number) => {
          said.push(`${fd}${Buffer.from(bytes.subarray(from, from + length)).toString('latin1')}`);
          return length;
        },
      },
    },
    report: { verbosity },
  } as unknown as World;
  return { said, clock, world };
}

test('nothing is said within the first second', () => {
  const { said, clock, world } = watched();
  const progress = new Progress(world, 100 * mega);
  clock.now = 999;
  progress.add(50 * mega);
  progress.end();
  expect(said).toEqual([]);
});

test('then how much of it all has been read, in one line that is gone at the end', () => {
  const { said, clock, world } = watched();
  const progress = new Progress(world, 100 * mega);
  clock.now = 1000;
  progress.add(50 * mega);
  clock.now = 1100;
  progress.add(10 * mega);
  clock.now = 1200;
  progress.add(10 * mega);
  progress.end();
  expect(said).toEqual(['2\rsdr: 50 of 100 MB\r', '2\rsdr: 70 of 100 MB\r', `2\r${' '.repeat(17)}\r`]);
});

test('without a total the megabytes read', () => {
  const { said, clock, world } = watched();
  const progress = new Progress(world, null);
  clock.now = 5000;
  progress.add(12.9 * mega);
  expect(said).toEqual(['2\rsdr: 12 MB\r']);
});

test.each([{ isTerminal: false }, { verbosity: 'quiet' as Verbosity }])('silent with %j', (setting) => {
  const { said, clock, world } = watched(setting);
  const progress = new Progress(world, 100 * mega);
  clock.now = 5000;
  progress.add(50 * mega);
  progress.end();
  expect(said).toEqual([]);
});
