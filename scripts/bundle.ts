/** Bundles the full edition: dist/sdr.cjs, which is all that a plain recording needs, and dist/parts, which are loaded on demand. */
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plan } from './parts.ts';
import { parts } from './parts.ts';

export const root = resolve(import.meta.dirname, '..');

/** What is loaded together: the fewer files, the less there is to find; the smaller they are, the less there is to read. */
export const plan: Plan = {
  entry: 'bin/sdr.ts',
  first: 'sdr.cjs',
  groups: {
    '': ['src/commands/record.ts'],
    // What SIGHUP asks for is loaded with the first configuration: an update must not come between.
    config: ['src/config/index.ts', 'src/config/parser.ts'],
    forward: ['src/forward/', 'src/commands/forward.ts', 'src/config/secret.ts', 'src/hosts/node-net.ts'],
    // It costs more than a minute of samples.
    programs: ['src/hosts/node-programs.ts'],
    collect: ['src/collect/', 'src/commands/collect.ts'],
    custom: ['src/custom/'],
    cli: ['src/cli.ts'],
    pages: ['src/pages/', 'src/commands/help.ts', 'src/commands/completion.ts'],
    read: ['src/commands/cat.ts', 'src/commands/rates.ts', 'src/commands/stats.ts'],
  },
  rest: 'commands',
};

/** The names of all files in a folder of parts. */
export const partsIn = (folder: string): readonly string[] => readdirSync(join(folder, 'parts')).sort();

/** Builds into a folder. Whoever starts sdr meanwhile gets the old one or the new one: the parts come first, and go last. */
export async function bundle(folder: string): Promise<void> {
  const files = await parts(plan, root);
  mkdirSync(join(folder, 'parts'), { recursive: true });
  for (const [name, text] of [...files].reverse()) {
    const path = join(folder, name);
    writeFileSync(`${path}.new`, text);
    chmodSync(`${path}.new`, dirname(name) === '.' ? 0o755 : 0o644);
    renameSync(`${path}.new`, path);
  }
  for (const name of partsIn(folder)) if (!files.has(`parts/${name}`)) rmSync(join(folder, 'parts', name));
}
