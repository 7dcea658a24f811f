/**
 * From what was typed to what is asked for. In the order of growing precedence: the files of places.ts, variables (`SDR_RECORD_FLUSH`),
 * options; words that were typed take the place of all that files say, so that `sdr cpurec 1 5` means the same on every machine.
 */
import type { Asked, Command, Values, World } from '../command.ts';
import { withOwn } from '../commands/own.ts';
import type { SdrError } from '../errors.ts';
import { blamed } from './blame.ts';
import { isService, packagedSettings, silentSettings, spelled } from './defaults.ts';
import type { Document } from './document.ts';
import { documentsOf } from './document.ts';
import type { ConfigKey } from './keys.ts';
import type { Place } from './places.ts';
import { mainFile, placesOf, snippets } from './places.ts';
import type { Settings } from './settings.ts';
import { askedBy, layered, saidOf } from './settings.ts';
import { strangersIn, strangeVariables } from './strangers.ts';

/** What was typed. */
interface Typed {
  readonly world: World;
  readonly command: Command;
  /** The names of all commands. */
  readonly names: readonly string[];
  readonly words: readonly string[];
  readonly values: Values;
}

/** What is asked for, and a way to say where a wrong value stands. */
export interface Configured extends Asked {
  readonly blamed: (error: unknown) => unknown;
}

/** Throws an SdrError for the first thing that is wrong; the others are reported. */
export async function configuredOf(typed: Typed): Promise<Configured> {
  const settings = untyped(typed, await settingsOf(typed));
  const configured = askedBy(settings);
  const values = { ...configured.values, ...typed.values };
  const isFromFiles = typed.words.length === 0;
  const world = await withOwn(typed.world, values).catch((error: unknown) => {
    throw blamed(error, settings);
  });
  return {
    world: isFromFiles ? { ...world, again: () => again(typed) } : world,
    words: isFromFiles ? configured.words : typed.words,
    values,
    blamed: (error) => blamed(error, settings),
  };
}

/** Reads all of it once more, and looks at it. Throws an SdrError when it is no good. */
async function again(typed: Typed): Promise<Asked> {
  const { world, words, values, blamed: told } = await configuredOf(typed);
  try {
    typed.command.check?.(world, words, values);
    return { world, words, values };
  } catch (error) {
    throw told(error);
  }
}

/** Everything that the configuration says of the command. */
async function settingsOf(typed: Typed): Promise<Settings> {
  const { world, command, words, values } = typed;
  const { engine } = world;
  const isRead = words.length === 0 || typeof values['config'] === 'string';
  const places = isRead ? placesOf(engine, values['config']) : [];
  const documents = await documentsOf(engine, places);
  if (isRead) tell(typed, places, documents);
  const { settings, faults } = saidOf(command, documents, engine);
  refuse(world, faults);
  return withDefaults(typed, documents, settings);
}

/** What is no fault, but hardly meant. */
function tell({ world, command, names }: Typed, places: readonly Place[], documents: readonly Document[]): void {
  const { engine, report } = world;
  const lines = [...strangersIn(documents, [command], names), ...strangeVariables(engine.files, command)];
  for (const line of lines) report.warn(line, line);
  if (documents.length > 0 || places.length === 0) return;
  report.verbose(`No configuration: there is no ${places.map(({ path }) => path).join(', no ')}`);
}

function refuse({ report }: World, faults: readonly SdrError[]): void {
  const [first, ...others] = faults;
  if (first === undefined) return;
  for (const { message } of others) report.error(message);
  throw first;
}

/** Behind all that was said. */
function withDefaults(typed: Typed, documents: readonly Document[], said: Settings): Settings {
  const { command, words, values, world } = typed;
  const { engine, report } = world;
  const silent = silentSettings(command, engine);
  if (documents.some(({ tables }) => tables.has(command.name))) return layered(command, silent, said);
  const packaged = packagedSettings(command);
  if (packaged.size === 0 || !isService(engine, words, values)) return said;
  const all = layered(command, packaged, silent, said);
  report.warn('defaults', `No [${command.name}] in ${mainFile} or ${snippets}: going by ${spelled(all)}`);
  return all;
}

/** What is typed rules out what is configured of it, and of its opposite. */
function untyped({ words, values }: Typed, settings: Settings): Settings {
  const isTyped = (value: string): boolean => values[value] !== undefined;
  const isLeft = ({ isWord, value }: ConfigKey): boolean =>
    isWord ? words.length === 0 : !isTyped(value) && !isTyped(opposites[value] ?? value);
  return new Map([...settings].filter(([, { key }]) => isLeft(key)));
}

const opposites: Readonly<Record<string, string>> = { quiet: 'verbose', verbose: 'quiet' };
