/** Paths on the command line of a service, which has no working directory, another /tmp, and rights of its own. */
import type { Values } from '../command.ts';
import { text, texts } from '../command.ts';
import { SdrError } from '../errors.ts';
import { item } from '../pages/unit/file.ts';
import type { Secret } from '../pages/unit/hardening.ts';

/** What its user has to be able to read. */
export const pathsOf = (typed: Values): readonly string[] => [
  ...texts(typed, 'recorder'),
  ...['root', 'ca', 'cert'].flatMap((name) => text(typed, name) ?? []),
];

/** Files that its user need not read: systemd hands them over. Throws a usage error. */
export function secretsOf(typed: Values): readonly Secret[] {
  const secrets = [
    { name: 'token', path: text(typed, 'tokenFile') ?? '' },
    { name: 'key', path: text(typed, 'key') ?? '' },
  ].filter(({ path }) => path !== '');
  return secrets.map(({ name, path }) => {
    absolute(path);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them can stand in the setting
    if (!/[\\\x00-\x1f\x7f]|\s$/.test(path)) return { name, path: path.replace(/\/+/g, '/') };
    throw new SdrError('usage', `unit: expected a path that systemd takes, got ${JSON.stringify(path)}`);
  });
}

/** Where an output lies; `state` is what systemd makes below /var/lib, '' elsewhere. */
export function placeOf(path: string): { readonly path: string; readonly state: string } {
  if (path === '-')
    throw new SdrError('usage', 'unit: expected a directory, got "-": rows do not belong into the journal');
  absolute(path);
  if (/^\/(var\/)?tmp(\/|$)/.test(path.replace(/\/(\.?\/)+/g, '/')))
    throw new SdrError(
      'usage',
      `unit: expected a directory that stays, got "${path}": a service has a /tmp of its own`,
    );
  const state = /^\/var\/lib\/+(.+?)\/*$/.exec(path)?.[1] ?? '';
  return { path, state: state === '' ? '' : item(state) };
}

/** Throws a usage error for a path that is not. */
export function absolute(path: string): void {
  if (path.startsWith('/') && !path.split('/').includes('..')) return;
  throw new SdrError('usage', `unit: expected an absolute path, got "${path}": a service has no working directory`);
}
