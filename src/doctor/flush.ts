/**
 * How long the disk takes to make a small write durable, and what it bears therefore. An SSD takes a fraction of a millisecond, a
 * disk about ten, an SD card hundreds now and then: the one figure that decides about `--fsync` and about a collector.
 */
import type { Files } from '../host.ts';
import { errno } from '../host.ts';
import { writeAll } from '../store.ts';
import type { Check, Scene } from './check.ts';
import { good, unknown } from './check.ts';

const name = 'flush';

/** As much as several samples, bytes. */
const piece = 4096;
const rounds = 40;
/** Enough is known after this, milliseconds. */
const patience = 1500;

/** Recorders that a machine usually runs: each has a file to flush at a tick. */
const filesPerTick = 4;
/** Share of the time that may pass in flushes. */
const share = 0.1;
/** Longer than this is felt: by a request that waits, by a tick that is late. Milliseconds. */
const slow = { typical: 100, worst: 1000 };

/** Writes and flushes a file of its own for a second or two, and removes it. */
export function flushCheck({ engine }: Scene, directory: string): Check {
  const path = `${directory}/.sdr-doctor-flush.${engine.pid}`;
  try {
    const times = timesOf(engine.files, path, () => engine.clock.monotonic());
    return told(times.sort((a, b) => a - b));
  } catch (error) {
    if (errno(error) === '') throw error;
    return unknown(name, `cannot be measured (${errno(error)})`);
  }
}

/** Milliseconds of each flush. */
function timesOf(files: Files, path: string, now: () => number): number[] {
  const fd = files.open(path, 'create', 0o600);
  try {
    const bytes = new Uint8Array(piece).fill(0x2c);
    const times: number[] = [];
    const start = now();
    while (times.length < rounds && now() - start < patience) {
      const before = now();
      writeAll(files, fd, bytes);
      files.fsync(fd);
      times.push(now() - before);
    }
    return times;
  } finally {
    files.close(fd);
    files.unlink(path);
  }
}

function told(sorted: readonly number[]): Check {
  const typical = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const worst = sorted.at(-1) ?? 0;
  const commits = Math.max(1, Math.round(1000 / Math.max(typical, 0.1)));
  const text =
    `${spelled(typical)} for ${piece / 1024} KiB, at worst ${spelled(worst)} of ${sorted.length}: bears --fsync every ` +
    `${interval(typical)}; a collector commits ${commits} times a second, 10000 rows/s in groups of ${Math.ceil(10_000 / commits)}`;
  if (typical <= slow.typical && worst <= slow.worst) return good(name, text);
  return unknown(name, text, 'record without --fsync and with --flush 60s; let a collector write to another disk');
}

const spelled = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;

/** The shortest of the usual intervals that leaves the disk most of its time. */
function interval(typical: number): string {
  const least = (typical * filesPerTick) / share;
  const usual: readonly (readonly [number, string])[] = [
    [10, '10ms'],
    [100, '100ms'],
    [1000, '1s'],
    [5000, '5s'],
    [10_000, '10s'],
    [60_000, '1m'],
  ];
  return usual.find(([ms]) => ms >= least)?.[1] ?? '5m';
}
