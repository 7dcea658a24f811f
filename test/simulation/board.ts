/** A small board: one CPU whose counters advance with time, a card, a recorder that is started, killed and started again. */
import { cpurec } from '../../recorders/cpurec.ts';
import { Csv } from '../../src/formats/csv.ts';
import type { Files } from '../../src/host.ts';
import { Job } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import { Report } from '../../src/report.ts';
import { endingOf, runOnClock } from '../../src/session.ts';
import type { Counts, Sink } from '../../src/sink.ts';
import { noCounts } from '../../src/sink.ts';
import { Directory } from '../../src/sinks/directory/index.ts';
import { Text } from '../../src/text.ts';
import { Track } from '../../src/track.ts';
import { viewOf } from '../../src/view.ts';
import type { FakeClock } from '../fake/clock.ts';
import { FakeError } from '../fake/files.ts';
import type { FakeEngine } from '../fake.ts';

export const interval = 10_000;
export const flush = 60_000;
export const maxBytes = 8 * 2 ** 20;
export const directory = '/data/sdr';

/** The kernel of the board: /proc/stat and /proc/uptime from the clock, nothing else. */
function kernel(clock: FakeClock): Files {
  const answer = (path: string): Uint8Array => {
    const ms = Math.round(clock.monotonic());
    if (path === frequency) return Buffer.from('600000\n');
    if (path === '/proc/uptime') return Buffer.from(`${clock.uptime().toFixed(2)} 0.00\n`);
    const ticks = Math.floor(ms / 10);
    const user = Math.round(ticks * 0.15);
    const system = Math.round(ticks * 0.05);
    const times = `${user} 0 ${system} ${ticks - user - system} 0 0 0 0 0 0`;
    return Buffer.from(`cpu  ${times}\ncpu0 ${times}\nintr 1\nctxt 1\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n`);
  };
  const frequency = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq';
  const paths = ['/proc/stat', '/proc/uptime', frequency];
  const nothing = (path: string): never => {
    throw new FakeError('ENOENT', path);
  };
  const refuse = (): never => nothing('the kernel of the board');
  return {
    open: (path) => (paths.includes(path) ? paths.indexOf(path) : nothing(path)),
    read(fd, into, offset, _, position) {
      const bytes = answer(paths[fd] as string).subarray(position);
      into.set(bytes, offset);
      return bytes.length;
    },
    stat: (path) =>
      paths.includes(path) ? { dev: 0, ino: 0, size: 0, mtime: 0, kind: 'file', mode: 0o444 } : nothing(path),
    close() {},
    ...{ write: refuse, fstat: refuse, ftruncate: refuse, fsync: refuse, link: refuse, rename: refuse },
    ...{ unlink: refuse, mkdir: refuse, names: refuse, space: refuse },
  };
}

/** What a life handed over to its sink, byte by byte. */
export interface Life {
  readonly counts: Counts;
  readonly handed: Text;
  /** Rows handed over since the sink last wrote. */
  readonly sink: Directory;
  readonly warnings: string[];
  /** Set when the recorder fell over. */
  failure: unknown;
}

/** Keeps a copy of what goes into a sink. */
function watched(sink: Sink, handed: Text): Sink {
  return {
    feed(stream) {
      const feed = sink.feed(stream);
      return {
        accepts: (time) => feed.accepts(time),
        put(time, text, rows) {
          handed.raw(text);
          feed.put(time, text, rows);
        },
      };
    },
    tick: (now) => sink.tick(now),
    flush: () => sink.flush(),
    close: () => sink.close(),
  };
}

/** Starts the recorder as `sdr record cpurec 10 -o DIR --flush 60s --max-bytes 8M` does. */
export function record(engine: FakeEngine): Life {
  const { clock } = engine;
  const counts = noCounts();
  const handed = new Text();
  const warnings: string[] = [];
  const warn = (_: string, message: string) => {
    if (warnings.length < 10) warnings.push(message);
  };
  const machine = new Machine(kernel(clock), '', warn);
  const job = new Job(cpurec, viewOf(cpurec), machine, () => true, warn);
  const sink = new Directory({
    suffix: '',
    engine,
    path: directory,
    fsync: false,
    flush,
    maxFile: maxBytes / 16,
    limits: { keep: Number.POSITIVE_INFINITY, maxBytes, minFree: 0, compress: false },
    counts,
    warn,
    over: warn,
  });
  const life: Life = { counts, handed, sink, warnings, failure: null };
  const output = { sink: watched(sink, handed), format: new Csv() };
  const track = new Track(job, { recorder: cpurec, interval, isCounted: true }, [output]);
  const now = Math.round(clock.monotonic());
  machine.begin(now);
  track.base(now);
  const report = new Report(engine);
  report.verbosity = 'quiet';
  const session = {
    engine,
    machine,
    report,
    counts,
    tracks: [track],
    outputs: [output],
    ending: endingOf(engine, report),
  };
  runOnClock(session, Number.POSITIVE_INFINITY).catch((error: unknown) => {
    life.failure = error;
  });
  return life;
}
