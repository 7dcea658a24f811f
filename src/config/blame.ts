/**
 * Values of a configuration are read by the same parsers as those of the command line, which say `--flush "60x": expected …`. Here the
 * place where the value stands comes before that.
 */
import type { Exit } from '../errors.ts';
import { SdrError } from '../errors.ts';
import type { Setting, Settings } from './settings.ts';
import { about, defaultOrigin, fault } from './settings.ts';

/** An error with the place of the value that is to blame, when a configuration has it; anything else as it is. */
export function blamed(error: unknown, settings: Settings): unknown {
  if (!(error instanceof SdrError)) return error;
  return error.exit === 'usage' ? misread(error, settings) : misplaced(error, settings);
}

/** What was wrong with a value is wrong with the configuration. */
function misread(error: SdrError, settings: Settings): SdrError {
  const { message } = error;
  for (const { key, origin } of settings.values()) {
    if (message.startsWith(`--${key.name} `)) return fault(origin, message.slice(2));
  }
  const quoted = /"([^"]*)"/.exec(message)?.[1];
  const setting = quoted === undefined ? undefined : [...settings.values()].find((each) => holds(each, quoted));
  return setting === undefined ? error : fault(setting.origin, about(setting.key.name, message));
}

/** Ends that a file or directory is to blame for which the configuration names. */
const ofPaths: readonly Exit[] = ['cannotCreate', 'permission', 'config'];

/** What is wrong with a path: not the value as such, so the exit stays what it is. */
function misplaced(error: SdrError, settings: Settings): SdrError {
  const { exit, message } = error;
  if (!ofPaths.includes(exit)) return error;
  const words = message.split(/:? /);
  const isNamed = ({ value, origin }: Setting): boolean =>
    origin !== defaultOrigin &&
    [value].flat().some((each) => String(each).includes('/') && words.includes(String(each)));
  const setting = [...settings.values()].find(isNamed);
  if (setting === undefined) return error;
  return new SdrError(exit, `${setting.origin}: ${about(setting.key.name, message)}`, error);
}

/** Whether a text is a value of this setting, or a part of it: a name before an `@` or `=`, one of several between commas. */
function holds({ key, value }: Setting, text: string): boolean {
  if (key.kind === 'flag') return false;
  const texts = typeof value === 'object' ? value : [String(value)];
  return texts.some((each) => each === text || each.split(/[@=,]/).includes(text));
}
