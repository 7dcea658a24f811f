/** The bundle in parts: one copy of every module, and parts that are found as long as they are there. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { plan, root } from '../scripts/bundle.ts';
import { parts } from '../scripts/parts.ts';
import { folder, run } from './system/program.ts';

/** A program that counts in two modules, from wherever they are asked. */
const sources = {
  'main.ts': `#!/usr/bin/env node
    import { count } from './core.ts';
    const loads = { left: () => import('./left.ts'), right: () => import('./right.ts'), own: () => import('./own.ts') };
    const told = (error: Error) => error.message.replaceAll(/-[0-9a-f]{8}/g, '');
    const one = (name: string) => loads[name]().then((part) => console.log(part.said()), (error) => console.log(told(error)));
    count('main');
    process.argv[2].split(',').reduce((before, name) => before.then(() => one(name)), Promise.resolve());`,
  'core.ts': 'const seen: string[] = []; export const count = (who: string) => seen.push(who) && seen.join(" ");',
  'both.ts':
    'import { count } from "./core.ts"; let times = 0; export const both = () => count("both") + " " + ++times;',
  'left.ts': 'import { both } from "./both.ts"; export const said = () => "left " + both();',
  'right.ts': `import { both } from "./both.ts"; import { count } from "./core.ts";
    export const said = () => { count("right"); return "right " + both(); };`,
  'own.ts': 'import { count } from "./core.ts"; export const said = () => "own " + count("own");',
};

const little = {
  entry: 'main.ts',
  first: 'main.cjs',
  groups: { '': ['own.ts'], left: ['left.ts'] },
  rest: 'others',
};

function built(texts: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const at = folder();
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(at, name), text);
  return parts(little, at);
}

function written(files: ReadonlyMap<string, string>): string {
  const at = folder();
  for (const [name, text] of files) {
    mkdirSync(join(at, dirname(name)), { recursive: true });
    writeFileSync(join(at, name), text);
  }
  return at;
}

const said = (at: string, words: string): string => run([process.execPath, join(at, 'main.cjs'), words]).stdout;

describe('a program in parts', () => {
  let files: ReadonlyMap<string, string>;
  beforeEach(async () => {
    files = await built(sources);
  });

  test('has what its plan says, and what two parts need in a part of its own', () => {
    expect([...files.keys()].map((name) => name.replace(/-[0-9a-f]{8}\./, '.')).sort()).toEqual([
      'main.cjs',
      'parts/left.cjs',
      'parts/others.cjs',
      'parts/shared.cjs',
    ]);
  });

  test('begins with what its entry begins with', () => {
    expect(files.get('main.cjs')?.split('\n')[0]).toBe('#!/usr/bin/env node');
    expect([...files.values()].filter((text) => text.includes('#!'))).toHaveLength(1);
  });

  test('has one state of each module, whichever file asks', () => {
    expect(said(written(files), 'left,right,own,left').trimEnd().split('\n')).toEqual([
      'left main both 1',
      'right main both right both 2',
      'own main both right both own',
      'left main both right both own both 3',
    ]);
  });

  test('does without its parts until it is asked for one, and says which is missing, each time', () => {
    const at = written(files);
    rmSync(join(at, 'parts'), { recursive: true });
    const missing = 'Cannot load ./parts/left.cjs, a part of sdr: it is not there; after an update, start sdr anew';
    expect(said(at, 'own,left,left').trimEnd().split('\n')).toEqual(['own main own', missing, missing]);
  });

  test('has other names for all parts when anything changes, and the same bytes when nothing does', async () => {
    const { 'own.ts': own } = sources;
    const changed = await built({ ...sources, 'own.ts': own.replace('"own "', '"mine "') });
    const names = [...changed.keys()].filter((name) => files.has(name));
    expect(names).toEqual(['main.cjs']);
    expect([...(await built(sources))]).toEqual([...files]);
  });
});

describe('sdr', () => {
  const classes = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(root, 'src', file), 'utf8').matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm),
    ])
    .map(([, name]) => name);
  const unique = classes.filter((name) => classes.indexOf(name) === classes.lastIndexOf(name));

  test('has no class in two files, of those whose name is the only one', async () => {
    const texts = [...(await parts(plan, root)).values()];
    const homes = (name: string | undefined): number =>
      texts.filter((text) => new RegExp(`\\b(class ${name}|${name}=class)\\b`).test(text)).length;
    expect(homes('SdrError')).toBe(1);
    expect(homes('Report')).toBe(1);
    expect(unique.filter((name) => homes(name) > 1)).toEqual([]);
  });
});
