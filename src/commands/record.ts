/** `sdr record`: recorders on an interval, into files or onto stdout. */
import { age, interval, size, sizeOrShare, span } from '../amount.ts';
import type { Asked, Command, Key, Option, Values } from '../command.ts';
import { flag, text, texts } from '../command.ts';
import { SdrError } from '../errors.ts';
import { formats } from '../format.ts';
import { forwardOptions } from '../forward/options.ts';
import { forwardWishesOf } from '../forward/wishes.ts';
import { recordingOf } from '../recording.ts';
import type { Task } from '../task.ts';
import { taskOf } from '../task.ts';
import { ownOptions } from './own.ts';

const formatNames = Object.keys(formats);

/** Where a recording goes that a configuration asked for: what systemd gave us, or the usual place. */
const directoryOf: Required<Key>['silent'] = (engine) => engine.env('STATE_DIRECTORY')?.split(':')[0] || '/var/lib/sdr';

function isName(text: string): void {
  if (!/^[a-z]/.test(text))
    throw new SdrError('usage', `Recorders "${text}": expected a name, such as cpurec or cpurec@10s`);
}

/** The words of `record`, as a configuration has them. */
const recordKeys: readonly Option[] = [
  {
    flags: '--recorders <names>',
    help: 'the recorders, each with an interval of its own behind an @ where it has one; without it, all that work here',
    isList: true,
    key: { example: ['sysrec', 'cpurec@10s', 'hdwrec@1d'], check: isName },
  },
  {
    flags: '--interval <time>',
    help: 'how often; without it, one sample is taken',
    key: { packaged: '10s', check: (text) => void interval(text) },
  },
];

export const recordOptions: readonly Option[] = [
  {
    flags: '-o, --output <dir>',
    help: 'write files into DIR, or - for stdout (repeatable)',
    isList: true,
    key: {
      silent: directoryOf,
      otherwise: 'the directory that systemd gives a service, else /var/lib/sdr',
      example: ['/var/lib/sdr'],
    },
  },
  { flags: '--format <name>', help: 'how stdout is spelled', choices: formatNames, key: { example: 'csv' } },
  {
    flags: '--header <when>',
    help: 'whether stdout gets a header',
    choices: ['auto', 'always', 'never'],
    key: { example: 'auto' },
  },
  {
    flags: '--columns <names>',
    help: 'write these columns only, separated by commas',
    isList: true,
    key: { example: ['cpu_pct', 'user_pct'] },
  },
  { flags: '--counters', help: 'write the kernel counters themselves instead of rates and shares' },
  { flags: '--changes', help: 'of recorders without rates, write only rows that differ from the sample before' },
  { flags: '--state <file>', help: 'without an interval: cover the time since the run that left FILE', key: null },
  {
    flags: '--devices <recorder=glob>',
    help: 'record only devices that match (repeatable)',
    isList: true,
    key: { example: ['diskrec=sd?'] },
  },
  {
    flags: '--skip-devices <recorder=glob>',
    help: 'do not record devices that match (repeatable)',
    isList: true,
    key: { example: ['nicrec=veth*'] },
  },
  { flags: '--root <dir>', help: 'read /proc and /sys below DIR', key: { example: '/host' } },
  ...ownOptions,
  {
    flags: '--wait-clock <time>',
    help: 'wait at most this long for a synchronised clock',
    key: { example: '60s' },
  },
  { flags: '--fsync', help: 'fsync after each write: survives a power cut, wears SD cards' },
  {
    flags: '--flush <time>',
    help: 'gather samples in memory and write them every TIME',
    key: { packaged: '60s' },
  },
  { flags: '--max-file <size>', help: 'begin a new file at this size', key: { example: '16M' } },
  { flags: '--keep <time>', help: 'remove files of days older than this', key: { packaged: '28d' } },
  {
    flags: '--max-bytes <size>',
    help: 'remove the oldest files beyond this size of all',
    key: { packaged: '256M' },
  },
  {
    flags: '--min-free <size>',
    help: 'remove the oldest files when the disk has less than SIZE or PERCENT% left',
    key: { packaged: '5%' },
  },
  { flags: '--compress', help: 'gzip files that are closed' },
  ...forwardOptions,
  { flags: '--dry-run', help: 'say what would be recorded where, and stop', key: null },
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
      keep: optional(text(values, 'keep'), (v) => age(v, '--keep'), Number.POSITIVE_INFINITY),
      maxBytes,
      minFree: optional(text(values, 'minFree'), (v) => sizeOrShare(v, '--min-free'), 0),
      compress: flag(values, 'compress'),
    },
    dryRun: flag(values, 'dryRun'),
    forward: forwardWishesOf(values),
  };
}

export type Wishes = ReturnType<typeof wishesOf>;

function pair(word: string, option: string): { recorder: string; glob: string } {
  const at = word.indexOf('=');
  if (at < 1) throw new SdrError('usage', `${option} "${word}": expected recorder=glob, such as nicrec=eth*`);
  return { recorder: word.slice(0, at), glob: word.slice(at + 1) };
}

const read = (asked: Asked): Task => taskOf(asked, placed(asked, wishesOf(asked.values)));

/** What is forwarded lies in files first. */
function placed({ world, values }: Asked, wishes: Wishes): Wishes {
  if (wishes.forward.targets.length === 0) return wishes;
  if (wishes.format === 'krd')
    throw new SdrError('usage', '--to: expected --format csv, which is what collectors take');
  if (texts(values, 'output').length === 0) return { ...wishes, outputs: [directoryOf(world.engine)] };
  if (wishes.outputs.every((path) => path === '-'))
    throw new SdrError('usage', '--to: expected -o DIR, not stdout alone');
  return wishes;
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
    'sdr record 10 -o /var/lib/sdr --to https://collector.example:7373',
  ],
  keys: recordKeys,
  check: (world, words, values) => void read({ world, words, values }),
  run: (world, words, values) => recordingOf(read({ world, words, values }), read),
};
