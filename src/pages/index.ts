/** The pages that are kept in the repository and computed from the declarations. */
import type { Command } from '../command.ts';
import type { Schema } from '../schema.ts';
import { exitTable, filled, optionTable, recorderTable } from './markdown.ts';
import { commandPage, programPage } from './mdoc.ts';

interface Page {
  /** Below the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every page as it should be; `readme` is what README.md says now. */
export function pagesOf(recorders: readonly Schema[], commands: readonly Command[], readme: string): readonly Page[] {
  const documented = commands.filter(({ name }) => name === 'record');
  const tables: readonly (readonly [name: string, content: string])[] = [
    ['recorders', recorderTable(recorders)],
    ['options', optionTable(documented.flatMap(({ options }) => options))],
    ['exits', exitTable()],
  ];
  return [
    { path: 'README.md', text: tables.reduce((text, [name, content]) => filled(text, name, content), readme) },
    { path: 'man/sdr.1', text: programPage({ commands, recorders }) },
    ...documented.map((command) => ({ path: `man/sdr-${command.name}.1`, text: commandPage(command) })),
  ];
}
