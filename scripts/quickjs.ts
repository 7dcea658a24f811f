/**
 * QuickJS and zlib as one static library for a machine, and the compiler to bytecode for this one. Everything is kept
 * in `dist/quickjs/` under a name that holds compiler, flags and sources, so nothing is built twice and nothing stale
 * is used.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { debianSource, quickjsSource, quickjsVersion, zlibSource } from './debian-source.ts';
import { execute, need } from './tools.ts';

export const root = join(import.meta.dirname, '..');
/** Where everything fetched and built is kept. */
export const cache = join(root, 'dist', 'quickjs');

/** A kind of machine to build for. */
export interface Target {
  readonly name: string;
  /** The Debian package that has the compiler. */
  readonly package: string;
  readonly cc: string;
  readonly ar: string;
  /** What the compiler has to be told of the machine, or of checks. */
  readonly flags: readonly string[];
}

/** This machine's; `CC` and `AR` replace its compiler. Those that binaries are made for are in scripts/targets.ts. */
export const x64: Target = {
  name: 'x64',
  package: 'gcc',
  cc: process.env['CC'] ?? 'gcc',
  ar: process.env['AR'] ?? 'ar',
  flags: [],
};

/** This machine's, with a checker of memory and of undefined behaviour built in. */
export const checked: Target = {
  ...x64,
  name: 'checked',
  flags: ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'],
};

export interface Library {
  readonly archive: string;
  /** What every C file of ours is compiled with. */
  readonly flags: readonly string[];
}

const common = [
  '-Os',
  '-std=gnu11',
  '-fwrapv',
  // What src/hosts/quickjs-loops.c computes is what the engine computes, step by step, also where a machine could fuse two steps.
  '-ffp-contract=off',
  '-ffunction-sections',
  '-fdata-sections',
  '-D_GNU_SOURCE',
  '-D_FILE_OFFSET_BITS=64',
  '-D_TIME_BITS=64',
  `-DQUICKJS_VERSION="${quickjsVersion}"`,
  `-DCONFIG_VERSION="${quickjsVersion}"`,
];
/**
 * What QuickJS calls inline is: -Os leaves most of it as calls, JS_FreeValue() and JS_DupValue() at every step of a program. A sample
 * takes 9 % fewer instructions, a program 24 kB more.
 */
const inlined = ['-Dinline=inline __attribute__((always_inline))'];
/** quickjs-libc is left out: src/hosts/quickjs-main.c says why. */
const quickjsFiles = ['quickjs', 'dtoa', 'libregexp', 'libunicode', 'cutils'];
const zlibFiles = ['adler32', 'crc32', 'deflate', 'inffast', 'inflate', 'inftrees', 'trees', 'zutil'];

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);
}

/** Makes `path` by `make`, which gets another name first: whoever looks meanwhile sees nothing or all of it. */
async function once(path: string, make: (draft: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  try {
    await make(draft);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return path;
}

async function archive(target: Target, quickjs: string, zlib: string, draft: string): Promise<void> {
  const objects = `${draft}.o`;
  mkdirSync(objects, { recursive: true });
  try {
    const compile = async (folder: string, file: string): Promise<string> => {
      const object = join(objects, `${file}.o`);
      // Relative names keep the folder of the build out of the result.
      const flags = [...target.flags, ...common, ...(folder === quickjs ? inlined : [])];
      await execute(target.cc, [...flags, '-c', `${file}.c`, '-o', object], { cwd: folder });
      return object;
    };
    const all = [...quickjsFiles.map((f) => compile(quickjs, f)), ...zlibFiles.map((f) => compile(zlib, f))];
    await execute(target.ar, ['rcsD', draft, ...(await Promise.all(all))]);
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

/** The library for a target, built the first time (some 30 s). */
export async function library(target: Target): Promise<Library> {
  need(target.package, target.cc);
  need('binutils', target.ar);
  mkdirSync(cache, { recursive: true });
  const quickjs = debianSource(quickjsSource, cache);
  const zlib = debianSource(zlibSource, cache);
  const compiler = execFileSync(target.cc, ['--version'], { encoding: 'utf8' });
  const key = hash(
    compiler,
    target.cc,
    ...target.flags,
    ...common,
    ...inlined,
    quickjsSource.sha256,
    zlibSource.sha256,
  );
  const path = join(cache, `${target.name}-${key}.a`);
  await once(path, (draft) => archive(target, quickjs, zlib, draft));
  const includes = ['-isystem', quickjs, '-isystem', zlib, '-I', join(root, 'src', 'hosts')];
  return { archive: path, flags: [...target.flags, ...common, ...includes] };
}

/** Runs a compiler in the repository's folder. */
export async function compile(cc: string, args: readonly string[]): Promise<void> {
  await execute(cc, args, { cwd: root });
}

/** The compiler to bytecode (scripts/bytecode.c), a program of this machine. */
export async function bytecodeCompiler(): Promise<string> {
  const { archive, flags } = await library(x64);
  const source = join(root, 'scripts', 'bytecode.c');
  const path = join(cache, `bytecode-${hash(readFileSync(source, 'utf8'), archive)}`);
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  return once(path, (draft) => compile(x64.cc, [...flags, ...warnings, source, archive, '-lm', '-o', draft]));
}
