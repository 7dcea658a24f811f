/** The licences of all that is linked into what is shipped: of the static programs alone, and of all binaries. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianSource, muslSource, quickjsSource, zlibSource } from './debian-source.ts';
import { nodeSource } from './node-source.ts';
import { cache, root } from './quickjs.ts';
import { BuildError } from './tools.ts';

interface Pack {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const packOf = (folder: string): Pack => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Where a package is that another one, in `folder`, asks for. */
function resolved(name: string, folder: string): string {
  const beside = join(folder, 'node_modules', name);
  if (existsSync(beside)) return beside;
  if (folder === root) throw new BuildError(`No package ${name} here: npm ci`);
  return resolved(name, join(folder, '..'));
}

/** The folders of all packages that run in sdr, those that they ask for included. */
function packages(folder: string, found = new Set<string>()): ReadonlySet<string> {
  for (const name of Object.keys(packOf(folder).dependencies ?? {})) {
    const at = resolved(name, folder);
    if (found.has(at)) continue;
    found.add(at);
    packages(at, found);
  }
  return found;
}

function textIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copyright|copying)(\.\w+)?$/i.test(name));
  if (!file) throw new BuildError(`No licence in ${folder}`);
  return readFileSync(join(folder, file), 'utf8');
}

/** What is linked in under a licence, and the text of that. */
interface Part {
  readonly title: string;
  readonly text: string;
}

/** Packages of npm that the recorder edition holds; test/system/licences.test.ts compares them with its bundle. */
export const recorderPackages: readonly string[] = ['commander', 'smol-toml'];

const libgcc = `Its functions and start files come with the compiler, GCC: GNU General Public License, version 3 or later, with the GCC Runtime
Library Exception, version 3.1, which lets a program that a compiler without changes made be passed on under any terms. Source: the
Debian source package gcc-12. The licence: /usr/share/common-licenses/GPL-3 on Debian.`;

const ours = (): Part => ({ title: 'sdr', text: textIn(root) });

function packageParts(isWanted: (name: string) => boolean): readonly Part[] {
  return [...packages(root)]
    .map((folder) => ({ folder, ...packOf(folder) }))
    .filter(({ name }) => isWanted(name))
    .map(({ folder, name, version, license }) => ({ title: `${name} ${version} (${license})`, text: textIn(folder) }));
}

/** What only the recorder edition holds. */
const linkedParts = (): readonly Part[] => [
  ...[quickjsSource, muslSource, zlibSource].map((source) => ({
    title: source.name,
    text: textIn(debianSource(source, cache)),
  })),
  { title: 'libgcc', text: libgcc },
];

/** What is in the recorder edition, ours first. */
export const recorderLicences = (): string =>
  spelled([ours(), ...linkedParts(), ...packageParts((name) => recorderPackages.includes(name))]);

/** What is in any of the binaries. */
export async function licences(): Promise<string> {
  const node = textIn(await nodeSource('x64', cache));
  return spelled([
    ours(),
    ...packageParts(() => true),
    ...linkedParts().map(({ title, text }) => ({ title: `${title}, in the recorder edition`, text })),
    { title: 'Node.js and what it holds, in the full edition', text: node },
  ]);
}

/** Each under its title. */
const spelled = (parts: readonly Part[]): string =>
  parts
    .map(({ title, text }) => `${title}\n${'='.repeat(title.length)}\n\n${text.replaceAll('\r', '').trim()}\n`)
    .join('\n\n');
