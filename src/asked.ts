/** Running a command with what was typed, and with what the configuration adds to it; every expected failure is told here. */
import type { Command, Values, World } from './command.ts';
import { withOwn } from './commands/own.ts';
import { isConfigured } from './config/keys.ts';
import type { Exit } from './errors.ts';
import { SdrError } from './errors.ts';
import { Gone } from './sink.ts';

export interface Identity {
  readonly version: string;
  /** More words for `--version --verbose`. */
  readonly build: () => string;
}

/** Who runs, and what commands there are. */
export interface Setting {
  readonly world: World;
  /** The names of all commands. */
  readonly names: readonly string[];
}

/** Throws what the command throws. */
export async function asked(
  { world, names }: Setting,
  command: Command,
  words: string[],
  values: Values,
): Promise<Exit> {
  listen(world, values);
  if (!isConfigured(command, { words, config: values['config'] }, world.engine)) {
    return command.run(await withOwn(world, values), words, values);
  }
  const { configuredOf } = await import('./config/index.ts');
  const configured = await configuredOf({ world, command, names, words, values });
  listen(world, configured.values);
  try {
    return await command.run(configured.world, configured.words, configured.values);
  } catch (error) {
    throw configured.blamed(error);
  }
}

function listen({ report }: World, values: Values): void {
  report.verbosity = values['quiet'] ? 'quiet' : values['verbose'] ? 'verbose' : 'normal';
}

/** What `--version` prints. */
export function versionText({ version, build }: Identity, verbose: boolean): string {
  return `sdr ${version}\n${verbose ? `${build()}\n` : ''}`;
}

/** One line on stderr about what was thrown; the exit that follows. */
export function failed({ report }: World, error: unknown): Exit {
  if (error instanceof Gone) return 'done';
  if (error instanceof SdrError) {
    report.error(error.message);
    return error.exit;
  }
  report.error(
    `This is a fault in sdr, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 'bug';
}
