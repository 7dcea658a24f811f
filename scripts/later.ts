/**
 * The list of recorders as the recorder edition has it: each is a module of its own, which is loaded when something of it is asked for
 * that is more than a name. A recording of four recorders has no use for the columns and the notes of the others, and reading those
 * would take longer than its first sample. What stands in the list itself is taken from the recorders' own declarations. So it is
 * with the krd format.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { recorded } from '../src/formats/krd/index.ts';
import type { Recorder } from '../src/recorder.ts';
import { root } from './quickjs.ts';
import { BuildError } from './tools.ts';

/** The list as it stands in the sources. */
const list = join(root, 'recorders', 'index.ts');

/** What a line of words is understood by, without anything of the recorder itself. */
const known: readonly string[] = ['name', 'summary', 'key', 'slow', 'least'];

interface Later {
  readonly recorder: Recorder;
  /** Its name in the module. */
  readonly binding: string;
  readonly path: string;
}

const moduleOf = ({ recorder }: Later): string => `recorder-${recorder.name}`;

/** The recorders of the list, in its order, with the modules they are from. */
async function listed(): Promise<readonly Later[]> {
  const lines = readFileSync(list, 'utf8').matchAll(/^import \{ (\w+) \} from '\.\/([^']+)';$/gm);
  const { recorders } = (await import(pathToFileURL(list).href)) as { recorders: readonly Recorder[] };
  const found = await Promise.all(
    [...lines].map(async ([, binding = '', file = '']): Promise<Later> => {
      const path = join(root, 'recorders', file);
      const module = (await import(pathToFileURL(path).href)) as Record<string, Recorder>;
      return { recorder: module[binding] as Recorder, binding, path };
    }),
  );
  return recorders.map((recorder) => {
    const later = found.find((each) => each.recorder === recorder);
    if (!later) throw new BuildError(`Cannot tell which file ${recorder.name} is from: expected an import of its own`);
    return later;
  });
}

const source = (all: readonly Later[]): string => `
import { loadNow } from 'sdr:posix';
const later = (known, module, binding, rest) => {
  const load = () => {
    const whole = loadNow(module)[binding];
    for (const key of rest) Object.defineProperty(known, key, { value: whole[key], enumerable: true, configurable: true });
    return whole;
  };
  for (const key of rest) Object.defineProperty(known, key, { get: () => load()[key], enumerable: true, configurable: true });
  return known;
};
export const recorders = [
${all.map(entryOf).join(',\n')}
];
`;

function entryOf(later: Later): string {
  const { recorder, binding } = later;
  const card = Object.fromEntries(Object.entries(recorder).filter(([key]) => known.includes(key)));
  const rest = Object.keys(recorder).filter((key) => !known.includes(key));
  return `later(${[card, `${moduleOf(later)}.js`, binding, rest].map((each) => JSON.stringify(each)).join(', ')})`;
}

/** The format that few ask for, and its module: the layouts in it are a hundred objects. */
const krd = join(root, 'src', 'formats', 'krd', 'index.ts');

const krdSource = `
import { loadNow } from 'sdr:posix';
export const recorded = ${JSON.stringify(recorded)};
export function Krd() {
  return new (loadNow('krd.js').Krd)();
}
`;

/** The modules to build beside the entry, by name, and what puts them in place of the list and of the format. */
export async function laterModules(): Promise<{ modules: Record<string, string>; plugin: Plugin }> {
  const all = await listed();
  return {
    modules: { ...Object.fromEntries(all.map((each) => [moduleOf(each), each.path])), krd },
    plugin: {
      name: 'later-modules',
      setup({ onLoad, onResolve }) {
        onLoad({ filter: /[/\\]recorders[/\\]index\.ts$/ }, ({ path }) =>
          path === list ? { contents: source(all), loader: 'js', resolveDir: root } : null,
        );
        // Whoever imports it gets what loads it; as an entry it is itself. Names of modules come from paths: this one is the same everywhere.
        onResolve({ filter: /[/\\]krd[/\\]index\.ts$/ }, ({ kind, path, resolveDir }) =>
          kind !== 'entry-point' && join(resolveDir, path) === krd ? { path: 'krd', namespace: 'later' } : null,
        );
        onLoad({ filter: /./, namespace: 'later' }, () => ({ contents: krdSource, loader: 'js', resolveDir: root }));
      },
    },
  };
}
