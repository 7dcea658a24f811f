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
  /** What the configuration says by now, for a command that runs on: null when it is run without one. */
  readonly again?: () => Promise<Asked>;
  /** Prints to stdout; a reader that went away ends the program. */
  print(text: string | Uint8Array): void;
}

/** What was typed behind options, by their long names in camel case. */
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** What a command is asked for: typed, configured, or both. */
export interface Asked {
  readonly world: World;
  readonly words: readonly string[];
  readonly values: Values;
}

export interface Option {
  /** `-o, --output <dir>` */
  readonly flags: string;
  readonly help: string;
  /** May be given several times. */
  readonly isList?: boolean;
  readonly choices?: readonly string[];
  /** Its key in a configuration, which is its long name; null = it makes sense on a command line only. */
  readonly key?: Key | null;
}

/** What there is to say of a key in a configuration. */
export interface Key {
  /** Throws a usage error: for one that takes the place of a word, which would be taken for another kind of word. */
  readonly check?: (text: string) => void;
  /** What the packaged configuration says, and a service that finds no configuration does. */
  readonly packaged?: string;
  /** What it is where a configuration has the command's table, but not this key. */
  readonly silent?: (engine: Pick<Engine, 'env'>) => string;
  /** The same in words. */
  readonly otherwise?: string;
  /** A value that somebody may want. */
  readonly example?: string | readonly string[];
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** `[recorder[@interval]…] [interval [count]]` */
  readonly words: string;
  readonly options: readonly Option[];
  /** How a configuration spells the words, in their order; a command without any is not configured: it has no table in a file. */
  readonly keys?: readonly Option[];
  /** Shown first in its help. */
  readonly examples: readonly string[];
  /** For its page: what its help has no room for. */
  readonly notes?: readonly Note[];
  /** Opens nothing and changes nothing. Throws a usage error for what cannot be meant: a configuration is looked at before it counts. */
  check?(world: World, words: readonly string[], values: Values): void;
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
  { flags: '--config <file>', help: 'read FILE instead of the usual configuration files', key: null },
  { flags: '--no-config', help: 'read no configuration file', key: null },
  { flags: '-h, --help', help: 'print this help', key: null },
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
