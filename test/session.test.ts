/** Sessions on an engine in memory: signals, steps, suspends, counts, a reader that leaves. */
import { describe, expect, test } from 'vitest';
import { cpurec } from '../recorders/cpurec.ts';
import { sysrec } from '../recorders/sysrec/index.ts';
import { Csv } from '../src/formats/csv.ts';
import { Job } from '../src/job.ts';
import { Machine } from '../src/machine.ts';
import { Report } from '../src/report.ts';
import { endingOf, runOnClock } from '../src/session.ts';
import { noCounts } from '../src/sink.ts';
import { Stdout } from '../src/sinks/stdout.ts';
import { Track } from '../src/track.ts';
import { viewOf } from '../src/view.ts';
import { install, kernel } from './fake/kernel.ts';
import { FakeEngine } from './fake.ts';

function session(recorder = sysrec, count = Number.POSITIVE_INFINITY) {
  const engine = new FakeEngine();
  const { files, clock } = engine;
  install(files, kernel);
  const report = new Report(engine);
  const machine = new Machine(files, '', (condition, message) => report.warn(condition, message));
  const counts = noCounts();
  const warn = (condition: string, message: string) => report.warn(condition, message);
  const job = new Job(recorder, viewOf(recorder), machine, () => true, warn);
  const output = { sink: new Stdout({ files, header: 'auto', counts, warn }), format: new Csv() };
  const ending = endingOf(engine, report);
  const track = new Track(job, { recorder, interval: 1000, isCounted: true }, [output]);
  files.put('/proc/uptime', `${clock.uptime().toFixed(2)} 0\n`);
  machine.begin(clock.monotonic());
  track.base(clock.monotonic());
  const end = runOnClock({ engine, machine, report, counts, tracks: [track], outputs: [output], ending }, count);
  /** Lets seconds pass, with the uptime that the kernel would tell. */
  const run = (seconds: number): void => {
    for (let i = 0; i < seconds; i++) {
      files.put('/proc/uptime', `${(clock.uptime() + 1).toFixed(2)} 0\n`);
      clock.run(1000);
    }
  };
  const times = () =>
    files
      .said(1)
      .split('\n')
      .slice(1, -1)
      .map((line) => Number(line.split(',')[0]));
  return { engine, clock, counts, end, run, times, said: () => files.said(2) };
}

describe('runOnClock()', () => {
  test('writes a row a tick, and ends when the count is full', async () => {
    const { end, run, times } = session(sysrec, 3);
    run(6);
    expect(await end).toBe('done');
    expect(times()).toHaveLength(3);
  });

  test.each([
    ['TERM', 'stopped'],
    ['INT', 'interrupted'],
  ] as const)('SIG%s ends it: %s', async (signal, how) => {
    const { engine, end, run, times } = session();
    run(2);
    engine.signal(signal);
    run(3);
    expect(await end).toBe(how);
    expect(times()).toHaveLength(2);
  });

  test('a second SIGINT does not wait', () => {
    const { engine } = session();
    engine.signal('INT');
    expect(() => engine.signal('INT')).toThrow('exit 130');
  });

  test('a reader that has gone is a quiet end', async () => {
    const { engine, end, run, said } = session();
    run(2);
    engine.files.fault = (call, path) => (call === 'write' && path.endsWith('fd/1') ? 'EPIPE' : undefined);
    run(2);
    expect(await end).toBe('stopped');
    expect(said()).toBe('');
  });

  test('a suspend is told as one, whichever recorder has read the uptime before', () => {
    for (const recorder of [sysrec, cpurec]) {
      const { clock, run, said } = session(recorder);
      run(3);
      clock.suspend(600_000);
      run(3);
      expect(said()).toBe('sdr: The machine was suspended for 600.0 s: a gap\n');
    }
  });

  test.each([
    [3_600_000, 'forward'],
    [-3_600_000, 'back'],
  ])('a clock that is set by %d ms is told once', (ms, way) => {
    const { clock, run, said, times } = session();
    run(3);
    clock.step(ms);
    run(3);
    expect(said()).toContain(`sdr: The clock stepped ${way} by 3600.0 s; rates stay right\n`);
    const found = times();
    expect(new Set(found).size).toBe(found.length);
  });

  test('missed ticks are counted', () => {
    const { clock, run, counts, times } = session();
    run(2);
    clock.late = 5300;
    clock.fire();
    clock.late = 0;
    run(1);
    expect(counts.missedTicks).toBe(5);
    expect(times()).toHaveLength(4);
  });
});
