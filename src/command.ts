/** The contract of a command: declare words and options, do one thing, give an exit code. */
import type { Exit } from './errors.ts';
import type { Engine } from './host.ts';
import type { Note, Recorder } from './recorder.ts';
import type { Report } from './report.ts';

/** What every command gets. */
export interface World {
  readonly engine: Engine;
  readonly recorders: readonly Recorder[];
  /** Those of them that the user brought along. */
  readonly own?: readonly Recorder[];
  readonly report: Report;
  /** Prints to stdout; a reader that went away ends the program. */
  print(text: string | Uint8Array): void;
}

/** What was typed behind options, by their long names in camel case. */
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Option {
  /** `-o, --output <dir>` */
  readonly flags: string;
  readonly help: string;
  /** May be given several times. */
  readonly isList?: boolean;
  readonly choices?: readonly string[];
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** `[recorder[@interval]…] [interval [count]]` */
  readonly words: string;
  readonly options: readonly Option[];
  /** Shown first in its help. */
  readonly examples: readonly string[];
  /** For its page: what its help has no room for. */
  readonly notes?: readonly Note[];
  /** Throws an SdrError. */
  run(world: World, words: readonly string[], values: Values): Exit | Promise<Exit>;
}

/** A command by its name. It is loaded when it is typed: a recording has no use for the others. */
export interface Entry {
  readonly name: string;
  load(): Promise<Command>;
}

/** Options of every command. */
export const commonOptions: readonly Option[] = [
  { flags: '-q, --quiet', help: 'errors only on stderr' },
  { flags: '-v, --verbose', help: 'say more on stderr' },
  { flags: '-h, --help', help: 'print this help' },
];

/** Options of sdr itself. */
export const programOptions: readonly Option[] = [
  { flags: '-V, --version', help: 'print the version; with --verbose also the engine' },
];

export const text = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

export const flag = (values: Values, name: string): boolean => values[name] === true;

export const texts = (values: Values, name: string): readonly string[] => {
  const value = values[name];
  return Array.isArray(value) ? value : [];
};
