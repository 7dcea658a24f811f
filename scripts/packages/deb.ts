/**
 * A Debian binary package from a list of files: deb(5), deb-control(5). The same list gives the same bytes: times are those of the
 * change that is packaged, owners are root, dpkg-deb sorts.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { need } from '../tools.ts';
import type { Item } from './stage.ts';
import { staged } from './stage.ts';

export interface Package {
  readonly items: readonly Item[];
  /** Fields of the control file, but for Installed-Size. */
  readonly control: readonly (readonly [name: string, value: string])[];
  /** Maintainer scripts by name. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Seconds since the epoch. */
  readonly time: number;
}

/** Writes a package; the folder is made. */
export function writeDeb(pack: Package, out: string): void {
  need('dpkg', 'dpkg-deb');
  const control = controlFiles(pack).map(([name, text]) => {
    return { path: `DEBIAN/${name}`, content: text, mode: name in pack.scripts ? 0o755 : 0o644 };
  });
  mkdirSync(dirname(out), { recursive: true });
  // More than one thread would cut the data into blocks by the number of processors.
  const options = ['--root-owner-group', '--uniform-compression', '-Zxz', '--threads-max=1'];
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(pack.time), LC_ALL: 'C' };
  staged([...pack.items, ...control], (root) => {
    execFileSync('dpkg-deb', [...options, '--build', root, out], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  });
}

function controlFiles({ items, control, scripts }: Package): readonly (readonly [name: string, text: string])[] {
  const files = items.filter(({ content }) => content !== null);
  const md5 = ({ content }: Item) =>
    createHash('md5')
      .update(content ?? '')
      .digest('hex');
  const isConfiguration = ({ path }: Item) => path.startsWith('etc/');
  const fields = [...control.slice(0, -1), ['Installed-Size', String(kibibytes(items))], ...control.slice(-1)];
  return [
    ['control', fields.map(([name, value]) => `${name}: ${value}\n`).join('')],
    ['md5sums', sorted(files.filter((file) => !isConfiguration(file)).map((file) => `${md5(file)}  ${file.path}`))],
    ['conffiles', sorted(files.filter(isConfiguration).map(({ path }) => `/${path}`))],
    ...Object.entries(scripts),
  ];
}

const sorted = (lines: readonly string[]): string =>
  [...lines]
    .sort()
    .map((line) => `${line}\n`)
    .join('');

/** As dpkg-gencontrol counts: each file in whole KiB, each directory one. */
function kibibytes(items: readonly Item[]): number {
  const folders = new Set<string>();
  for (const { path, content } of items) {
    for (let at = content === null ? path : dirname(path); at !== '.'; at = dirname(at)) folders.add(at);
  }
  const sizes = items.flatMap(({ content }) => (content === null ? [] : [size(content)]));
  return folders.size + sizes.reduce((sum, bytes) => sum + Math.ceil(bytes / 1024), 0);
}

const size = (content: Uint8Array | string): number => Buffer.byteLength(content);
