/** SIGHUP: what has changed in the configuration is recorded from then on, what is wrong in it changes nothing. */
import { describe, expect, test } from 'vitest';
import { recorders } from '../recorders/index.ts';
import { record } from '../src/commands/record.ts';
import { configuredOf } from '../src/config/index.ts';
import type { Exit } from '../src/errors.ts';
import { Report } from '../src/report.ts';
import { Claim } from '../src/sinks/directory/claim.ts';
import { install, kernel } from './fake/kernel.ts';
import { booted } from './fake.ts';

const main = '/etc/sdr/sdr.toml';
const before = 'recorders = ["sysrec", "cpurec"]\ninterval = 1\noutput = "/data/a"\n';

/** Lets what waits for promises go on. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
};

/** A recording by the configuration, which has run for three seconds. */
async function recording(lines = before) {
  const engine = booted();
  const { files, clock } = engine;
  install(files, kernel);
  const write = (text: string) => files.put(main, `[record]\n${text}`);
  write(lines);
  const world = { engine, recorders, report: new Report(engine), print: () => {} };
  const typed = { world, command: record, names: ['record'], words: [], values: {} };
  const asked = await configuredOf(typed);
  const state: { exit: Exit | null } = { exit: null };
  const ended = Promise.resolve(record.run(asked.world, asked.words, asked.values)).then((exit) => {
    state.exit = exit;
  });
  await settled();
  const run = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      files.put('/proc/uptime', `${(clock.uptime() + 1).toFixed(2)} 0\n`);
      clock.run(1000);
    }
    await settled();
  };
  /** Writes a configuration, or leaves it, and asks to take it up. */
  const hup = async (text?: string): Promise<void> => {
    if (text !== undefined) write(text);
    engine.signal('HUP');
    await settled();
  };
  /** Times of the rows of a recorder, in seconds since the first one of all. */
  const times = (directory: string, recorder: string): number[] => {
    const names = files.names(directory).filter((name) => name.startsWith(recorder));
    const lines = names.flatMap((name) => files.text(`${directory}/${name}`).split('\n'));
    return [...new Set(lines.filter((line) => /^\d/.test(line)).map((line) => Number(line.split(',')[0])))];
  };
  await run(3);
  return { engine, files, run, hup, times, state, ended, said: () => files.said(2) };
}

describe('SIGHUP', () => {
  test('takes up what has changed, with no row missing but one, in files that go on', async () => {
    const { engine, files, run, hup, times, said, state, ended } = await recording();
    await hup('recorders = ["sysrec", "diskrec"]\ninterval = 1\noutput = "/data/a"\n');
    await run(4);
    engine.signal('TERM');
    await ended;
    expect(state.exit).toBe('done');
    expect(said()).toBe('sdr: SIGHUP: the configuration has changed, and is in force\n');
    expect(
      files
        .names('/data/a')
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual([
      expect.stringMatching(/^cpurec-\d{8}\.csv$/),
      expect.stringMatching(/^diskrec-\d{8}\.csv$/),
      expect.stringMatching(/^sysrec-\d{8}\.csv$/),
    ]);
    const sysrec = times('/data/a', 'sysrec');
    const gaps = sysrec.slice(1).map((time, i) => time - (sysrec[i] as number));
    expect(sysrec.length).toBeGreaterThanOrEqual(6);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2);
    expect(Math.min(...gaps)).toBe(1);
    expect(times('/data/a', 'cpurec')).toHaveLength(3);
    expect(times('/data/a', 'diskrec').length).toBeGreaterThanOrEqual(3);
  });

  test('writes what was gathered before it goes on', async () => {
    const { hup, times, run } = await recording(`${before}flush = "1h"\n`);
    expect(times('/data/a', 'sysrec')).toEqual([]);
    await hup(before);
    expect(times('/data/a', 'sysrec')).toHaveLength(3);
    await run(2);
    expect(times('/data/a', 'sysrec').length).toBeGreaterThan(3);
  });

  test('changes nothing when nothing has changed', async () => {
    const { hup, run, times, said } = await recording();
    await hup();
    await run(2);
    expect(said()).toBe('sdr: SIGHUP: the configuration is as it was\n');
    expect(times('/data/a', 'sysrec')).toHaveLength(5);
  });

  test.each([
    ['flush = "1x"\n', `${main}:2: flush "1x": expected a duration`],
    ['[[[', 'Cannot parse this as TOML'],
    ['recorders = ["sysrek"]\ninterval = 1\n', `${main}:2: recorders: unknown recorder "sysrek"`],
    ['output = "/data/a"\n', 'The configuration has no interval any more'],
    ['interval = 1\nrecorders = "sysrec"\noutput = "-"\n', 'What is written to stdout is changed by a new start only'],
  ])('tells what is wrong in one line and goes on: %j', async (lines, message) => {
    const { hup, run, times, said } = await recording();
    await hup(lines);
    await run(2);
    expect(said()).toContain(`sdr: SIGHUP: `);
    expect(said()).toContain(message);
    expect(said()).toMatch(/; the recording goes on as it was\n$/);
    expect(said().split('\n')).toHaveLength(2);
    expect(times('/data/a', 'sysrec')).toHaveLength(5);
  });

  test('goes back to what it did when what is new cannot be opened', async () => {
    const { hup, run, times, said } = await recording();
    await hup('recorders = "sysrec"\ninterval = 1\noutput = ["/data/b", "/none/at/all"]\n');
    await run(3);
    expect(said()).toContain('sdr: SIGHUP: Cannot write to directory /none/at/all');
    expect(times('/data/a', 'sysrec').length).toBeGreaterThanOrEqual(5);
    expect(times('/data/a', 'cpurec').length).toBeGreaterThanOrEqual(5);
  });

  test('gives back what it had claimed on the way to a failure', async () => {
    const { engine, hup, run, times, said } = await recording();
    engine.files.folders('/data/b/.sdr');
    new Claim(engine.process(200), '/data/b/.sdr', 'cpurec', 'boot-1').take();
    await hup(before.replace('/data/a', '/data/b'));
    expect(said()).toContain('sdr: SIGHUP: Cannot record cpurec in /data/b: process 200 does; the recording goes on');
    await hup('recorders = "sysrec"\ninterval = 1\noutput = "/data/b"\n');
    await run(3);
    expect(times('/data/b', 'sysrec').length).toBeGreaterThanOrEqual(2);
  });

  test('leaves no descriptor open, however often', async () => {
    const { engine, hup, run } = await recording();
    const opened = (): number => (engine.files as unknown as { opened: Map<number, unknown> }).opened.size;
    const few = opened();
    for (let i = 0; i < 10; i++) {
      await hup(`${before}keep = "${i + 1}d"\n`);
      await run(2);
    }
    expect(opened()).toBeLessThanOrEqual(few);
  });

  test('does not stand in the way of SIGTERM', async () => {
    const { engine, files, state, ended, times, said } = await recording(`${before}flush = "1h"\n`);
    files.put(main, `[record]\n${before}`);
    engine.signal('HUP');
    engine.signal('TERM');
    await ended;
    expect(state.exit).toBe('done');
    expect(times('/data/a', 'sysrec')).toHaveLength(3);
    expect(said()).toBe('');
  });
});
