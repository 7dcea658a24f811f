/** The licences of all that is linked into the binaries, as one text. */
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

const libgcc = `libgcc and its start files are part of GCC: GNU General Public License, version 3 or later, with the GCC Runtime
Library Exception, version 3.1. The exception lets a program that a GCC without changes compiled be passed on under any
terms. Source: the Debian source package gcc-12.`;

/** What is in which binary, each under a title with its licence. */
export async function licences(): Promise<string> {
  const parts: [title: string, text: string][] = [['sdr', textIn(root)]];
  for (const folder of packages(root)) {
    const { name, version, license } = packOf(folder);
    parts.push([`${name} ${version} (${license})`, textIn(folder)]);
  }
  for (const source of [quickjsSource, zlibSource, muslSource]) {
    parts.push([`${source.name}, in the recorder edition`, textIn(debianSource(source, cache))]);
  }
  parts.push(['libgcc, in the recorder edition', libgcc]);
  parts.push(['Node.js and what it holds, in the full edition', textIn(await nodeSource('x64', cache))]);
  const titled = ([title, text]: [string, string]): string =>
    `${title}\n${'='.repeat(title.length)}\n\n${text.replaceAll('\r', '').trim()}\n`;
  return parts.map(titled).join('\n\n');
}
