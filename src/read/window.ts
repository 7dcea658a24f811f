/** What `--since`, `--until` and `--local` choose of recorded rows. */
import type { Option, Values, World } from '../command.ts';
import { flag, text } from '../command.ts';
import { SdrError } from '../errors.ts';
import type { Window } from './merge.ts';
import { everything } from './merge.ts';
import { when } from './when.ts';

/** Options of every command that reads recorded files. */
export const windowOptions: readonly Option[] = [
  {
    flags: '--since <time>',
    help: 'rows from TIME on: 2026-11-21, 2026-11-21T04:00 (UTC), epoch seconds, or 1h for an hour ago',
  },
  { flags: '--until <time>', help: 'rows before TIME' },
  { flags: '--local', help: 'read and print times as local time' },
];

/** Throws a usage error for times that are none, and for a window without room. */
export function windowOf({ engine }: World, values: Values): Window {
  const now = engine.clock.wall();
  const at = (name: 'since' | 'until', otherwise: number): number => {
    const typed = text(values, name);
    return typed === undefined ? otherwise : when(typed, `--${name}`, now, flag(values, 'local'));
  };
  const window = { since: at('since', everything.since), until: at('until', everything.until) };
  if (window.since < window.until) return window;
  throw new SdrError('usage', `--since "${text(values, 'since')}" is not before --until "${text(values, 'until')}"`);
}
