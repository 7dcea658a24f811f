/** `sdr capture`: writes down what this machine answers while recorders run, as a tape: a fixture, or a bug report. */
import type { Command, World } from '../command.ts';
import { text } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError } from '../errors.ts';
import { whenIdle } from '../job.ts';
import { Loop } from '../loop.ts';
import { Machine } from '../machine.ts';
import { planOf } from '../plan.ts';
import { uptime } from '../proc/small.ts';
import { everything } from '../recorder.ts';
import { saveStep } from '../replay.ts';
import { noCounts } from '../sink.ts';
import type { Answer, Shot } from '../tape.ts';
import { keep, recording } from '../tape.ts';
import { recordingSystem } from '../tape-system.ts';
import { openJobs } from '../track.ts';
import { viewOf } from '../view.ts';
import { ownOptions } from './own.ts';

export const capture: Command = {
  name: 'capture',
  summary: 'write down what this machine answers, to replay it elsewhere',
  words: 'DIR [recorder…] [interval [count]]',
  options: [{ flags: '--root <dir>', help: 'read /proc and /sys below DIR' }, ...ownOptions],
  examples: ['sdr capture tape sysrec cpurec 1 5', 'sdr replay tape cpurec'],
  run(world, [directory, ...words], values) {
    if (directory === undefined) throw new SdrError('usage', 'capture: expected a DIR that does not exist yet');
    makeEmpty(world, directory);
    return tapeOf(world, directory, words, text(values, 'root') ?? '');
  },
};

function makeEmpty({ engine }: World, directory: string): void {
  try {
    engine.files.mkdir(directory, 0o755);
  } catch (error) {
    throw new SdrError('cannotCreate', `Cannot make ${directory}: ${(error as Error).message}`, error);
  }
}

function tapeOf(world: World, directory: string, words: readonly string[], root: string): Promise<Exit> {
  const { engine, recorders, report } = world;
  const plan = planOf(words, recorders, recorders);
  const shot: Shot = new Map();
  const files = recording(engine.files, (path, answer) => keep(shot, path.slice(root.length), answer));
  const warn = (condition: string, message: string) => report.warn(condition, message);
  const note = (path: string, answer: Answer) => shot.set(path, answer);
  const machine = new Machine(files, root, warn, { system: recordingSystem(() => engine.system, root, note) });
  const opened = openJobs(plan.jobs, plan.isNamed, {
    machine,
    report,
    counts: noCounts(),
    view: ({ recorder }) => viewOf(recorder),
    wanted: () => everything,
  });
  const jobs = [...opened.jobs.values()];
  const interval = plan.jobs[0]?.interval ?? 1000;
  const fractional = interval % 1000 !== 0;
  let n = 0;
  const take = (time: number, now: number): void => {
    // A step is whole when all answers are there; ticks before that are none.
    if (jobs.some(({ busy }) => busy)) return;
    for (const job of jobs) job.sample(now, time, fractional, () => {});
    const at = n++;
    whenIdle(jobs, () => {
      saveStep(engine.files, directory, at, { time, now, fractional }, shot);
      shot.clear();
    });
  };
  return new Promise((resolve, reject) => {
    const read = machine.source(uptime);
    const loop = new Loop(engine.clock, [{ interval, beat: take }], {
      begin: (now) => machine.begin(now),
      end: () => n > plan.count,
      jumped: () => {},
      missed: () => {},
      uptime: () => read()?.seconds ?? Number.NaN,
    });
    const stop = (exit: Exit): void => {
      loop.stop();
      resolve(exit);
    };
    engine.onSignal('INT', () => stop('interrupted'));
    engine.onSignal('TERM', () => stop('done'));
    try {
      const now = Math.round(engine.clock.monotonic());
      machine.begin(now);
      take(Math.floor(engine.clock.wall() / interval) * interval, now);
      loop.start(() => whenIdle(jobs, () => resolve('done')), reject);
    } catch (error) {
      reject(error as Error);
    }
  });
}
