import { describe, expect, test } from 'vitest';
import { planOf } from '../src/plan.ts';
import { recorderOf } from './fake/recorder.ts';

const recorders = [
  recorderOf('sysrec'),
  recorderOf('cpurec'),
  recorderOf('fsrec', 60_000),
  recorderOf('hdwrec', 1_800_000),
];

function plan(...words: string[]) {
  const { jobs, count, isNamed } = planOf(words, recorders, recorders);
  const named = jobs.map(({ recorder, interval, isCounted }) => `${recorder.name} ${interval} ${isCounted}`);
  return { jobs: named, count, isNamed };
}

describe('planOf()', () => {
  test('one recorder, an interval and a count', () => {
    expect(plan('cpurec', '1', '5')).toEqual({ jobs: ['cpurec 1000 true'], count: 5, isNamed: true });
  });

  test('without an interval it is one sample', () => {
    expect(plan('cpurec')).toEqual({ jobs: ['cpurec null true'], count: 1, isNamed: true });
  });

  test('an interval without a count has no end', () => {
    expect(plan('cpurec', '.5')).toMatchObject({ jobs: ['cpurec 500 true'], count: Number.POSITIVE_INFINITY });
  });

  test('a recorder has its own interval, which is not counted', () => {
    expect(plan('sysrec', 'cpurec@10', '1', '3')).toMatchObject({
      jobs: ['sysrec 1000 true', 'cpurec 10000 false'],
      count: 3,
    });
  });

  test('own intervals need no bare one', () => {
    expect(plan('sysrec@1m').jobs).toEqual(['sysrec 60000 false']);
  });

  test('the bare interval governs slow recorders that were named', () => {
    expect(plan('fsrec', '1').jobs).toEqual(['fsrec 1000 true']);
  });

  test('slow recorders that nobody named keep to the longer of it and their own', () => {
    expect(plan('5').jobs).toEqual([
      'sysrec 5000 true',
      'cpurec 5000 true',
      'fsrec 60000 false',
      'hdwrec 1800000 false',
    ]);
    expect(plan('5m').jobs).toContain('fsrec 300000 true');
  });

  test.each([
    [['cpurek', '1'], 'Unknown recorder "cpurek": did you mean cpurec?'],
    [['cpurec', '1', '2', '3'], 'Too many words: "3" behind the count'],
    [['cpurec', '-1'], 'Interval "-1": expected a number of seconds'],
    [['cpurec', '1', '0'], 'Count "0": expected a whole number from 1'],
    [['cpurec', '1', 'x'], 'Count "x"'],
    [['cpurec', 'cpurec', '1'], 'cpurec is named twice'],
    [['cpurec@1@2'], '"cpurec@1@2": expected recorder@interval'],
    [['cpurec@'], 'Interval "": expected'],
    [['sysrec@5', 'cpurec'], 'cpurec has no interval'],
  ])('%j is refused', (words, message) => {
    expect(() => plan(...words)).toThrow(message);
  });
});
