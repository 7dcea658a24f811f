/**
 * Makes a few CommonJS files of a program whose sources say `import()` where something is not always needed: a first one, which every
 * start reads, and parts, which are read when they are asked for. V8 takes about 25 µs for a kilobyte of source, and keeps its text.
 *
 * esbuild splits the sources into many small ES modules (https://esbuild.github.io/api/#splitting); those are put together again by
 * groups. No module is in two files: what two parts need is in `shared`, and what the first file has is taken from there.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { build } from 'esbuild';
import { BuildError } from './tools.ts';

export interface Plan {
  readonly entry: string;
  /** The name of the first file. */
  readonly first: string;
  /** The parts, each with the beginnings of paths that some `import()` asks for; '' is the first file. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The part of all that no other claims. */
  readonly rest: string;
}

/** What esbuild made of a piece of the sources. */
interface Module {
  readonly name: string;
  readonly text: string;
  /** The source that an `import()` asks for. */
  readonly source: string | null;
  readonly exports: readonly string[];
  readonly needs: readonly string[];
  /** What it asks for later. */
  readonly later: readonly string[];
}

/** A program in pieces: its modules by name, and what tells the names of its files. */
interface Pieces {
  readonly modules: ReadonlyMap<string, Module>;
  /** The group of each module. */
  readonly places: ReadonlyMap<string, string>;
  readonly fileOf: (group: string) => string;
}

const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Names stay as they are: a stack trace in a bug report has to be readable.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
} as const satisfies BuildOptions;

/** What two parts need. */
const shared = 'shared';

/** What require() of a part says when its file has gone: after an update, a program that is running has the names of the old ones. */
const loader =
  'const loadPart=path=>{try{return require(path)}catch(error){if(error.code!=="MODULE_NOT_FOUND")throw error;' +
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a program.
  'throw new Error(`Cannot load ${path}, a part of sdr: it is not there; after an update, start sdr anew`)}};';

async function modulesOf(entry: string, root: string): Promise<ReadonlyMap<string, Module>> {
  const { outputFiles, metafile } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: 'out',
    format: 'esm',
    splitting: true,
    metafile: true,
    // The same names, and so the same bytes, where node_modules is a link.
    preserveSymlinks: true,
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  return new Map(
    Object.entries(metafile.outputs).map(([path, { imports, exports, entryPoint: source = null }]) => {
      const name = basename(path);
      const to = (kind: string): string[] =>
        imports.filter((each) => !each.external && each.kind === kind).map((each) => basename(each.path));
      const text = texts.get(name) ?? '';
      return [name, { name, text, source, exports, needs: to('import-statement'), later: to('dynamic-import') }];
    }),
  );
}

/** Everything that is read with a module, itself included. */
function readWith(modules: ReadonlyMap<string, Module>, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const next of modules.get(name)?.needs ?? []) readWith(modules, next, found);
  return found;
}

/** The group of each module. */
function placesOf(modules: ReadonlyMap<string, Module>, { entry, groups, rest }: Plan): ReadonlyMap<string, string> {
  const claims = Object.entries(groups).flatMap(([group, paths]) => paths.map((path) => ({ group, path })));
  const groupOf = (source: string): string => claims.find(({ path }) => source.startsWith(path))?.group ?? rest;
  const wanted = new Map<string, string[]>();
  for (const { name, source } of modules.values()) {
    if (source === null) continue;
    const group = source === entry ? '' : groupOf(source);
    for (const each of readWith(modules, name)) wanted.set(each, [...(wanted.get(each) ?? []), group]);
  }
  return new Map([...wanted].map(([name, groups]) => [name, placeOf(new Set(groups))]));
}

const placeOf = (groups: ReadonlySet<string>): string =>
  groups.has('') ? '' : groups.size === 1 ? ([...groups][0] ?? shared) : shared;

/** A module's name in the exports of its file. */
const bindingOf = (module: string): string => module.replace(/\.js$/, '').replaceAll(/\W/g, '_');

/** How the file of a group finds the file of another. */
function pathOf(pieces: Pieces, from: string, to: string): string {
  if (from === '') return `./parts/${pieces.fileOf(to)}`;
  return to === '' ? `../${pieces.fileOf(to)}` : `./${pieces.fileOf(to)}`;
}

/** The line by which the kernel finds Node; it is the first of a file, or none. */
const kernelLineOf = (text: string): string => /^#!.*\n/.exec(text)?.[0] ?? '';

/** The text of a module as the file of `group` has it: all of it, or only where it is. */
function textIn(pieces: Pieces, group: string, name: string): string {
  const { modules, places } = pieces;
  const { text = '', exports = [] } = modules.get(name) ?? {};
  const place = places.get(name) ?? '';
  if (place !== group) {
    const names = exports.join(',');
    return `const{${names}}=loadPart("${pathOf(pieces, group, place)}").${bindingOf(name)};export{${names}};`;
  }
  const heads: string[] = [];
  const body = text.slice(kernelLineOf(text).length).replaceAll(/\bimport\("\.\/([\w.-]+)"\)/g, (_, to: string) => {
    const there = places.get(to) ?? '';
    const binding = bindingOf(to);
    if (there !== group) return `Promise.resolve().then(()=>loadPart("${pathOf(pieces, group, there)}").${binding})`;
    heads.push(`import*as ${binding} from"./${to}";`);
    return `Promise.resolve(${binding})`;
  });
  return heads.join('') + body;
}

/** What stands in for the file system: the modules, as the file of `group` has them. */
const within = (pieces: Pieces, group: string): Plugin => ({
  name: 'parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/.*\.js$/ }, ({ path }) => ({ path: path.slice(2), namespace: 'module' }));
    onLoad({ filter: /./, namespace: 'module' }, ({ path }) => ({ contents: textIn(pieces, group, path) }));
  },
});

/** The file of a group: all its modules run when it is read, and those that are wanted elsewhere are its exports. */
async function fileOf(pieces: Pieces, group: string, entry: string): Promise<string> {
  const all = [...pieces.modules.values()];
  const isHere = (name: string): boolean => pieces.places.get(name) === group;
  const wanted = all
    .filter(({ name }) => !isHere(name))
    .flatMap(({ needs, later }) => [...needs, ...later].filter(isHere));
  const exported = [...new Set(wanted)].sort();
  const contents = exported.map((name) => `export*as ${bindingOf(name)} from"./${name}";`).join('');
  const start = group === '' ? all.find(({ source }) => source === entry) : undefined;
  const first = start ? `import"./${start.name}";` : '';
  const { outputFiles } = await build({
    ...options,
    format: 'cjs',
    banner: { js: loader },
    stdin: { contents: first + contents, sourcefile: 'entry.js' },
    plugins: [within(pieces, group)],
  });
  const [made] = outputFiles;
  if (!made) throw new BuildError(`Cannot build the part ${group}: nothing came of it`);
  return kernelLineOf(start?.text ?? '') + made.text;
}

/**
 * The program of the plan: its files by their names. Those of parts hold a sum of all sources, so that a running program never reads a
 * part of a newer one, which has taken its place meanwhile.
 */
export async function parts(plan: Plan, root: string): Promise<ReadonlyMap<string, string>> {
  const modules = await modulesOf(plan.entry, root);
  const places = placesOf(modules, plan);
  const whole = JSON.stringify([[...modules], [...places]]);
  const sum = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  const pieces = { modules, places, fileOf: (group: string) => (group === '' ? plan.first : `${group}-${sum}.cjs`) };
  const groups = [...new Set(places.values())].sort();
  const made = groups.map(
    async (group): Promise<[string, string]> => [
      group === '' ? plan.first : `parts/${pieces.fileOf(group)}`,
      await fileOf(pieces, group, plan.entry),
    ],
  );
  return new Map(await Promise.all(made));
}
