/**
 * Builds the full edition as one file: the bundle of `npm run build` inside Node's own program, as a single executable
 * application (https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html).
 */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { patience } from '../src/hosts/node-patience.ts';
import { partsIn } from './bundle.ts';
import { type NodeMachine, nodeSource } from './node-source.ts';
import { cache, root } from './quickjs.ts';
import { BuildError, execute, need } from './tools.ts';

/** The mark that Node looks for, and turns itself into the application when it ends in 1. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** What strips a program of a machine: the Debian package, and its name. */
export const strippers = {
  x64: ['binutils', 'strip'],
  arm64: ['binutils-aarch64-linux-gnu', 'aarch64-linux-gnu-strip'],
} as const satisfies Record<NodeMachine, readonly [string, string]>;

/** The flags of the application on a Node: it has one thread, and V8's four helpers cost memory and no less time. */
const flagsOn = async (node: string): Promise<readonly string[]> => [
  '--v8-pool-size=0',
  ...patience(await execute(node, ['-p', 'process.versions.v8'], { env: {} })),
];

/** A program of this folder as CommonJS for the Node that it is run by. */
async function compiled(name: string, outfile: string, define: Record<string, string> = {}): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    define,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Copies what `npm run build` made, as sea-script.ts wants it; returns the names. */
function copied(dist: string, folder: string): readonly string[] {
  const paths = ['sdr.cjs', ...partsIn(dist).map((name) => join('parts', name))];
  return paths.map((path) => {
    const name = basename(path);
    const text = readFileSync(join(dist, path), 'latin1').replace(/^#!.*/, '');
    writeFileSync(join(folder, name), text.replaceAll(/\bimport\(/g, 'importModule('), 'latin1');
    return name;
  });
}

/** V8's code for files of a folder. It is of one kind of machine: whoever builds has x64, and on others V8 compiles. */
async function caches(folder: string, names: readonly string[], node: string): Promise<readonly string[]> {
  const flags = await flagsOn(node);
  const program = join(folder, 'sea-cache.cjs');
  await compiled('sea-cache', program);
  // V8 hashes strings by chance, also in its code: not here, so that the same sources give the same bytes.
  await execute(node, [...flags, '--random-seed=1', program, 'make', ...names], { cwd: folder, env: {} });
  await execute(node, [...flags, program, 'check', ...names], { cwd: folder, env: {} });
  return names.map((name) => `${name}.cache`);
}

/** The application as Node wants it. Relative names keep the folder of the build out of it. */
async function application(machine: NodeMachine, dist: string, folder: string): Promise<Buffer> {
  const node = join(await nodeSource('x64', cache), 'bin', 'node');
  const names = copied(dist, folder);
  const assets = [...names, ...(machine === 'x64' ? await caches(folder, names, node) : [])];
  await compiled('sea-main', join(folder, 'main.cjs'), { ASSETS: JSON.stringify(assets) });
  const config = {
    main: 'main.cjs',
    output: 'sdr.blob',
    disableExperimentalSEAWarning: true,
    execArgv: await flagsOn(node),
    assets: Object.fromEntries(assets.map((name) => [name, name])),
  };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  await execute(node, ['--experimental-sea-config', 'sea.json'], { cwd: folder, env: {} });
  return readFileSync(join(folder, 'sdr.blob'));
}

/** Throws when the program is still a bare Node, which would start and do something else. */
function prove(program: Buffer, blob: Buffer): void {
  if (!program.includes(blob)) throw new BuildError('The program does not hold the application');
  if (!program.includes(`${fuse}:1`)) throw new BuildError('The program would run as Node, not as the application');
}

/** Builds the program `out` (an absolute path) for a machine, of what `npm run build` made in `dist`. */
export async function fullEdition(machine: NodeMachine, out: string, dist = join(root, 'dist')): Promise<void> {
  const [debianPackage, stripper] = strippers[machine];
  need(debianPackage, stripper);
  mkdirSync(dirname(out), { recursive: true });
  const folder = mkdtempSync(`${out}.`);
  try {
    const blob = await application(machine, dist, folder);
    const program = join(folder, 'program');
    copyFileSync(join(await nodeSource(machine, cache), 'bin', 'node'), program);
    chmodSync(program, 0o755);
    await execute(stripper, ['--strip-all', program]);
    const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
    const words = [program, 'NODE_SEA_BLOB', join(folder, 'sdr.blob'), '--sentinel-fuse', fuse];
    await execute(process.execPath, [postject, ...words]);
    prove(readFileSync(program), blob);
    renameSync(program, out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
