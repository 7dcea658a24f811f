/**
 * The keys of a configuration. They are the long options of the commands as they are declared, and names for their words: there is
 * no second list.
 */
import type { Command, Option } from '../command.ts';
import { commonOptions } from '../command.ts';
import type { Engine } from '../host.ts';

export interface ConfigKey {
  /** `max-bytes` */
  readonly name: string;
  /** Among the values of the command line: `maxBytes`. */
  readonly value: string;
  /** `SDR_RECORD_MAX_BYTES` */
  readonly variable: string;
  readonly kind: 'flag' | 'text' | 'list';
  /** Whether it takes the place of words. */
  readonly isWord: boolean;
  readonly option: Option;
}

/** The variable that names a file instead of the usual ones. */
export const fileVariable = 'SDR_CONFIG';

/** The keys of a command's table, words first; none when it is not configured. */
export function keysOf(command: Pick<Command, 'name' | 'keys' | 'options'>): readonly ConfigKey[] {
  if (command.keys === undefined) return [];
  const options = [...command.options, ...commonOptions].filter(({ key }) => key !== null);
  return [
    ...command.keys.map((option) => keyOf(command.name, option, true)),
    ...options.map((option) => keyOf(command.name, option, false)),
  ];
}

function keyOf(command: string, option: Option, isWord: boolean): ConfigKey {
  const name = nameOf(option);
  return {
    name,
    value: name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    variable: variableOf(command, name),
    kind: option.isList ? 'list' : /[<[]/.test(option.flags) ? 'text' : 'flag',
    isWord,
    option,
  };
}

const variableOf = (command: string, name: string): string =>
  `SDR_${command}_${name}`.replaceAll('-', '_').toUpperCase();

/** The long name of an option without its hyphens. */
export const nameOf = ({ flags }: Pick<Option, 'flags'>): string => /--([a-z][a-z-]*)/.exec(flags)?.[1] ?? flags;

/** The value of a variable; what is empty is not set. */
export const variable = (engine: Pick<Engine, 'env'>, name: string): string | null => engine.env(name) || null;

/**
 * Whether what was typed leaves something to a configuration: no words were, a file was named, or there is a variable. All else must
 * mean the same on every machine, and costs no look at a file.
 */
export function isConfigured(
  command: Pick<Command, 'name' | 'keys' | 'options'>,
  typed: { readonly words: readonly string[]; readonly config: unknown },
  engine: Pick<Engine, 'env'>,
): boolean {
  if (command.keys === undefined) return false;
  if (typeof typed.config === 'string' || typed.words.length === 0) return true;
  const options = [...command.keys, ...command.options, ...commonOptions];
  return options.some((option) => option.key !== null && variable(engine, variableOf(command.name, nameOf(option))));
}
