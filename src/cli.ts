/** The command line: commands and their options become a commander program, errors become one line and an exit code. */
import { CommanderError, Command as Program, Option as ProgramOption } from 'commander';
import type { Command, Entry, World } from './command.ts';
import { commonOptions, programOptions } from './command.ts';
import { withOwn } from './commands/own.ts';
import type { Exit } from './errors.ts';
import { exits, nearest, SdrError } from './errors.ts';
import { Gone } from './sink.ts';

interface Identity {
  readonly version: string;
  /** More words for `--version --verbose`. */
  readonly build: () => string;
}

/** Commander declares its own help option. */
const isHelp = ({ flags }: { flags: string }): boolean => flags.includes('--help');
const help = commonOptions.find(isHelp);
const common = commonOptions.filter((option) => !isHelp(option));

/** Runs what was typed; gives the exit. Every expected failure is reported here, and only here. */
export async function main(world: World, entries: readonly Entry[], identity: Identity): Promise<Exit> {
  let exit: Exit = 'done';
  const commands = await Promise.all(needed(entries, world).map((entry) => entry.load()));
  declareOptions(commands);
  const program = programOf(world, commands, identity, (found) => {
    exit = found;
  });
  try {
    await program.parseAsync(withRecorders(world), { from: 'user' });
    return exit;
  } catch (error) {
    return failed(world, error);
  }
}

/** `sdr cpurec 1 5` is `sdr record cpurec 1 5`. */
function withRecorders({ engine, recorders }: World): string[] {
  const first = engine.args.findIndex((word) => !word.startsWith('-'));
  const word = (engine.args[first] ?? '').split('@')[0];
  const isRecorder = recorders.some(({ name }) => name === word);
  return isRecorder ? ['record', ...engine.args] : [...engine.args];
}

function programOf(
  world: World,
  commands: readonly Command[],
  identity: Identity,
  ended: (exit: Exit) => void,
): Program {
  const program = new Program('sdr')
    .description('System data recorder: raw time series of this computer as plain CSV')
    .helpOption(help?.flags, help?.help)
    .exitOverride()
    .configureOutput({ writeOut: (text) => world.print(text), writeErr: () => {}, getOutHelpWidth: () => 100 })
    .showSuggestionAfterError(false);
  for (const option of [...programOptions, ...common]) program.addOption(new ProgramOption(option.flags, option.help));
  program.action(() => {
    if (program.opts()['version']) {
      const verbose = program.opts()['verbose'] ? `\n${identity.build()}` : '';
      world.print(`sdr ${identity.version}${verbose}\n`);
      return;
    }
    const word = program.args[0];
    if (word !== undefined) throw unknownCommand(word, world, commands);
    world.print(program.helpInformation());
    ended('usage');
  });
  program.allowExcessArguments();
  for (const command of commands) program.addCommand(subcommand(world, command, ended));
  return program;
}

/** The commands that this line can mean: loading and declaring all of them takes longer than the first sample. */
function needed(commands: readonly Entry[], { engine, recorders }: World): readonly Entry[] {
  const { args } = engine;
  if (args[0] === '-V' || args[0] === '--version') return [];
  const name = recorders.some((recorder) => recorder.name === args[0]?.split('@')[0]) ? 'record' : args[0];
  const named = commands.filter((command) => command.name === name);
  return named.length > 0 ? named : commands;
}

function subcommand(world: World, command: Command, ended: (exit: Exit) => void): Program {
  const program = new Program(command.name)
    .description(command.summary)
    .usage(`${command.words} [options]`.trim())
    .argument('[words...]')
    .exitOverride()
    .helpOption(help?.flags, help?.help)
    .configureOutput({ writeOut: (text) => world.print(text), writeErr: () => {}, getOutHelpWidth: () => 100 })
    .addHelpText('before', `Examples:\n${command.examples.map((line) => `  ${line}`).join('\n')}\n`)
    .addHelpText('after', `\nAll of it: sdr help ${command.name}`);
  for (const { flags, help: words, isList, choices } of [...command.options, ...common]) {
    const option = new ProgramOption(flags, words);
    if (choices) option.choices([...choices]);
    if (isList) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    program.addOption(option);
  }
  program.action(async (words: string[]) => {
    const values = program.optsWithGlobals();
    world.report.verbosity = values['quiet'] ? 'quiet' : values['verbose'] ? 'verbose' : 'normal';
    ended(await command.run(await withOwn(world, values), words, values));
  });
  return program;
}

function unknownCommand(word: string, world: World, commands: readonly Command[]): SdrError {
  const names = [...commands.map(({ name }) => name), ...world.recorders.map(({ name }) => name)];
  const near = nearest(word, names);
  return new SdrError(
    'usage',
    `Unknown command "${word}": ${near ? `did you mean ${near}?` : `expected one of ${names.join(', ')}`}`,
  );
}

function failed(world: World, error: unknown): Exit {
  if (error instanceof Gone) return 'done';
  if (error instanceof SdrError) {
    world.report.error(error.message);
    return error.exit;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 'done';
    world.report.error(worded(error.message, world));
    return 'usage';
  }
  world.report.error(
    `This is a fault in sdr, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 'bug';
}

/** Commander's messages in our grammar; a negative number is an amount, not an option. */
function worded(message: string, { engine }: World): string {
  const text = message.replace(/^error: /, '').replace(/\s*\n[\s\S]*$/, '');
  const negative = /unknown option '(-[\d.].*)'/.exec(text)?.[1];
  if (negative !== undefined) return `Interval or count "${negative}": expected a positive number`;
  const option = /unknown option '([^']+)'/.exec(text)?.[1];
  const known = option === undefined ? null : nearest(option, knownOptions(engine.args[0] ?? ''));
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return (known ? `${sentence}: did you mean ${known}?` : sentence).replaceAll("'", '"');
}

let declared: ReadonlyMap<string, readonly string[]> = new Map();

/** Tells the wording which options there are, by command. */
function declareOptions(commands: readonly Command[]): void {
  const long = (flags: string) => /--[a-z-]+/.exec(flags)?.[0] ?? '';
  declared = new Map(
    commands.map(({ name, options }) => [name, [...options, ...common].map(({ flags }) => long(flags))]),
  );
}

const knownOptions = (command: string): readonly string[] => declared.get(command) ?? declared.get('record') ?? [];

export const exitCode = (exit: Exit): number => exits[exit].code;
