/** Running tracks until their end: on the clock, or for a single sample; with the signals that a recorder answers to. */
import type { Forwarding } from './forwarding.ts';
import type { Engine, Files } from './host.ts';
import { whenIdle } from './job.ts';
import type { Jump } from './loop.ts';
import { Loop } from './loop.ts';
import type { Machine } from './machine.ts';
import { uptime } from './proc/small.ts';
import type { Report } from './report.ts';
import type { Counts } from './sink.ts';
import { Gone } from './sink.ts';
import type { Output, Track } from './track.ts';

export interface Session {
  readonly engine: Engine;
  readonly machine: Machine;
  readonly report: Report;
  readonly counts: Counts;
  readonly tracks: readonly Track[];
  readonly outputs: readonly Output[];
  readonly ending: Ending;
  /** Where something is forwarded. */
  readonly forwarding?: Forwarding | null;
}

/** How a session ended: all is done, it was told to stop (SIGTERM, nobody reads), it was interrupted, or another follows it (SIGHUP). */
export type End = 'done' | 'stopped' | 'interrupted' | 'renewed';

/** Runs ticks until `count` samples of the bare interval are taken, a signal comes, or nobody reads stdout. */
export function runOnClock(session: Session, count: number): Promise<End> {
  return new Promise((resolve, reject) => {
    const { engine, tracks } = session;
    const jobs = tracks.map(({ job }) => job);
    let left = count;
    let isCounted = false;
    const beats = tracks.map((track) => ({
      interval: track.planned.interval ?? 1000,
      beat(time: number, now: number) {
        isCounted ||= track.planned.isCounted;
        if (!track.take(time, now)) session.counts.missedTicks++;
      },
    }));
    const loop = new Loop(engine.clock, beats, {
      ...hooksOf(session),
      end() {
        tickSinks(session);
        if (isCounted) left--;
        isCounted = false;
        return left <= 0;
      },
    });
    const end = (how: End): void => {
      loop.stop();
      finish(session, how, resolve, reject);
    };
    const failed = (error: Error): void => {
      loop.stop();
      if (error instanceof Gone) end('stopped');
      else finish(session, 'done', () => reject(error), reject);
    };
    for (const job of jobs) job.thrown = failed;
    loop.start(() => whenIdle(jobs, () => end('done')), failed);
    onSignals(session, end);
  });
}

function hooksOf(session: Session) {
  const { engine, machine, counts, report } = session;
  const read = machine.source(uptime);
  return {
    begin: (now: number) => machine.begin(now),
    uptime() {
      // Asked between ticks: what the last tick read is from before the machine slept.
      machine.begin(Math.round(engine.clock.monotonic()));
      return read()?.seconds ?? Number.NaN;
    },
    jumped: (jump: Jump) => report.event(jumpText(jump)),
    missed(ticks: number, lateMs: number) {
      counts.missedTicks += ticks;
      counts.lateMsMax = Math.max(counts.lateMsMax, lateMs);
      if (ticks > 0) report.verbose(`${ticks} tick(s) missed`);
    },
  };
}

function jumpText({ step, suspended }: Jump): string {
  const seconds = (ms: number) => (Math.abs(ms) / 1000).toFixed(1);
  if (Math.abs(step) <= 1000) return `The machine was suspended for ${seconds(suspended)} s: a gap`;
  return `The clock stepped ${step < 0 ? 'back' : 'forward'} by ${seconds(step)} s; rates stay right`;
}

function tickSinks({ outputs, machine, forwarding }: Session): void {
  for (const { sink } of outputs) sink.tick(machine.now);
  forwarding?.tick();
}

/** Who asked the recording to end, from the first moment on: a signal that comes before the first tick is not lost. */
export interface Ending {
  /** Calls `then` when it is to end, at once when that was asked for already, and `flush` on SIGUSR2. Who was told before is forgotten. */
  onEnd(then: (how: End) => void, flush?: () => void): void;
}

/**
 * Answers to signals instead of dying of them; a second SIGINT ends at once. `hup` is SIGHUP, and may renew the session: end it
 * for another one.
 */
export function endingOf(
  engine: Engine,
  report: Report,
  hup: (renew: () => void) => void = () => report.verbose('SIGHUP: nothing to read again'),
): Ending {
  let asked: End | null = null;
  let then: (how: End) => void = () => {};
  let flush: () => void = () => {};
  const end = (how: End): void => {
    if (asked === 'interrupted' && how === 'interrupted') engine.exit(130);
    asked = how;
    then(how);
  };
  const renew = (): void => {
    const told = then;
    // What is asked for from now on concerns the session that follows.
    then = () => {};
    flush = () => {};
    if (asked === null) told('renewed');
  };
  engine.onSignal('INT', () => end('interrupted'));
  engine.onSignal('TERM', () => end('stopped'));
  engine.onSignal('USR2', () => flush());
  // The default would kill a recorder when its terminal goes or somebody asks it to reread a configuration.
  engine.onSignal('HUP', () => hup(renew));
  return {
    onEnd(told, flushed = () => {}) {
      then = told;
      flush = flushed;
      if (asked !== null) told(asked);
    },
  };
}

function onSignals({ outputs, ending, forwarding }: Session, end: (how: End) => void): void {
  ending.onEnd(end, () => {
    for (const { sink } of outputs) sink.flush();
    forwarding?.sendNow();
  });
}

function finish(session: Session, how: End, resolve: (end: End) => void, reject: (error: Error) => void): void {
  const { outputs, report, counts, tracks, forwarding } = session;
  for (const track of tracks) track.close();
  if (how === 'renewed') session.machine.close();
  try {
    for (const { sink } of outputs) sink.close();
  } catch (error) {
    if (!(error instanceof Gone)) {
      reject(error as Error);
      return;
    }
  }
  // What is recorded to its end is sent to its end; otherwise the next start goes on where this one was.
  if (how !== 'done') forwarding?.close();
  report.close();
  const { missedTicks, droppedRows, writtenBytes } = counts;
  report.verbose(`${writtenBytes} bytes written, ${droppedRows} rows dropped, ${missedTicks} ticks missed`);
  resolve(how);
}

/** One sample: a second wide, or at once when there is a base from the run before. */
export function runOnce(session: Session, wait: number): Promise<End> {
  return new Promise((resolve, reject) => {
    const { engine, machine, tracks } = session;
    const { clock } = engine;
    const jobs = tracks.map(({ job }) => job);
    onSignals(session, (how) => finish(session, how, resolve, reject));
    const failed = (error: Error): void => (error instanceof Gone ? resolve('stopped') : reject(error));
    for (const job of jobs) job.thrown = failed;
    const take = (): void => {
      try {
        const now = Math.round(clock.monotonic());
        machine.begin(now);
        const time = Math.floor(clock.wall() / 1000) * 1000;
        for (const track of tracks) track.take(time, now);
        whenIdle(jobs, () => finish(session, 'done', resolve, reject));
      } catch (error) {
        failed(error as Error);
      }
    };
    // The base may still be on its way.
    const takeWhenIdle = (): void => whenIdle(jobs, take);
    if (wait > 0) clock.at(clock.monotonic() + wait, takeWhenIdle);
    else takeWhenIdle();
  });
}

/** Waits until the clock is synchronised, at most `limit` milliseconds: boards without a clock start in the past. */
export function clockIsSet(engine: Engine, files: Files, limit: number): Promise<boolean> {
  const { clock } = engine;
  const start = clock.monotonic();
  const offset = clock.wall() - start;
  return new Promise((resolve) => {
    const look = (): void => {
      const stepped = Math.abs(clock.wall() - clock.monotonic() - offset) > 1000;
      if (stepped || isSynchronised(files)) resolve(true);
      else if (clock.monotonic() - start >= limit) resolve(false);
      else clock.at(clock.monotonic() + 500, look);
    };
    look();
  });
}

/** systemd-timesyncd and systemd-time-wait-sync leave a mark; others step the clock, which is seen as well. */
export function isSynchronised(files: Files): boolean {
  return ['/run/systemd/timesync/synchronized', '/run/chrony/synchronised'].some((path) => {
    try {
      files.stat(path);
      return true;
    } catch {
      return false;
    }
  });
}
