/** The Library of Monitoring Objects: every column once, and the same in both spellings. */
import { spawnSync } from 'node:child_process';
import { expect, describe as group, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { duration } from '../../src/amount.ts';
import type { Library } from '../../src/pages/lmo.ts';
import { library } from '../../src/pages/lmo.ts';
import type { Tree } from '../../src/pages/lmo-text.ts';
import { jsonText, xmlText } from '../../src/pages/lmo-text.ts';
import type { Recorder } from '../../src/recorder.ts';
import { gauge, level, text, words } from '../../src/schema.ts';
import { viewOf } from '../../src/view.ts';
import { windows } from '../../src/windows.ts';
import { needs } from '../system/needs.ts';

/** The elements and texts of a document as XML 1.0 has them, in order: `<name`, `text`, `>`. */
function parsed(xml: string): string[] {
  const letters: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', '#13': '\r' };
  const found: string[] = [];
  let rest = xml.replace(/^<\?xml [^?]*\?>\s*/, '');
  let isLeaf = false;
  while (rest !== '') {
    const [whole = '', close, name = '', between = ''] = /^<(\/?)([A-Za-z_][\w.-]*)>([^<>]*)/.exec(rest) ?? [];
    if (whole === '') throw new Error(`Cannot parse ${rest.slice(0, 40)}`);
    const said = between.replace(/&([^;]*);/g, (_, letter) => letters[letter] ?? fault(letter));
    rest = rest.slice(whole.length);
    found.push(close ? '>' : `<${name}`);
    isLeaf = !close && rest.startsWith('</');
    if (isLeaf) found.push(said);
    else if (said.trim() !== '') throw new Error(`Text between elements: ${said}`);
  }
  return found;
}

function fault(letter: string): never {
  throw new Error(`Unknown entity &${letter};`);
}

/** The same, from the tree that was spelled. */
function elements(name: string, tree: Tree): string[] {
  const isMany = (value: Tree): value is readonly Tree[] => Array.isArray(value);
  if (typeof tree !== 'object') return [`<${name}`, String(tree), '>'];
  const parts: [string, Tree][] = isMany(tree) ? tree.map((each) => ['row', each]) : Object.entries(tree);
  const inside = parts.flatMap(([part, value]) =>
    isMany(value) ? value.flatMap((each) => elements(part, each)) : elements(part, value),
  );
  return [`<${name}`, ...inside, '>'];
}

const all = library(recorders, false);
const messageOf = (from: Library, name: string) => {
  const found = from.ds.linux.messages[name];
  if (!found) throw new Error(name);
  return found;
};
const fieldOf = (from: Library, recorder: string, name: string) =>
  messageOf(from, recorder).format.fields.find((field) => field.name === name);

group.each([false, true])('with --counters %s', (counters) => {
  const made = library(recorders, counters);

  test('every recorder is a message, and every column of its header is there once, in order', () => {
    expect(Object.keys(made.ds.linux.messages)).toEqual(recorders.map(({ name }) => name));
    for (const recorder of recorders) {
      const names = messageOf(made, recorder.name).format.fields.map(({ name }) => name);
      expect(names.join(',')).toBe(viewOf(recorder, { counters }).header);
    }
  });

  test('JSON read back is the library', () => {
    expect(JSON.parse(jsonText(made))).toEqual(made);
  });

  test('XML read back is the library', () => {
    expect(parsed(xmlText(made))).toEqual(elements('root', made));
  });

  test('XML is well-formed for libxml2 too, and has as many fields', needs('xmllint'), () => {
    const fields = recorders.flatMap((recorder) => viewOf(recorder, { counters }).header.split(','));
    const { stdout, stderr } = spawnSync('xmllint', ['--xpath', 'count(//fields)', '-'], {
      input: xmlText(made),
      encoding: 'utf8',
    });
    expect([stdout.trim(), stderr]).toEqual([String(fields.length), '']);
  });
});

test('a message has what its collector must know', () => {
  expect(messageOf(all, 'sysrec')).toMatchObject({
    id: 'linux-sysrec',
    rawdata: 'sysrec-*.csv',
    stall: 300,
    sli: 'yes',
    format: { fields_separator: ',', header: 'yes', missing: '' },
  });
  expect(messageOf(all, 'cpurec').sli).toBe('no');
  expect(fieldOf(all, 'cpurec', 'time')).toMatchObject({ type: 'timestamp', timestamp_format: 'unix', unit: 's' });
  expect(fieldOf(all, 'cpurec', 'device')).toMatchObject({ type: 'metadata', role: 'device_id' });
  expect(fieldOf(all, 'diskrec', 'reads_per_s')).toMatchObject({
    type: 'numeric',
    kind: 'rate',
    unit: '1/s',
    digits: 2,
    prometheus: 'sdr_disk_reads_per_second',
    formula: 'Δreads / interval_s',
  });
  expect(fieldOf(library(recorders, true), 'diskrec', 'reads_total')).toMatchObject({ type: 'counter', unit: 'count' });
});

test('only the computer as a whole decides whether it is alive', () => {
  const alive = Object.entries(all.ds.linux.messages).filter(([, { sli }]) => sli === 'yes');
  expect(alive.map(([name]) => name)).toEqual(['sysrec']);
});

test('a number has all statistics over all windows, a counter its growth, and time and key none', () => {
  const { statistics } = messageOf(all, 'cpurec');
  const pairs = windows.map(({ milliseconds, resolution }) => [milliseconds / 1000, resolution / 1000]);
  const functions = statistics.find(({ name }) => name === 'user_pct')?.functions ?? {};
  expect(Object.keys(functions)).toEqual(['MIN', 'MAX', 'MEAN', 'SUM', 'COUNT', 'LAST', 'PERCENTILE']);
  expect(functions.MAX).toEqual(pairs);
  expect(pairs.slice(0, 3)).toEqual([
    [300, 300],
    [1800, 1800],
    [10_800, 60],
  ]);
  expect(statistics.filter(({ name }) => name === 'time' || name === 'device')).toEqual([]);
  const counted = messageOf(library(recorders, true), 'cpurec').statistics.find(({ name }) => name === 'user_s_total');
  expect(Object.keys(counted?.functions ?? {})).toEqual(['SUM', 'COUNT', 'LAST']);
});

/** An inventory whose help is hostile. */
const hostile: Recorder = {
  name: 'hostile',
  summary: 'a "<b>" & \'c\' ]]> \u0001 é 😀',
  key: 'item',
  sources: ['/proc/<x> & y'],
  fields: { word: text('word', '/proc/a<b', 'w'), number: gauge('number_c', '/proc/n', 'n') },
  columns: { word: words('word', 'a < b && c > d\tand\rmore'), number_c: level('number', 'cold') },
  slow: 1_800_000,
  open: () => () => {},
};

test('a recorder with an interval of its own has windows that hold a row of it, and is given time', () => {
  const message = messageOf(library([hostile], false), 'hostile');
  expect(message).toMatchObject({ stall: 3600, sli: 'no', interval: 1800 });
  const [word, number] = message.statistics;
  expect(word).toEqual({ name: 'word', functions: { COUNT: expect.anything(), LAST: expect.anything() } });
  expect(number?.functions.MAX?.slice(0, 2)).toEqual([
    [1800, 1800],
    [10_800, 1800],
  ]);
});

test('words are text without digits or a metric', () => {
  expect(fieldOf(library([hostile], false), 'hostile', 'word')).toEqual({
    name: 'word',
    type: 'text',
    kind: 'text',
    meaning: 'a < b && c > d\tand\rmore',
    formula: 'word',
    source: ['/proc/a<b'],
  });
});

test('what has a meaning in XML is escaped, and what XML cannot hold is replaced', needs('xmllint'), () => {
  const made = library([hostile], false);
  const clean = JSON.parse(JSON.stringify(made).replaceAll('\\u0001', '\ufffd')) as Library;
  expect(parsed(xmlText(made))).toEqual(elements('root', clean));
  expect(parsed(xmlText({ half: 'a\ud800b' }))).toEqual(['<root', '<half', 'a\ufffdb', '>', '>']);
  const read = spawnSync('xmllint', ['--xpath', 'string(//hostile/description)', '-'], {
    input: xmlText(made),
    encoding: 'utf8',
  });
  expect(read.stdout).toBe('a "<b>" & \'c\' ]]> \ufffd é 😀\n');
  expect(JSON.parse(jsonText(made))).toEqual(made);
});

test('lists of numbers stand on one line', () => {
  expect(jsonText({ a: [[1, 2], [3]], b: ['x'], c: [], d: {} })).toBe(
    '{\n  "a": [[1, 2], [3]],\n  "b": [\n    "x"\n  ],\n  "c": [],\n  "d": {}\n}\n',
  );
});

test('windows are named as --every takes them, the shortest first, in whole steps', () => {
  expect(windows.map(({ name }) => duration(name))).toEqual(windows.map(({ milliseconds }) => milliseconds));
  expect(windows.map(({ milliseconds }) => milliseconds)).toEqual(
    windows.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b),
  );
  expect(windows.filter(({ milliseconds, resolution }) => milliseconds % resolution !== 0)).toEqual([]);
});
