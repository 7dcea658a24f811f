/** `sdr record`: recorders on an interval, into files or onto stdout. */
import { size, sizeOrShare, span } from '../amount.ts';
import type { Command, Option, Values, World } from '../command.ts';
import { flag, text, texts } from '../command.ts';
import { SdrError } from '../errors.ts';
import { formats } from '../format.ts';
import { recordingOf } from '../recording.ts';
import { ownOptions } from './own.ts';

/** The recorders that a bare `sdr record 5 -o DIR` runs, and what a bare `sdr record` on a terminal shows. */
const formatNames = Object.keys(formats);

export const recordOptions: readonly Option[] = [
  { flags: '-o, --output <dir>', help: 'write files into DIR, or - for stdout (repeatable)', isList: true },
  { flags: '--format <name>', help: 'how stdout is spelled', choices: formatNames },
  { flags: '--header <when>', help: 'whether stdout gets a header', choices: ['auto', 'always', 'never'] },
  { flags: '--columns <names>', help: 'write these columns only, separated by commas', isList: true },
  { flags: '--counters', help: 'write the kernel counters themselves instead of rates and shares' },
  { flags: '--changes', help: 'of recorders without rates, write only rows that differ from the sample before' },
  { flags: '--state <file>', help: 'without an interval: cover the time since the run that left FILE' },
  { flags: '--devices <recorder=glob>', help: 'record only devices that match (repeatable)', isList: true },
  { flags: '--skip-devices <recorder=glob>', help: 'do not record devices that match (repeatable)', isList: true },
  { flags: '--root <dir>', help: 'read /proc and /sys below DIR' },
  ...ownOptions,
  { flags: '--wait-clock <time>', help: 'wait at most this long for a synchronised clock' },
  { flags: '--fsync', help: 'fsync after each write: survives a power cut, wears SD cards' },
  { flags: '--flush <time>', help: 'gather samples in memory and write them every TIME' },
  { flags: '--max-file <size>', help: 'begin a new file at this size' },
  { flags: '--keep <time>', help: 'remove files of days older than this' },
  { flags: '--max-bytes <size>', help: 'remove the oldest files beyond this size of all' },
  { flags: '--min-free <size>', help: 'remove the oldest files when the disk has less than SIZE or PERCENT% left' },
  { flags: '--compress', help: 'gzip files that are closed' },
  { flags: '--dry-run', help: 'say what would be recorded where, and stop' },
];

const optional = <T>(value: string | undefined, read: (value: string) => T, otherwise: T): T =>
  value === undefined ? otherwise : read(value);

/** What the options of `record` mean. Throws a usage error. */
export function wishesOf(values: Values) {
  const outputs = texts(values, 'output');
  const maxBytes = optional(text(values, 'maxBytes'), (v) => size(v, '--max-bytes'), Number.POSITIVE_INFINITY);
  return {
    outputs: outputs.length === 0 ? ['-'] : outputs,
    format: text(values, 'format') ?? 'csv',
    header: (text(values, 'header') ?? 'auto') as 'auto' | 'always' | 'never',
    columns: texts(values, 'columns').flatMap((names) => names.split(',')),
    counters: flag(values, 'counters'),
    changes: flag(values, 'changes'),
    state: text(values, 'state') ?? null,
    devices: texts(values, 'devices').map((each) => pair(each, '--devices')),
    skipDevices: texts(values, 'skipDevices').map((each) => pair(each, '--skip-devices')),
    root: text(values, 'root') ?? '',
    waitClock: optional(text(values, 'waitClock'), (v) => span(v, '--wait-clock'), 0),
    fsync: flag(values, 'fsync'),
    flush: optional(text(values, 'flush'), (v) => span(v, '--flush'), 0),
    maxFile: optional(text(values, 'maxFile'), (v) => size(v, '--max-file'), Number.POSITIVE_INFINITY),
    limits: {
      keep: optional(text(values, 'keep'), (v) => span(v, '--keep'), Number.POSITIVE_INFINITY),
      maxBytes,
      minFree: optional(text(values, 'minFree'), (v) => sizeOrShare(v, '--min-free'), 0),
      compress: flag(values, 'compress'),
    },
    dryRun: flag(values, 'dryRun'),
  };
}

export type Wishes = ReturnType<typeof wishesOf>;

function pair(word: string, option: string): { recorder: string; glob: string } {
  const at = word.indexOf('=');
  if (at < 1) throw new SdrError('usage', `${option} "${word}": expected recorder=glob, such as nicrec=eth*`);
  return { recorder: word.slice(0, at), glob: word.slice(at + 1) };
}

export const record: Command = {
  name: 'record',
  summary: 'record on an interval, to stdout or into files',
  words: '[recorder[@interval]…] [interval [count]]',
  options: recordOptions,
  examples: [
    'sdr record cpurec 1 5',
    'sdr record sysrec cpurec@10 diskrec 1 -o /var/lib/sdr',
    'sdr record sysrec >> sysrec.csv        # one sample: for cron',
    'sdr record 5 --format json',
  ],
  run: (world: World, words, values) => recordingOf(world, words, wishesOf(values)),
};
