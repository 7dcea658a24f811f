import { expect, test } from 'vitest';
import type { Verbosity } from '../src/report.ts';
import { Report } from '../src/report.ts';
import { FakeEngine } from './fake.ts';

function said(verbosity: Verbosity, isTerminal: boolean, tell: (report: Report) => void): string[] {
  const engine = new FakeEngine();
  if (isTerminal) engine.terminals.add(2);
  const report = new Report(engine);
  report.verbosity = verbosity;
  tell(report);
  return engine.files.said(2).split('\n').slice(0, -1);
}

const everything = (report: Report): void => {
  report.error('an error');
  report.warn('x', 'a warning');
  report.note('a note');
  report.verbose('a detail');
};

test('errors and warnings are always told, notes to somebody at a terminal, details on demand', () => {
  expect(said('normal', false, everything)).toEqual(['sdr: an error', 'sdr: a warning']);
  expect(said('normal', true, everything)).toEqual(['sdr: an error', 'sdr: a warning', 'sdr: a note']);
  expect(said('verbose', false, everything)).toHaveLength(4);
  expect(said('quiet', true, everything)).toEqual(['sdr: an error']);
});

test('a condition is told once, and its end with how often it was met', () => {
  const lines = said('normal', false, (report) => {
    for (let i = 0; i < 5; i++) report.warn('disk', 'The disk is full');
    report.over('disk', 'The disk has room again');
    report.over('disk', 'The disk has room again');
    report.warn('disk', 'The disk is full');
    report.over('disk', 'The disk has room again');
  });
  expect(lines).toEqual([
    'sdr: The disk is full',
    'sdr: The disk has room again (5 times)',
    'sdr: The disk is full',
    'sdr: The disk has room again',
  ]);
});

test('the end of what never was is not told', () => {
  expect(said('normal', false, (report) => report.over('disk', 'x'))).toEqual([]);
});

test('a closed stderr is nobody to be told', () => {
  const engine = new FakeEngine();
  engine.files.fault = (call) => (call === 'write' ? 'EPIPE' : undefined);
  expect(() => new Report(engine).error('x')).not.toThrow();
});
