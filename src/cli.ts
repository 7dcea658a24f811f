/** The command line: commands and their options become a commander program, errors become one line and an exit code. */
import { CommanderError, Command as Program, Option as ProgramOption } from 'commander';
import type { Identity } from './asked.ts';
import { asked, failed, versionText } from './asked.ts';
import type { Command, Entry, World } from './command.ts';
import { commonOptions, programOptions } from './command.ts';
import { keysOf } from './config/keys.ts';
import type { Exit } from './errors.ts';
import { exits, nearest, SdrError } from './errors.ts';
import { strayOption } from './hint.ts';

/** Commander declares its own help option. */
const isHelp = ({ flags }: { flags: string }): boolean => flags.includes('--help');
const help = commonOptions.find(isHelp);
const common = commonOptions.filter((option) => !isHelp(option));

/** Runs what was typed; gives the exit. Every expected failure is reported here, and only here. */
export async function main(world: World, entries: readonly Entry[], identity: Identity): Promise<Exit> {
  let exit: Exit = 'done';
  const commands = await Promise.all(needed(entries, world).map((entry) => entry.load()));
  const names = entries.map(({ name }) => name);
  const program = programOf({ world, commands, names }, identity, (found) => {
    exit = found;
  });
  try {
    await program.parseAsync(withRecorders(world), { from: 'user' });
    return exit;
  } catch (error) {
    return failure(world, entries, error);
  }
}

/** `sdr cpurec 1 5` is `sdr record cpurec 1 5`. */
function withRecorders({ engine, recorders }: World): string[] {
  const first = engine.args.findIndex((word) => !word.startsWith('-'));
  const word = (engine.args[first] ?? '').split('@')[0];
  const isRecorder = recorders.some(({ name }) => name === word);
  return isRecorder ? ['record', ...engine.args] : [...engine.args];
}

/** Who runs, and what there is to run. */
interface Setting {
  readonly world: World;
  /** Those that the line can mean. */
  readonly commands: readonly Command[];
  /** The names of all. */
  readonly names: readonly string[];
}

function programOf(setting: Setting, identity: Identity, ended: (exit: Exit) => void): Program {
  const { world, commands } = setting;
  const program = new Program('sdr')
    .description('System data recorder: raw time series of this computer as plain CSV')
    .helpOption(help?.flags, help?.help)
    .exitOverride()
    .configureOutput({ writeOut: (text) => world.print(text), writeErr: () => {}, getOutHelpWidth: () => 100 })
    .showSuggestionAfterError(false);
  for (const option of [...programOptions, ...common]) program.addOption(new ProgramOption(option.flags, option.help));
  program.action(() => {
    if (program.opts()['version']) {
      world.print(versionText(identity, program.opts()['verbose'] === true));
      return;
    }
    const word = program.args[0];
    if (word !== undefined) throw unknownCommand(word, world, commands);
    world.print(program.helpInformation());
    ended('usage');
  });
  program.allowExcessArguments();
  for (const command of commands) program.addCommand(subcommand(setting, command, ended));
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

function subcommand(setting: Setting, command: Command, ended: (exit: Exit) => void): Program {
  const { world } = setting;
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
  // What a configuration has switched on can be switched off.
  for (const { name, kind } of keysOf(command)) {
    if (kind === 'flag') program.addOption(new ProgramOption(`--no-${name}`).hideHelp());
  }
  program.action(async (words: string[]) => {
    ended(await asked(setting, command, words, program.optsWithGlobals()));
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

/** Commander's own errors are mistakes in the line. */
async function failure(world: World, entries: readonly Entry[], error: unknown): Promise<Exit> {
  if (!(error instanceof CommanderError)) return failed(world, error);
  if (error.exitCode === 0) return 'done';
  const text = error.message.replace(/^error: /, '').replace(/\s*\n[\s\S]*$/, '');
  const option = /unknown option '([^']+)'/.exec(text)?.[1];
  world.report.error(option === undefined ? worded(text) : await strange(option, world, entries));
  return 'usage';
}

/** Commander's messages in our grammar. */
const worded = (text: string): string => (text.charAt(0).toUpperCase() + text.slice(1)).replaceAll("'", '"');

/** An option that the command before it does not have; a negative number is an amount, not an option. */
async function strange(option: string, { engine, recorders }: World, entries: readonly Entry[]): Promise<string> {
  if (/^-[\d.]/.test(option)) return `Interval or count "${option}": expected a positive number`;
  const before = engine.args.slice(0, engine.args.indexOf(option)).map((word) => word.split('@')[0]);
  const isRecorder = recorders.some(({ name }) => before.includes(name));
  const command = entries.find(({ name }) => before.includes(name))?.name ?? (isRecorder ? 'record' : '');
  const commands = await Promise.all(entries.map((entry) => entry.load()));
  return strayOption({ option, command }, commands, commonOptions);
}

export const exitCode = (exit: Exit): number => exits[exit].code;
