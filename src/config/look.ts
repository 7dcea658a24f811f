/** A look at the whole configuration: for `sdr config`. */
import type { Command, World } from '../command.ts';
import { withOwn } from '../commands/own.ts';
import { SdrError } from '../errors.ts';
import { blamed } from './blame.ts';
import { silentSettings } from './defaults.ts';
import type { Document } from './document.ts';
import { documentsOf } from './document.ts';
import { placesOf } from './places.ts';
import type { Settings } from './settings.ts';
import { askedBy, layered, saidOf } from './settings.ts';
import { strangersIn, strangeVariables } from './strangers.ts';

/** A command's table, and what is wrong in it. */
export interface Look {
  readonly command: string;
  readonly settings: Settings;
  readonly errors: readonly SdrError[];
}

/**
 * What is configured of `asked`, of `all` commands; `chosen` is what `--config` and `--no-config` say. Unknown keys are warned of.
 * Throws an SdrError for a file that cannot be read.
 */
export async function looksAt(
  world: World,
  all: readonly Command[],
  asked: readonly Command[],
  chosen: unknown,
): Promise<readonly Look[]> {
  const { engine, report } = world;
  const places = placesOf(engine, chosen);
  const documents = await documentsOf(engine, places);
  const names = all.filter(({ keys }) => keys !== undefined).map(({ name }) => name);
  const lines = [
    ...strangersIn(documents, all, names),
    ...asked.flatMap((each) => strangeVariables(engine.files, each)),
  ];
  for (const line of lines) report.warn(line, line);
  if (documents.length === 0 && places.length > 0) {
    report.event(`No configuration: there is no ${places.map(({ path }) => path).join(', no ')}`);
  }
  return Promise.all(asked.map((command) => lookAt(world, command, documents)));
}

async function lookAt(world: World, command: Command, documents: readonly Document[]): Promise<Look> {
  const { settings: said, faults } = saidOf(command, documents, world.engine);
  const hasTable = documents.some(({ tables }) => tables.has(command.name));
  const settings = hasTable ? layered(command, silentSettings(command, world.engine), said) : said;
  const wrong = faults.length > 0 || settings.size === 0 ? null : await trial(world, command, settings);
  return { command: command.name, settings, errors: wrong === null ? faults : [wrong] };
}

/** What is wrong with all of it together; null when nothing is. */
async function trial(world: World, command: Command, settings: Settings): Promise<SdrError | null> {
  const { words, values } = askedBy(settings);
  try {
    command.check?.(await withOwn(world, values), words, values);
    return null;
  } catch (error) {
    const told = blamed(error, settings);
    if (told instanceof SdrError) return told;
    throw told;
  }
}
