/** Where configurations lie, in the order of growing precedence. */
import type { Engine } from '../host.ts';
import { errno } from '../host.ts';
import { unreadable } from './file.ts';
import { fileVariable, variable } from './keys.ts';

export const mainFile = '/etc/sdr/sdr.toml';
export const snippets = '/etc/sdr/conf.d';

export interface Place {
  readonly path: string;
  /** Whether somebody named it: then it has to be there. */
  readonly isNamed: boolean;
}

/** `chosen` is what `--config` and `--no-config` say: a path, false, or nothing. */
export function placesOf(engine: Engine, chosen: unknown): readonly Place[] {
  if (chosen === false) return [];
  const named = typeof chosen === 'string' ? chosen : variable(engine, fileVariable);
  if (named !== null) return [{ path: named, isNamed: true }];
  const own = ownFile(engine);
  const paths = [mainFile, ...snippetsOf(engine), ...(own === null ? [] : [own])];
  return paths.map((path) => ({ path, isNamed: false }));
}

/** The files of {@link snippets} in the order of their bytes. */
function snippetsOf({ files }: Engine): readonly string[] {
  try {
    const names = files.names(snippets).filter((name) => name.endsWith('.toml') && !name.startsWith('.'));
    return [...names].sort((a, b) => (a < b ? -1 : 1)).map((name) => `${snippets}/${name}`);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errno(error))) return [];
    throw errno(error) === '' ? error : unreadable(snippets, error);
  }
}

/** The user's file, as the XDG base directory specification has it: a relative path counts as none. */
function ownFile(engine: Engine): string | null {
  const base = variable(engine, 'XDG_CONFIG_HOME');
  if (base?.startsWith('/')) return `${base}/sdr/sdr.toml`;
  const home = variable(engine, 'HOME');
  return home?.startsWith('/') ? `${home}/.config/sdr/sdr.toml` : null;
}
