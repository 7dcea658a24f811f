/**
 * Builds the recorder edition: TypeScript bundled to ES modules, those compiled to QuickJS bytecode, and bytecode,
 * engine and C module linked into one static program. `npm run build:recorder` makes dist/sdr-recorder of
 * bin/sdr-recorder.ts.
 */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { build } from 'esbuild';
import { laterModules } from './later.ts';
import { withVars } from './locals.ts';
import { bytecodeCompiler, checked, compile, library, root, type Target, x64 } from './quickjs.ts';
import { BuildError, need } from './tools.ts';

const shims = join(root, 'scripts', 'shims');
const sources = ['', '-programs', '-net', '-loops', '-memory', '-main'].map((part) =>
  join('src', 'hosts', `quickjs${part}.c`),
);

/**
 * Bundles `entry`; returns the modules' names, the entry's first. What is imported on demand stays a module of its own.
 */
async function bundle(entry: string, into: string): Promise<string[]> {
  const { modules, plugin } = await laterModules();
  await build({
    absWorkingDir: root,
    entryPoints: { main: entry, ...modules },
    plugins: [plugin],
    outdir: into,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2023',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    minify: true,
    // The same names, and so the same bytes, where node_modules is a link.
    preserveSymlinks: true,
    legalComments: 'none',
    logLevel: 'warning',
    external: ['sdr:posix'],
    inject: [join(shims, 'globals.ts')],
    alias: Object.fromEntries(
      ['events', 'path', 'fs', 'process', 'child_process'].map((name) => [`node:${name}`, join(shims, `${name}.ts`)]),
    ),
  });
  const names = (await readdir(into)).filter((name) => name.endsWith('.js')).sort();
  for (const name of names) {
    const text = await readFile(join(into, name), 'utf8');
    await writeFile(join(into, name), withVars(onDemand(name, text)));
  }
  return ['main.js', ...names.filter((name) => name !== 'main.js')];
}

/**
 * Stripped bytecode does not know its own module's name, which `import()` needs: the C module's load() takes its place.
 */
function onDemand(name: string, text: string): string {
  const changed = text.replaceAll(/\bimport\("\.\/([\w.-]+)"\)/g, 'loadModule("$1")');
  if (/\bimport\s*\(/.test(changed)) throw new BuildError(`Cannot build ${name}: an import() of something unknown`);
  return changed === text ? text : `import{load as loadModule}from"sdr:posix";${changed}`;
}

/** Compiles modules of `folder` to a C file there. */
async function toBytecode(folder: string, modules: readonly string[]): Promise<string> {
  const compiler = await bytecodeCompiler();
  const table = join(folder, 'modules.c');
  const child = execFile(
    compiler,
    modules.map((name) => `${name}=${join(folder, name)}`),
    { maxBuffer: 2 ** 28 },
  );
  let said = '';
  child.stderr?.on('data', (text: string) => (said += text));
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  if (child.stdout) await pipeline(child.stdout, createWriteStream(table));
  if ((await ended) !== 0) throw new BuildError(`Cannot compile to bytecode: ${said}`);
  return table;
}

export interface Edition {
  readonly entry: string;
  readonly out: string;
  readonly target?: Target;
}

/** Builds `entry` into the program `out` (both paths below the repository, or absolute). */
export async function recorderEdition({ entry, out, target = x64 }: Edition): Promise<void> {
  const { archive, flags } = await library(target);
  need('binutils', 'strip');
  await mkdir(dirname(out), { recursive: true });
  const folder = await mkdtemp(`${out}.`);
  try {
    const table = await toBytecode(folder, await bundle(entry, folder));
    const program = join(folder, 'program');
    // A checker is a shared library, so what is checked cannot be static.
    const link = target === checked ? [] : ['-static', '-s', '-Wl,--gc-sections', '-Wl,--build-id=none'];
    const warnings = ['-Wall', '-Wextra', '-Werror'];
    await compile(target.cc, [...flags, ...warnings, ...sources, table, archive, '-lm', ...link, '-o', program]);
    await rename(program, out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.filename === process.argv[1]) {
  const [entry = 'bin/sdr-recorder.ts', out = join(root, 'dist', 'sdr-recorder')] = process.argv.slice(2);
  try {
    await recorderEdition({ entry, out });
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
