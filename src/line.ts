/**
 * A command line read the short way: words, and options as they are declared, spelled in full. Whatever else a line may be (a
 * mistake, a request for help, an option negated or glued to its value) is not judged here but left to the reader in cli.ts, which
 * understands all of it, and takes longer to load than a first sample takes.
 */
import type { Option, Values } from './command.ts';

/** What was typed behind a command. */
export interface Line {
  readonly words: string[];
  readonly values: Values;
}

/** How an option is spelled, and where its value goes. */
interface Spelling {
  readonly option: Option;
  readonly value: string;
  readonly takes: boolean;
}

/** The words and options of a line; null when it is not plain, which says nothing of whether it is right. */
export function lineOf(args: readonly string[], options: readonly Option[]): Line | null {
  const words: string[] = [];
  const values: Record<string, Values[string]> = {};
  for (let i = 0; i < args.length; ) {
    const arg = args[i] as string;
    if (isOption(arg)) {
      const typed = typedOf(arg, args[i + 1], options);
      if (typed === null || !put(values, typed)) return null;
      i += typed.length;
    } else {
      words.push(arg);
      i++;
    }
  }
  return { words, values };
}

/** An option with its value, and how many words that takes. */
interface Typed {
  readonly spelling: Spelling;
  readonly text: string;
  readonly length: number;
}

/** `--flag`, `--name text` or `--name=text`; null when it is anything else. */
function typedOf(arg: string, next: string | undefined, options: readonly Option[]): Typed | null {
  const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
  const spelling = spellingOf(equals < 0 ? arg : arg.slice(0, equals), options);
  if (spelling === null) return null;
  if (equals >= 0) return spelling.takes ? { spelling, text: arg.slice(equals + 1), length: 1 } : null;
  if (!spelling.takes) return { spelling, text: '', length: 1 };
  return next === undefined || isOption(next) ? null : { spelling, text: next, length: 2 };
}

/** `-` alone is a word: stdout. */
const isOption = (arg: string): boolean => arg.length > 1 && arg.startsWith('-');

/** Notes a value; false when it is none that the option knows. */
function put(values: Record<string, Values[string]>, { spelling, text }: Typed): boolean {
  const { option, value, takes } = spelling;
  if (takes && option.choices && !option.choices.includes(text)) return false;
  const before = values[value];
  if (!takes) values[value] = true;
  else if (option.isList) values[value] = [...(Array.isArray(before) ? before : []), text];
  else values[value] = text;
  return true;
}

/**
 * The option of a name: `-o, --output <dir>` has two. Help, negations and values that may be missing are not plain. Only the options
 * that were typed are looked at closely: there are many.
 */
function spellingOf(name: string, options: readonly Option[]): Spelling | null {
  const option = options.find(({ flags }) => flags.includes(name) && flags.split(/[ ,]+/).includes(name));
  if (!option) return null;
  const [, long = '', value] = /^(?:-\w, )?(--[a-z][a-z-]*)( <[^>]+>)?$/.exec(option.flags) ?? [];
  if (long === '' || long === '--help' || long.startsWith('--no-')) return null;
  return { option, value: camel(long.slice(2)), takes: value !== undefined };
}

const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
