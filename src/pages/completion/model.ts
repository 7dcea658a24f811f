/**
 * What can be typed behind `sdr`, computed from the declared commands, options, recorders and columns: what the scripts of all shells
 * are made of. The scripts are static, so that a TAB costs nothing on a Raspberry Pi and works where sdr itself does not run.
 */
import type { Command, Option } from '../../command.ts';
import type { Recorder } from '../../recorder.ts';
import { viewOf } from '../../view.ts';

/**
 * What may stand in a place, besides words that are known in full. `timed` is a recorder that may have its interval behind an `@`,
 * `columns` are separated by commas, `devices` are `recorder=glob`.
 */
export type Place =
  | 'command'
  | 'recorder'
  | 'timed'
  | 'topic'
  | 'directory'
  | 'file'
  | 'column'
  | 'columns'
  | 'devices';

/** What may stand in a place: any text when both are empty. */
export interface Slot {
  readonly places: readonly Place[];
  readonly words: readonly string[];
}

export interface CompletedOption {
  /** `-o`; '' when there is none. */
  readonly short: string;
  /** `--output` */
  readonly long: string;
  readonly help: string;
  readonly isList: boolean;
  /** Null for a flag. */
  readonly value: Slot | null;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** The words behind the command by their position; the last one holds for all that follow. */
  readonly words: readonly Slot[];
}

export interface CompletedRecorder {
  readonly name: string;
  readonly summary: string;
  readonly isOfMany: boolean;
  readonly columns: readonly string[];
  /** With `--counters`. */
  readonly counters: readonly string[];
  /** What is usual behind its `@`. */
  readonly intervals: readonly string[];
}

export interface Completion {
  readonly commands: readonly CompletedCommand[];
  readonly recorders: readonly CompletedRecorder[];
  /** Before the command, and where no command is. */
  readonly options: readonly CompletedOption[];
  /** What `sdr help` explains. */
  readonly topics: readonly string[];
}

interface Declared {
  readonly commands: readonly Command[];
  readonly recorders: readonly Recorder[];
  /** Options of every command. */
  readonly common: readonly Option[];
  /** Options of sdr itself. */
  readonly own: readonly Option[];
  /** What `sdr help` explains besides commands and recorders. */
  readonly topics: readonly string[];
}

export function completion({ commands, recorders, common, own, topics }: Declared): Completion {
  return {
    commands: commands.map(({ name, summary, options, words }) => ({
      name,
      summary,
      options: [...options, ...common].map(option),
      words: slots(words),
    })),
    recorders: recorders.map(recorder),
    options: [...own, ...common].map(option),
    topics: [...new Set([...commands.map(({ name }) => name), ...recorders.map(({ name }) => name), ...topics])],
  };
}

const usual = [
  ['1', 1000],
  ['5', 5000],
  ['10', 10_000],
  ['30', 30_000],
  ['1m', 60_000],
  ['5m', 300_000],
  ['30m', 1_800_000],
] as const;

function recorder(declared: Recorder): CompletedRecorder {
  const { name, summary, key, least } = declared;
  const columns = (counters: boolean) =>
    viewOf(declared, { counters })
      .header.split(',')
      .filter((column) => column !== 'time' && column !== key);
  return {
    name,
    summary,
    isOfMany: key !== null,
    columns: columns(false),
    counters: columns(true),
    intervals: usual.filter(([, interval]) => interval >= (least?.milliseconds ?? 0)).map(([text]) => text),
  };
}

function option({ flags, help, choices, isList = false }: Option): CompletedOption {
  const names = flags.split(/[ ,]+/);
  const long = names.find((name) => name.startsWith('--')) ?? '';
  return {
    short: names.find((name) => /^-[^-]/.test(name)) ?? '',
    long,
    help,
    isList,
    value: /[<[]/.test(flags) ? valueSlot(long, flags, choices ?? []) : null,
  };
}

function valueSlot(long: string, flags: string, choices: readonly string[]): Slot {
  const [, name = ''] = /[<[]([^>\]]*)/.exec(flags) ?? [];
  if (choices.length > 0) return { places: [], words: choices };
  if (long === '--columns') return { places: ['columns'], words: [] };
  if (name === 'recorder=glob') return { places: ['devices'], words: [] };
  const place = places[name];
  return { places: place ? [place] : [], words: [] };
}

/** What the words in a synopsis stand for. */
const places: Readonly<Record<string, Place | null>> = {
  recorder: 'recorder',
  timed: 'timed',
  dir: 'directory',
  file: 'file',
  column: 'column',
  topic: 'topic',
  command: 'command',
  interval: null,
  count: null,
};

/** `DIR [recorder…] [interval [count]]`, place by place: what may stand first, second and so on. */
function slots(synopsis: string): readonly Slot[] {
  const parts = synopsis.split(' ').filter((part) => part !== '');
  const spans = spansOf(parts);
  const found = parts.map((_, position) => {
    const here = parts.filter((_, i) => (spans[i]?.from as number) <= position && position <= (spans[i]?.to as number));
    const names = here.flatMap((part) => part.replace(/recorder\[@\w+\]/, 'timed').match(/[A-Za-z]+/g) ?? []);
    return slot([...new Set(names)]);
  });
  const goesOn = spans.some(({ to }) => to === Number.POSITIVE_INFINITY);
  const all = goesOn ? found : [...found, { places: [], words: [] }];
  const isSame = (a: Slot | undefined, b: Slot | undefined) => JSON.stringify(a) === JSON.stringify(b);
  const last = all.findLastIndex((each, i) => !isSame(each, all[i - 1]));
  return all.slice(0, last + 1);
}

/** The positions at which each part of a synopsis may stand. */
function spansOf(parts: readonly string[]): readonly { readonly from: number; readonly to: number }[] {
  let least = 0;
  let most = 0;
  return parts.map((part) => {
    const from = least;
    most += part.includes('…') ? Number.POSITIVE_INFINITY : 1;
    if (!/^\[|\]$/.test(part)) least++;
    return { from, to: most - 1 };
  });
}

function slot(names: readonly string[]): Slot {
  const known = names.map((name) => [name, places[name.toLowerCase()]] as const);
  return {
    places: known.flatMap(([, place]) => place ?? []),
    words: known.flatMap(([name, place]) => (place === undefined && name === name.toLowerCase() ? [name] : [])),
  };
}
