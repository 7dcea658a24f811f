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
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
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

/** What runs external programs, dist/programs.cjs, is in the one file as well, and still runs when it is first called. */
async function bundle(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [join('dist', 'sdr.cjs')],
    outfile: join(folder, 'sdr.cjs'),
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

/** The application as Node wants it; the same for all machines. Relative names keep the folder of the build out of it. */
async function application(folder: string): Promise<Buffer> {
  await bundle(folder);
  const config = {
    main: 'sdr.cjs',
    output: 'sdr.blob',
    disableExperimentalSEAWarning: true,
    // sdr has one thread, and V8's four helpers cost memory and no less time.
    execArgv: ['--v8-pool-size=0'],
  };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  const node = join(await nodeSource('x64', cache), 'bin', 'node');
  await execute(node, ['--experimental-sea-config', 'sea.json'], { cwd: folder, env: {} });
  return readFileSync(join(folder, 'sdr.blob'));
}

/** Throws when the program is still a bare Node, which would start and do something else. */
function prove(program: Buffer, blob: Buffer): void {
  if (!program.includes(blob)) throw new BuildError('The program does not hold the application');
  if (!program.includes(`${fuse}:1`)) throw new BuildError('The program would run as Node, not as the application');
}

/** Builds the program `out` (an absolute path) for a machine, of what `npm run build` made. */
export async function fullEdition(machine: NodeMachine, out: string): Promise<void> {
  const [debianPackage, stripper] = strippers[machine];
  need(debianPackage, stripper);
  mkdirSync(dirname(out), { recursive: true });
  const folder = mkdtempSync(`${out}.`);
  try {
    const blob = await application(folder);
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
