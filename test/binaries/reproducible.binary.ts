/** The same sources in another folder, compiled from the first file on, give the same bytes. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { binaryOf } from '../../scripts/targets.ts';
import { environment, folder } from '../system/program.ts';
import { folderOfBinaries } from './programs.ts';

/** Sources as they were fetched; nothing that was compiled. */
const isSource = (name: string): boolean => /^(quickjs|zlib|musl)-[\d.-]+-[0-9a-f]{12}$/.test(name);

test('armv6 built twice', () => {
  const copy = join(folder(), 'a folder of another name'.replaceAll(' ', '-'));
  for (const name of ['bin', 'recorders', 'scripts', 'src', 'package.json', 'tsconfig.json', 'LICENSE']) {
    cpSync(resolve(name), join(copy, name), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  const cache = join(copy, 'dist', 'quickjs');
  mkdirSync(cache, { recursive: true });
  const fetched = resolve('dist', 'quickjs');
  for (const name of readdirSync(fetched).filter(isSource)) symlinkSync(join(fetched, name), join(cache, name));
  const { status, stderr } = spawnSync('npx', ['tsx', 'scripts/binaries.ts', 'out', 'armv6'], {
    cwd: copy,
    encoding: 'utf8',
    env: environment(),
  });
  expect([status, stderr.replaceAll(/^npm warn.*\n/gm, '')]).toEqual([0, '']);
  const again = readFileSync(join(copy, 'out', binaryOf('armv6')));
  expect(again.equals(readFileSync(join(folderOfBinaries, binaryOf('armv6'))))).toBe(true);
}, 600_000);
