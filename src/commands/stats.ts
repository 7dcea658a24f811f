/** `sdr stats`: recorded columns in a few numbers, over everything or window by window. */
import { interval } from '../amount.ts';
import type { Command, Values, World } from '../command.ts';
import { flag, text, texts } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError } from '../errors.ts';
import type { Window } from '../read/merge.ts';
import { everything, mayHold } from '../read/merge.ts';
import { printing } from '../read/output.ts';
import type { Recorded } from '../read/recorded.ts';
import { keyOf, recordedOf, sharedRecorder } from '../read/recorded.ts';
import { selectionOf } from '../read/sources.ts';
import { windowOf, windowOptions } from '../read/window.ts';
import type { Recorder } from '../recorder.ts';
import { wantedOf, wordsOf } from '../stats/asked.ts';
import { exactness, notes, percentilesOf } from '../stats/columns.ts';
import { Devices } from '../stats/device.ts';
import { formatNames, printerOf } from '../stats/printer.ts';
import { Progress } from '../stats/progress.ts';
import type { Pass } from '../stats/reading.ts';
import { lastTimeOf, sizeOf, summarise } from '../stats/reading.ts';
import { namesOf } from '../stats/rows.ts';
import { windowsFrom } from '../windows.ts';

/** One pass over the files, or one for each window of the library, which has steps of its own. */
function passesOf(world: World, files: readonly Recorded[], span: Window, values: Values, recorder?: Recorder): Pass[] {
  const every = text(values, 'every');
  if (!flag(values, 'lmo')) return [{ span, every: every === undefined ? null : interval(every), name: '' }];
  if (every !== undefined) throw new SdrError('usage', '--every and --lmo exclude each other');
  const last = Math.min(span.until - 1, lastTimeOf(world, files));
  return windowsFrom(Math.max(recorder?.slow ?? 0, recorder?.least?.milliseconds ?? 0)).map((window) => {
    const { name, milliseconds, resolution } = window;
    // The last step is the one that the last row is in.
    const end = (Math.floor(last / resolution) + 1) * resolution;
    return { span: { since: Math.max(span.since, end - milliseconds), until: span.until }, every: resolution, name };
  });
}

/** Bytes that will be read; null when nobody knows. */
function totalOf(world: World, files: readonly Recorded[], span: Window, isOnce: boolean): number | null {
  const isAll = span.since === everything.since && span.until === everything.until;
  return isAll && isOnce && files.every(({ path }) => !path.endsWith('.gz')) ? sizeOf(world, files) : null;
}

function run(world: World, typed: readonly string[], values: Values): Exit {
  const span = windowOf(world, values);
  const words = wordsOf(world, typed);
  const { recorder: asked, sources } = selectionOf(world, 'stats', words.sources);
  const inside = sources.filter((source) => mayHold(source, span));
  // Without a file of that time the newest one says which columns there are.
  const { files, failures } = recordedOf(world, inside.length > 0 ? inside : sources.slice(-1));
  if (files.length === 0) throw new SdrError('io', `None of the files of ${asked ?? 'sdr'} can be read`);
  const name = sharedRecorder(files, asked);
  const recorder = world.recorders.find((each) => each.name === name);
  const key = keyOf(files[0] ?? { names: [] }, recorder);
  const layout = {
    wanted: wantedOf(world, files, words.columns, key, name),
    percentiles: percentilesOf(texts(values, 'percentiles')),
    key,
    isLibrary: flag(values, 'lmo'),
  };
  const passes = passesOf(world, files, span, values, recorder);
  let isWhole = true;
  printing(world.engine.files, (output) => {
    const shape = { names: namesOf(layout), recorder: name, key, local: flag(values, 'local') };
    const print = printerOf(text(values, 'format') ?? 'csv', shape, output);
    const progress = new Progress(world, totalOf(world, files, span, passes.length === 1));
    const devices = new Devices(layout.wanted.map(({ kind }) => kind));
    const task = { world, files, layout, devices, print, progress };
    for (const pass of passes) isWhole = summarise(task, pass) && isWhole;
  });
  return isWhole && failures === 0 ? 'done' : 'partial';
}

export const stats: Command = {
  name: 'stats',
  summary: 'count, min, mean, max, sum, last, percentiles and gaps of recorded columns',
  words: '[DIR|FILE…] [RECORDER] [column…]',
  options: [
    {
      flags: '--every <time>',
      help: 'statistics of each window of this length, such as 5m, aligned to UTC as ticks are; else of everything',
    },
    {
      flags: '--lmo',
      help: 'the windows, steps and statistics that the Library of Monitoring Objects lists, up to the last row',
    },
    {
      flags: '--percentiles <list>',
      help: `which ones (default 50,95,99): nearest rank, as mlr has it; ${exactness}`,
      isList: true,
    },
    ...windowOptions,
    { flags: '--format <name>', help: 'how rows are spelled', choices: formatNames },
  ],
  examples: [
    'sdr stats cpurec cpu_pct --since 1d',
    'sdr stats /var/lib/sdr sysrec cpu_pct,mem_used_pct --every 1h',
    'sdr stats diskrec-202611*.csv.gz await_ms util_pct --percentiles 50,99,99.9 --format table',
  ],
  notes,
  run,
};
