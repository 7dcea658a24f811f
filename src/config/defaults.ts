/** What holds where a configuration is silent, and where a service finds none at all. */
import type { Command, Key, Values } from '../command.ts';
import type { Engine } from '../host.ts';
import { keysOf, variable } from './keys.ts';
import type { Settings } from './settings.ts';
import { byName, defaultOrigin } from './settings.ts';

/** Of a command whose table is there. */
export function silentSettings(command: Command, engine: Pick<Engine, 'env'>): Settings {
  return fallbacks(command, (key) => key.silent?.(engine));
}

/** What the packaged configuration says: for a service whose configuration has gone. */
export function packagedSettings(command: Command): Settings {
  return fallbacks(command, ({ packaged }) => packaged);
}

function fallbacks(command: Command, of: (key: Key) => string | undefined): Settings {
  return byName(
    keysOf(command).flatMap((key) => {
      const value = of(key.option.key ?? {});
      return value === undefined ? [] : [{ key, value: key.kind === 'list' ? [value] : value, origin: defaultOrigin }];
    }),
  );
}

const harmless: readonly string[] = ['quiet', 'verbose'];

/** Whether a service manager runs this command and nothing at all was typed that says what to do. */
export function isService(engine: Pick<Engine, 'env'>, words: readonly string[], values: Values): boolean {
  const nothing = words.length === 0 && Object.keys(values).every((name) => harmless.includes(name));
  return nothing && variable(engine, 'STATE_DIRECTORY') !== null;
}

/** `interval 10s, flush 60s` */
export const spelled = (settings: Settings): string =>
  [...settings.values()].map(({ key, value }) => `${key.name} ${String(value)}`).join(', ');
