/** Rooms and arrows: a file imports only what its room may. The table is DESIGN §2 for the layout as it is. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recorders } from '../recorders/index.ts';
import { faultsOf } from '../src/custom/faults.ts';
import { glob } from '../src/glob.ts';

const root = new URL('..', import.meta.url).pathname;

const words = 'errors schema host text glob';
const bytes = 'parse store amount';
const running = 'job loop plan track recording renewal task once session state replay report tape-system forwarding';

/**
 * What may import what: files by their path without `src/` and `.ts`; the first line that fits a file is its room. `type:` allows
 * types only, `own/*` is the folder of the file itself, `!` forbids. A package stands for itself.
 */
const rooms: readonly (readonly [files: string, may: string])[] = [
  ['host', 'type:collector'],
  [words, ''],
  ['windows', ''],
  ['parse amount', 'errors'],
  ['store', 'errors host parse'],
  ['reading', 'errors host'],
  ['machine', 'errors host parse reading tape-system'],
  ['tape tape-system', 'host parse tape'],
  ['growth formula', 'schema'],
  ['view', 'errors schema formula'],
  ['recorder', 'type:schema type:machine'],
  ['series', 'formula growth parse type:view type:recorder'],
  ['batch', 'type:series type:view'],
  ['proc/vcgencmd', 'parse type:host'],
  ['proc/space', 'type:host type:machine proc/*'],
  ['proc/*', 'errors schema parse growth type:machine type:recorder proc/*'],
  ['recorders/index', 'recorders/* type:recorder'],
  ['recorders/*/*', 'errors schema parse text formula growth recorder type:host type:machine proc/* own/*'],
  ['recorders/*', 'errors schema parse formula growth recorder type:host type:machine proc/*'],
  ['format', 'formats/* type:batch type:text type:view'],
  ['formats/krd/*', 'batch errors text type:schema type:series type:view type:format own/*'],
  ['formats/*', 'batch text parse type:schema type:series type:view type:format own/*'],
  ['sink', 'errors'],
  ['sinks/*', `sink ${words} !schema ${bytes} own/*`],
  ['forwarding', 'forward/* config/secret type:*'],
  [
    'recording renewal task once',
    `${words} ${bytes} ${running} tape machine view format formats/krd/index sink sinks/* type:command type:commands/record type:recorder`,
  ],
  [running, `${words} ${bytes} ${running} tape machine view series recorder proc/* sink type:format type:batch`],
  ['command', 'type:*'],
  ['collector', 'type:*'],
  ['wire/*', 'host store text sinks/directory/names own/*'],
  ['collect/archive/*', 'errors host parse store text sinks/directory/names wire/* own/* node:*'],
  ['collect/*', `${words} parse sinks/directory/* type:collector wire/* collect/* node:*`],
  ['forward/*', 'errors host parse store text wire/* sinks/directory/* own/* type:command type:report command'],
  ['read/*', '* !hosts/* !recorders/* !bin/* !collect/* !commands/* !cli !program'],
  ['stats/*', 'batch errors host parse text windows sinks/directory/names read/* type:command type:recorder own/*'],
  ['doctor/*', `${words} ${bytes} job machine recorder view session proc/* sinks/* own/*`],
  ['pages/*', 'errors schema formula view windows wire/* command config/* formats/krd/* type:recorder pages/*'],
  ['commands/*', '* !hosts/* !recorders/* !bin/* !collect/* !cli !program'],
  ['custom/*', 'errors schema formula parse text recorder host type:machine own/*'],
  ['config/*', `${words} parse store report command commands/own type:command own/* smol-toml`],
  ['asked', 'command commands/own config/keys config/index errors sink type:*'],
  ['line', 'type:command'],
  ['hint', 'errors type:command'],
  ['cli', 'asked command config/keys errors hint report type:* commander'],
  ['program', 'asked cli command errors host line recorder report text'],
  [
    'hosts/*',
    'errors host parse text growth formula proc/keys proc/pressure proc/small proc/sums proc/table own/* node:* execa sdr:posix',
  ],
  ['bin/*', '* !recorders/* !commands/* recorders/index commands/index package.json'],
];

/** Where an engine's own modules may be named at all. */
const engines = /^(src\/(hosts|collect)|bin|test|bench|scripts)\//;

interface Arrow {
  /** Below the repository, or a package. */
  readonly to: string;
  readonly isType: boolean;
}

const files = ['src', 'recorders', 'bin'].flatMap((folder) =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);
const text = new Map(files.map((file) => [file, readFileSync(root + file, 'utf8')]));

function arrowsOf(file: string): readonly Arrow[] {
  const source = text.get(file) ?? '';
  const from = [...source.matchAll(/^(?:import|export) ([^;']*?) ?from '([^']+)'/gm)];
  const bare = [...source.matchAll(/(?:^import |\bimport\()'([^']+)'/gm)];
  return [
    ...from.map(([, what = '', to = '']) => ({ to: resolved(file, to), isType: isTypes(what) })),
    ...bare.map(([, to = '']) => ({ to: resolved(file, to), isType: false })),
  ];
}

const isTypes = (what: string): boolean =>
  what.startsWith('type ') || /^\{(\s*type \w+( as \w+)?,?)+\s*\}$/.test(what.trim());

const resolved = (file: string, to: string): string => (to.startsWith('.') ? posix.join(posix.dirname(file), to) : to);

const short = (file: string): string => file.replace(/^src\//, '').replace(/\.ts$/, '');

/** Whether one of some patterns, separated by blanks, fits; the last one that fits decides. */
function fits(patterns: string, file: string, isType: boolean): boolean {
  let answer = false;
  for (const pattern of patterns.split(' ').filter((each) => each !== '')) {
    const [, not, type, name = ''] = /^(!)?(type:)?(.*)$/.exec(pattern) ?? [];
    if (glob(name)(file) && (not || !type || isType)) answer = not === undefined;
  }
  return answer;
}

/** What is wrong with an arrow; '' when it is allowed. */
function fault(file: string, { to, isType }: Arrow): string {
  const room = rooms.find(([where]) => fits(where, short(file), true));
  if (!room) return `${file} is in no room: give it a line in test/architecture.test.ts`;
  const may = room[1].replace('own/*', `${short(posix.dirname(file))}/*`);
  if (fits(may, short(to), isType)) return '';
  return `${file} → ${to}: "${room[0]}" may import ${may === '' ? 'nothing' : may}`;
}

/** A path of imports of values that ends where it began; types are gone at run time. */
function cycleFrom(file: string, path: readonly string[], done: Set<string>): string | null {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
  if (done.has(file)) return null;
  for (const { to, isType } of arrowsOf(file)) {
    const found = isType || !text.has(to) ? null : cycleFrom(to, [...path, file], done);
    if (found) return found;
  }
  done.add(file);
  return null;
}

describe('architecture', () => {
  test('a file imports only what its room may', () => {
    expect(files.flatMap((file) => arrowsOf(file).map((arrow) => fault(file, arrow))).filter(Boolean)).toEqual([]);
  });

  test('the table refuses what it should', () => {
    const value = (to: string) => ({ to, isType: false });
    expect(fault('recorders/cpurec.ts', value('recorders/nicrec.ts'))).toContain('cpurec.ts → recorders/nicrec.ts');
    expect(fault('recorders/cpurec.ts', value('src/machine.ts'))).toContain('src/machine.ts');
    expect(fault('recorders/sysrec/index.ts', value('recorders/sysrec/fields.ts'))).toBe('');
    expect(fault('src/formats/csv.ts', value('src/store.ts'))).toContain('src/store.ts');
    expect(fault('src/sinks/stdout.ts', value('src/schema.ts'))).toContain('src/schema.ts');
    expect(fault('src/track.ts', value('node:fs'))).toContain('node:fs');
    expect(fault('src/commands/list.ts', value('recorders/index.ts'))).toContain('recorders/index.ts');
    expect(fault('src/nowhere.ts', value('src/errors.ts'))).toContain('in no room');
  });

  test('only the hosts, the collector and bin name a module of an engine', () => {
    const named = files.filter((file) => !engines.test(file) && /'(node:|sdr:posix)/.test(text.get(file) ?? ''));
    expect(named).toEqual([]);
  });

  test('no import leads back to where it began', () => {
    const done = new Set<string>();
    expect(files.map((file) => cycleFrom(file, [], done)).filter(Boolean)).toEqual([]);
  });

  test('no file is longer than 250 lines', () => {
    const lines = (file: string) => (text.get(file) ?? '').split('\n').length - 1;
    expect(files.filter((file) => lines(file) > 250).map((file) => `${file}: ${lines(file)}`)).toEqual([]);
  });
});

describe.each(recorders.map((recorder) => [recorder.name, recorder] as const))('%s', (_, recorder) => {
  test('is declared as every recorder must be', () => {
    expect(faultsOf(recorder)).toEqual([]);
  });

  test('has its sources in the file system', () => {
    expect(recorder.sources.filter((source) => !source.startsWith('/'))).toEqual([]);
  });
});
