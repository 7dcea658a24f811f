/** The licences of sdr and of everything that is linked into its program, from the sources that it is built of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianSource, muslSource, quickjsSource, zlibSource } from '../debian-source.ts';
import { cache, root } from '../quickjs.ts';

const linked: readonly (readonly [name: string, licence: () => string])[] = [
  ['QuickJS, the engine', () => join(debianSource(quickjsSource, cache), 'LICENSE')],
  ['musl, the C library', () => join(debianSource(muslSource, cache), 'COPYRIGHT')],
  ['zlib', () => join(debianSource(zlibSource, cache), 'LICENSE')],
  ['commander', () => join(root, 'node_modules', 'commander', 'LICENSE')],
  ['smol-toml', () => join(root, 'node_modules', 'smol-toml', 'LICENSE')],
];

/** One text: ours first. Debian Policy 12.5. */
export function copyright(): string {
  const texts = linked.map(([name, licence]) => `${title(name)}\n\n${readFileSync(licence(), 'utf8').trim()}\n`);
  return [
    'sdr is free software; the program /usr/bin/sdr is static and holds what follows below its own licence.',
    readFileSync(join(root, 'LICENSE'), 'utf8').trim(),
    ...texts,
    libgcc,
  ].join('\n\n');
}

const libgcc = `libgcc
------

Its functions come with the compiler, GCC: GNU General Public License, version 3 or later, with the GCC Runtime Library Exception,
version 3.1, which lets a program that such a compiler made be passed on under any terms. The licence: /usr/share/common-licenses/GPL-3.
`;

const title = (name: string): string => `${name}\n${'-'.repeat(name.length)}`;
