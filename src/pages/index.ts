/** The pages that are kept in the repository and computed from the declarations. */
import type { Declared } from './manual.ts';
import { manual } from './manual.ts';
import { exitTable, filled, optionTable, recorderTable } from './markdown.ts';
import { mdoc } from './mdoc.ts';
import { sampleConfiguration } from './sample.ts';
import { shipped } from './unit/shipped.ts';

interface Kept {
  /** Below the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every page as it should be; `readme` is what README.md says now. */
export function pagesOf(declared: Declared, readme: string): readonly Kept[] {
  const { commands, recorders } = declared;
  const documented = commands.filter(({ name }) => name === 'record');
  const tables: readonly (readonly [name: string, content: string])[] = [
    ['recorders', recorderTable(recorders)],
    ['options', optionTable(documented.flatMap(({ options }) => options))],
    ['exits', exitTable()],
  ];
  return [
    { path: 'README.md', text: tables.reduce((text, [name, content]) => filled(text, name, content), readme) },
    ...manual(declared).map((page) => ({ path: `man/${page.name}.${page.section}`, text: mdoc(page) })),
    { path: 'packaging/sdr.toml', text: sampleConfiguration(commands) },
    ...documented.flatMap(shipped).map(([path, text]) => ({ path: `packaging/${path}`, text })),
  ];
}
