import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Jump } from '../src/loop.ts';
import { firstTick, Loop } from '../src/loop.ts';
import { FakeClock } from './fake/clock.ts';

const noon = Date.UTC(2026, 2, 1, 12);
const day = 86_400_000;

/** A loop over beats of these intervals, and what it did. */
function ticking(clock: FakeClock, ...intervals: readonly number[]) {
  const ticks: { interval: number; time: number; now: number }[] = [];
  const did = { ticks, jumps: [] as Jump[], missed: 0, late: 0, begun: 0, ended: 0, failed: null as Error | null };
  const stop = { after: Number.POSITIVE_INFINITY, throws: null as Error | null };
  const beats = intervals.map((interval) => ({
    interval,
    beat(time: number, now: number) {
      if (stop.throws) throw stop.throws;
      ticks.push({ interval, time, now });
    },
  }));
  const loop = new Loop(clock, beats, {
    begin: () => did.begun++,
    end: () => did.begun >= stop.after,
    jumped: (jump) => did.jumps.push(jump),
    missed(count, late) {
      did.missed += count;
      did.late = Math.max(did.late, late);
    },
    uptime: () => clock.uptime(),
  });
  loop.start(
    () => did.ended++,
    (error) => {
      did.failed = error;
    },
  );
  return { loop, did, stop };
}

const times = (did: { ticks: readonly { time: number }[] }): number[] => did.ticks.map(({ time }) => time);

describe('Loop', () => {
  test('ticks on multiples of the interval', () => {
    const clock = new FakeClock(noon + 123);
    const { did } = ticking(clock, 1000);
    clock.run(4000);
    expect(times(did)).toEqual([noon + 1000, noon + 2000, noon + 3000, noon + 4000]);
    expect(did).toMatchObject({ missed: 0, jumps: [], begun: 4 });
  });

  test('the first tick is at least half an interval after the base', () => {
    expect(firstTick(noon + 499, 1000)).toBe(noon + 1000);
    expect(firstTick(noon + 500, 1000)).toBe(noon + 1000);
    expect(firstTick(noon + 501, 1000)).toBe(noon + 2000);
    expect(firstTick(noon, 1000)).toBe(noon + 1000);
    expect(firstTick(noon - 1, 10)).toBe(noon + 10);
  });

  test('a timer that fires a hair early ticks once, with the time that was due', () => {
    const clock = new FakeClock(noon);
    clock.late = -0.7;
    const { did } = ticking(clock, 1000);
    clock.run(3500);
    expect(times(did)).toEqual([noon + 1000, noon + 2000, noon + 3000]);
  });

  test('a timer that fires much too early ticks when it is time', () => {
    const clock = new FakeClock(noon);
    clock.late = -300;
    const { did } = ticking(clock, 1000);
    clock.fire();
    clock.late = 0;
    clock.fire();
    expect(times(did)).toEqual([noon + 1000]);
  });

  test('a late tick is a late tick: its time is the one that was due, and the next is not late', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 1000);
    clock.late = 400;
    clock.fire();
    clock.late = 0;
    clock.fire();
    expect(did.ticks.map(({ time, now }) => [time - noon, now])).toEqual([
      [1000, 2400],
      [2000, 3000],
    ]);
    expect(did).toMatchObject({ missed: 0, late: 400 });
  });

  test('missed ticks are a gap and a count, never two rows for one time', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 100);
    clock.fire();
    clock.late = 730;
    clock.fire();
    clock.late = 0;
    clock.fire();
    expect(times(did).map((time) => time - noon)).toEqual([100, 900, 1000]);
    expect(did.missed).toBe(7);
  });

  test('beats of one tick are one tick', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 1000, 3000);
    clock.run(6000);
    expect(did.begun).toBe(6);
    expect(did.ticks.filter(({ interval }) => interval === 3000).map(({ time }) => time - noon)).toEqual([3000, 6000]);
  });

  test('there is no drift over a million ticks of any lateness', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 10);
    for (let i = 0; i < 1_000_000; i++) {
      clock.late = (i % 7) * 0.9;
      clock.fire();
    }
    expect(did.ticks.at(-1)?.time).toBe(noon + 10_000_000);
    expect(did.missed).toBe(0);
    expect(new Set(times(did)).size).toBe(1_000_000);
  });

  test.each([3_600_000, -3_600_000, 1500, -1500])(
    'a clock that is set by %d ms is told, and ticks stay on the grid',
    (step) => {
      const clock = new FakeClock(noon);
      const { did } = ticking(clock, 1000);
      clock.run(3000);
      clock.step(step);
      clock.run(3000);
      expect(did.jumps).toEqual([{ step, suspended: 0 }]);
      const after = times(did).slice(3);
      expect(after.length).toBeGreaterThanOrEqual(2);
      for (const time of after) {
        expect(time % 1000).toBe(0);
        expect(time).toBeGreaterThan(noon + 3000 + step - 1);
      }
      for (const [i, { now }] of did.ticks.entries()) expect(now).toBeGreaterThan(did.ticks[i - 1]?.now ?? 0);
    },
  );

  test.each([-7_200_000, -5000, 5000, 7_200_000])('a clock set by %i ms during the beats puts no tick off', (step) => {
    const clock = new FakeClock(noon);
    let ticks = 0;
    const jumps: Jump[] = [];
    const beat = () => {
      ticks++;
      if (ticks === 3) clock.step(step);
    };
    const hooks = { begin: () => {}, end: () => false, missed: () => {}, uptime: () => clock.uptime() };
    const jumped = (jump: Jump) => void jumps.push(jump);
    new Loop(clock, [{ interval: 1000, beat }], { ...hooks, jumped }).start(
      () => {},
      () => {},
    );
    clock.run(10_000);
    expect(ticks).toBeGreaterThanOrEqual(9);
    expect(jumps).toEqual([{ step, suspended: 0 }]);
  });

  test('a clock that is slewed is no step, however far it wanders', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 1000);
    for (let i = 0; i < 5000; i++) {
      clock.step(i % 2 === 0 ? 0.9 : 0.5);
      clock.fire();
    }
    expect(did.jumps).toEqual([]);
    expect(new Set(times(did)).size).toBe(did.ticks.length);
  });

  test('a clock that goes back a little makes no time twice', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 100);
    for (let i = 0; i < 50; i++) {
      clock.fire();
      if (i % 4 === 0) clock.step(-250);
    }
    expect(new Set(times(did)).size).toBe(did.ticks.length);
    expect(did.ticks.length).toBeGreaterThan(10);
  });

  test('time spent suspended is a gap, not a step', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 1000);
    clock.run(2000);
    clock.suspend(600_000);
    clock.run(2000);
    expect(did.jumps).toEqual([{ step: 0, suspended: 600_000 }]);
    expect(times(did).map((time) => time - noon)).toEqual([1000, 2000, 603_000, 604_000]);
  });

  test('suspended and set at once are told apart', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 1000);
    clock.run(2000);
    clock.suspend(600_000);
    clock.step(-7_200_000);
    clock.run(2000);
    expect(did.jumps).toEqual([{ step: -7_200_000, suspended: 600_000 }]);
  });

  test('no wait is longer than a minute, so that a daily tick is not slept through when the clock is set forward', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, day);
    expect(clock.next - clock.monotonic()).toBeLessThanOrEqual(60_000);
    // Eleven hours before the tick, somebody sets the clock forward by ten of them.
    clock.run(day / 2 - 11 * 3_600_000);
    clock.step(10 * 3_600_000);
    const before = did.ticks.length;
    clock.run(3_600_000 + 60_000);
    expect(did.ticks.length).toBe(before + 1);
  });

  test('ticks of a month, beyond what a timer of 31 bits can count', () => {
    const clock = new FakeClock(noon);
    const { did } = ticking(clock, 30 * day);
    clock.run(90 * day);
    expect(did.ticks.length).toBeGreaterThanOrEqual(2);
    for (const time of times(did)) expect(time % (30 * day)).toBe(0);
  });

  test('it ends when the hook says so, and ticks no more', () => {
    const clock = new FakeClock(noon);
    const { did, stop } = ticking(clock, 1000);
    stop.after = 3;
    clock.run(10_000);
    expect(did).toMatchObject({ begun: 3, ended: 1 });
    expect(clock.next).toBe(Number.POSITIVE_INFINITY);
  });

  test('after stop() nothing ticks', () => {
    const clock = new FakeClock(noon);
    const { loop, did } = ticking(clock, 1000);
    clock.run(1000);
    loop.stop();
    clock.run(10_000);
    expect(did.begun).toBe(1);
  });

  test('what a beat throws ends the loop', () => {
    const clock = new FakeClock(noon);
    const { did, stop } = ticking(clock, 1000);
    stop.throws = new Error('a fault');
    clock.run(5000);
    expect(did).toMatchObject({ failed: stop.throws, ended: 0, begun: 1 });
  });

  test('for any interval, start and lateness times are on the grid, rising, and missed ones counted', () => {
    // Longer ones are waited for in slices of a minute, which would use up the timers fired here.
    const interval = integer({ min: 10, max: 30_000 });
    assert(
      property(interval, integer({ min: 0, max: day }), integer({ min: 0, max: 300 }), (each, start, percent) => {
        const clock = new FakeClock(noon + start);
        const { did } = ticking(clock, each);
        for (let i = 0; i < 20; i++) {
          clock.late = (i * each * percent) / 100 / 19;
          clock.fire();
        }
        const found = times(did);
        let gaps = 0;
        for (const [i, time] of found.entries()) {
          expect(time % each).toBe(0);
          const before = found[i - 1];
          if (before === undefined) continue;
          expect(time).toBeGreaterThan(before);
          gaps += (time - before) / each - 1;
        }
        const beforeFirst = ((found[0] ?? 0) - firstTick(noon + start, each)) / each;
        // A wait of seconds behind the wall clock's back is not lateness but the same clock.
        expect(did.missed).toBe(gaps + beforeFirst);
      }),
    );
  });
});
