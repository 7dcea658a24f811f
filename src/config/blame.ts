/**
 * Values of a configuration are read by the same parsers as those of the command line, which say `--flush "60x": expected …`. Here the
 * place where the value stands comes before that.
 */
import { SdrError } from '../errors.ts';
import type { Setting, Settings } from './settings.ts';
import { about, fault } from './settings.ts';

/** A usage error as an error of the configuration when that is where the value is from; anything else as it is. */
export function blamed(error: unknown, settings: Settings): unknown {
  if (!(error instanceof SdrError) || error.exit !== 'usage') return error;
  const { message } = error;
  for (const { key, origin } of settings.values()) {
    if (message.startsWith(`--${key.name} `)) return fault(origin, message.slice(2));
  }
  const quoted = /"([^"]*)"/.exec(message)?.[1];
  const setting = quoted === undefined ? undefined : [...settings.values()].find((each) => holds(each, quoted));
  return setting === undefined ? error : fault(setting.origin, about(setting.key.name, message));
}

/** Whether a text is a value of this setting, or a part of it: a name before an `@` or `=`, one of several between commas. */
function holds({ key, value }: Setting, text: string): boolean {
  if (key.kind === 'flag') return false;
  const texts = typeof value === 'object' ? value : [String(value)];
  return texts.some((each) => each === text || each.split(/[@=,]/).includes(text));
}
