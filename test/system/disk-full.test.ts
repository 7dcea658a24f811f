/** A full disk is no end: what is there stays whole, what is lost is counted, and recording goes on when there is room. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { describe, expect, test } from 'vitest';
import { faultsIn, filesOf, times } from './csv.ts';
import { mount, needsRoot } from './needs.ts';
import type { Ended } from './program.ts';
import { emulated, folder, lines, run, start, until } from './program.ts';

/** Milliseconds between two rows; an emulated recorder does not keep up with 10. */
const tick = emulated ? 100 : 10;

/** A file system of 1 MiB in memory. */
function disk(context: TestContext): string {
  const at = folder();
  mount(context, at, ['-t', 'tmpfs', '-o', 'size=1M', 'none']);
  return at;
}

/** Takes all room but `left` bytes. */
function fill(at: string, left: number): string {
  const ballast = join(at, 'ballast');
  run(['dd', 'if=/dev/zero', `of=${ballast}`, 'bs=4k', `count=${(2 ** 20 - left) / 4096}`]);
  return ballast;
}

const stopped = /^sdr: Cannot write to .*; rows are dropped until it works again/m;
const again = /^sdr: Writing to .* works again/m;
const count = (text: string, what: RegExp): number => lines(text).filter((line) => what.test(line)).length;

/** What `-v` says at the end. */
function summary({ stderr }: Ended): { readonly dropped: number; readonly missed: number } {
  const found = /(\d+) rows dropped, (\d+) ticks missed\n$/.exec(stderr);
  return { dropped: Number(found?.[1]), missed: Number(found?.[2]) };
}

/** Whether no file grew for some ticks. */
function isStill(directory: string): boolean {
  const sizes = () => filesOf(directory).map((file) => statSync(file).size);
  const before = sizes();
  run(['sleep', '0.2']);
  return sizes().join() === before.join();
}

/** Ticks without a row between the first and the last one. */
function gaps(directory: string, recorder: string, interval: number): number {
  const all = times(directory, recorder).map((time) => Math.round(Number(time) * 1000));
  const first = all[0] ?? 0;
  const last = all.at(-1) ?? 0;
  return (last - first) / interval + 1 - all.length;
}

describe('a disk of 1 MiB', needsRoot('mount', 'dd'), () => {
  test('that fills while recording, and is emptied, costs the rows between, to the last one counted', async (context) => {
    const at = disk(context);
    const ballast = fill(at, emulated ? 16_384 : 65_536);
    const running = start(['record', 'sysrec', `${tick}ms`, '-o', at, '-v']);
    await until(() => stopped.test(running.stderr()), 'the line that the disk is full');
    expect(faultsIn(at)).toEqual({});
    const before = times(at, 'sysrec').length;
    rmSync(ballast);
    await until(() => times(at, 'sysrec').length > before + 20, 'rows after the disk was emptied');
    const end = await running.stop();
    expect(end).toMatchObject({ status: 0, stdout: '' });
    expect(count(end.stderr, stopped)).toBe(1);
    expect(count(end.stderr, again)).toBe(1);
    expect(faultsIn(at)).toEqual({});
    const { dropped, missed } = summary(end);
    expect(dropped).toBeGreaterThan(0);
    expect(gaps(at, 'sysrec', tick)).toBe(dropped + missed);
  });

  test('that fills again and again is said each time, and every file stays whole', async (context) => {
    const at = disk(context);
    const running = start(['record', 'cpurec', '10ms', '-o', at]);
    for (let round = 1; round <= 5; round++) {
      await until(() => times(at, 'cpurec').length >= round, 'a first row');
      const ballast = fill(at, 0);
      await until(() => count(running.stderr(), stopped) === round, `full disk ${round}`);
      rmSync(ballast);
      await until(() => count(running.stderr(), again) === round, `emptied disk ${round}`);
    }
    const end = await running.stop('SIGINT');
    expect(end.status).toBe(130);
    expect(lines(end.stderr)).toHaveLength(10);
    expect(faultsIn(at)).toEqual({});
  });

  test('that fills under two recorders is said once, not once for each row that still found a gap', async (context) => {
    const at = disk(context);
    const ballast = fill(at, 65_536);
    const running = start(['record', 'sysrec', 'cpurec', '10ms', '-o', at]);
    await until(() => stopped.test(running.stderr()), 'the line that the disk is full');
    await until(() => isStill(at), 'files that no row fits into');
    expect(count(running.stderr(), stopped)).toBe(1);
    rmSync(ballast);
    await until(() => again.test(running.stderr()), 'the line that the disk works again');
    const end = await running.stop();
    expect(lines(end.stderr)).toHaveLength(2);
    expect(faultsIn(at)).toEqual({});
  });

  test('that is full at the start is waited for', async (context) => {
    const at = disk(context);
    const ballast = fill(at, 0);
    const running = start(['record', 'cpurec', 'sysrec', '20ms', '-o', join(at, 'data'), '-v']);
    await until(() => stopped.test(running.stderr()), 'the line that the disk is full');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(times(join(at, 'data'), '')).toEqual([]);
    rmSync(ballast);
    await until(() => times(join(at, 'data'), 'sysrec').length > 5, 'rows of sysrec after the disk was emptied');
    await until(() => times(join(at, 'data'), 'cpurec').length > 5, 'rows of cpurec after the disk was emptied');
    const end = await running.stop();
    expect(end.status).toBe(0);
    expect([count(end.stderr, stopped), count(end.stderr, again)]).toEqual([1, 1]);
    expect(summary(end).dropped).toBeGreaterThan(0);
    expect(faultsIn(join(at, 'data'))).toEqual({});
  });

  test('without an inode left for .sdr is waited for as well', async (context) => {
    const at = folder();
    mount(context, at, ['-t', 'tmpfs', '-o', 'size=1M,nr_inodes=8', 'none']);
    mkdirSync(join(at, 'data'));
    const ballast = Array.from({ length: 6 }, (_, i) => join(at, `ballast-${i}`));
    for (const file of ballast) writeFileSync(file, '');
    const running = start(['record', 'cpurec', '20ms', '-o', join(at, 'data')]);
    await until(() => stopped.test(running.stderr()) || running.child.exitCode !== null, 'a word about the disk');
    expect(running.child.exitCode).toBe(null);
    for (const file of ballast) rmSync(file);
    await until(() => times(join(at, 'data'), 'cpurec').length > 5, 'rows after the disk was emptied');
    expect(await running.stop()).toMatchObject({ status: 0 });
    expect(faultsIn(join(at, 'data'))).toEqual({});
  });

  test('loses no row of a flush window that found room', async (context) => {
    const at = disk(context);
    const ballast = fill(at, 0);
    const running = start(['record', 'cpurec', '20ms', '-o', at, '--flush', '200ms', '-v']);
    await until(() => stopped.test(running.stderr()), 'the line that the disk is full');
    rmSync(ballast);
    await until(() => times(at, 'cpurec').length > 20, 'rows after the disk was emptied');
    const end = await running.stop();
    expect(gaps(at, 'cpurec', 20)).toBe(summary(end).missed);
    expect(faultsIn(at)).toEqual({});
  });
});
