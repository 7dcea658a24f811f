/** For machines without dpkg: the programs for all processors with what is installed beside them, and install.sh, in one archive. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../quickjs.ts';
import { machineNames } from '../targets.ts';
import { BuildError, need } from '../tools.ts';
import { copyright } from './copyright.ts';
import type { Item } from './stage.ts';
import { staged } from './stage.ts';

/** What lies in the archive below a folder of this name. */
export function plainTree(name: string, binaries: string): readonly Item[] {
  const programs = machineNames.map((machine): Item => {
    const path = join(binaries, `sdr-linux-${machine}`);
    if (!existsSync(path)) throw new BuildError(`There is no ${path}: npm run binaries`);
    return { path: `sdr-linux-${machine}`, content: readFileSync(path), mode: 0o755 };
  });
  const items: readonly Item[] = [
    ...programs,
    { path: 'SHA256SUMS', content: programs.map(sum).join(''), mode: 0o644 },
    { path: 'LICENSES', content: copyright(), mode: 0o644 },
    ...['README.md', 'CHANGELOG.md'].map((file) => copied(file, file)),
    ...['install.sh', 'sdr.toml'].map((file) => copied(`packaging/${file}`, file)),
    ...['systemd', 'sysusers.d', 'tmpfiles.d'].flatMap((folder) => folderOf(`packaging/${folder}`, folder)),
    ...['man', 'examples'].flatMap((folder) => folderOf(folder, folder)),
  ];
  return items.map((item) => ({ ...item, path: `${name}/${item.path}` }));
}

/** A line as sha256sum writes it. */
const sum = ({ path, content }: Item): string =>
  `${createHash('sha256')
    .update(content ?? '')
    .digest('hex')}  ${path}\n`;

const copied = (from: string, path: string): Item => ({
  path,
  content: readFileSync(join(root, from)),
  mode: path.endsWith('.sh') ? 0o755 : 0o644,
});

const folderOf = (from: string, to: string): readonly Item[] =>
  readdirSync(join(root, from)).map((name) => copied(`${from}/${name}`, `${to}/${name}`));

/** Writes the archive; the same files give the same bytes. */
export function writeArchive(items: readonly Item[], time: number, out: string): void {
  need('tar', 'tar');
  staged(items, (at) => {
    const options = ['--sort=name', `--mtime=@${time}`, '--owner=0', '--group=0', '--numeric-owner', '--format=ustar'];
    const tar = execFileSync('tar', [...options, '-C', at, '-c', ...readdirSync(at)], { maxBuffer: 2 ** 28 });
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, gzipSync(tar, { level: 9 }));
  });
}
