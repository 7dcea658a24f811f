/** What a configuration says that nobody will ever read: most of the time a slip of the pen. */
import type { Command } from '../command.ts';
import { nearest } from '../errors.ts';
import type { Files } from '../host.ts';
import { readText } from '../store.ts';
import type { Document } from './document.ts';
import { keysOf } from './keys.ts';

/** One line for each table that no command has, and each key that these commands do not have. `names` are all commands. */
export function strangersIn(
  documents: readonly Document[],
  commands: readonly Command[],
  names: readonly string[],
): readonly string[] {
  const keys = new Map(commands.map((command) => [command.name, keysOf(command).map(({ name }) => name)]));
  return documents.flatMap(({ tables, entries }) => [
    ...[...tables]
      .filter(([table]) => !names.includes(table))
      .map(([table, origin]) => `${origin}: Unknown table [${table}]${near(table, names)}`),
    ...entries.flatMap(({ table, key, origin }) => {
      if (table === '') return [`${origin}: Unknown key "${key}": expected it in a table, such as [${names[0]}]`];
      const known = keys.get(table);
      if (known === undefined || known.includes(key)) return [];
      return [`${origin}: Unknown key "${key}" in [${table}]${near(key, known)}`];
    }),
  ]);
}

/** One line for each variable that has the name of this command, but not of one of its keys. */
export function strangeVariables(files: Files, command: Command): readonly string[] {
  const known = keysOf(command).map((key) => key.variable);
  const prefix = `SDR_${command.name.toUpperCase()}_`;
  return variablesOf(files)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .map((name) => `Unknown variable ${name}${near(name, known)}`);
}

/** Engines tell the value of a variable, not which there are. */
function variablesOf(files: Files): readonly string[] {
  try {
    const text = readText(files, '/proc/self/environ') ?? '';
    return text.split('\0').map((variable) => variable.split('=', 1)[0] ?? '');
  } catch {
    return [];
  }
}

function near(wrong: string, known: readonly string[]): string {
  const small = nearest(
    wrong,
    known.map((each) => each.toLowerCase()),
  );
  const found = known.find((each) => each.toLowerCase() === small) ?? null;
  return found === null ? ': see sdr.toml(5)' : `: did you mean ${found}?`;
}
