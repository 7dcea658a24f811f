/** `sdr describe`: the columns as the header has them, and every number's way from the kernel. */
import { expect, describe as group, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { Values, World } from '../../src/command.ts';
import { describe } from '../../src/commands/describe.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import type { Description } from '../../src/pages/description.ts';
import { Report } from '../../src/report.ts';
import { viewOf } from '../../src/view.ts';

/** What comes back, and what was printed by then. */
function ran(words: readonly string[], values: Values) {
  const engine = nodeEngine();
  const printed: (string | Uint8Array)[] = [];
  const print: World['print'] = (text) => {
    printed.push(text);
  };
  const exit = describe.run({ engine, recorders, report: new Report(engine), print }, words, values);
  return { exit, printed };
}

function described(words: readonly string[], values: Values = {}): string {
  const { exit, printed } = ran(words, values);
  expect(exit).toBe('done');
  return printed.join('');
}

async function printedLibrary(words: readonly string[], values: Values): Promise<string> {
  const { exit, printed } = ran(words, values);
  expect(await exit).toBe('done');
  return printed.join('');
}

const json = (name: string, values: Values = {}): Description =>
  JSON.parse(described([name], { ...values, json: true }));

group.each(recorders.map((recorder) => [recorder.name, recorder] as const))('%s', (name, recorder) => {
  test.each([false, true])('has the columns of the header in its order, --counters %s', (counters) => {
    const names = json(name, { counters }).columns.map((column) => column.name);
    expect(names.join(',')).toBe(viewOf(recorder, { counters }).header);
  });

  test('every measured column has a formula over fields that it lists, and where they come from', () => {
    const { columns, fields } = json(name);
    const known = fields.map((field) => field.name);
    const measured = columns.filter((column) => column.formula !== null);
    expect(measured.length).toBe(Object.keys(recorder.columns).length);
    for (const column of measured) {
      expect(column.fields.filter((field) => !known.includes(field))).toEqual([]);
      expect(column.sources.length).toBeGreaterThan(0);
    }
  });

  test('--counters has no rate', () => {
    expect(json(name, { counters: true }).columns.filter(({ kind }) => kind === 'rate')).toEqual([]);
  });
});

test('a share, a gauge, a counter', () => {
  const { columns } = json('cpurec');
  expect(columns.find(({ name }) => name === 'user_pct')).toEqual({
    name: 'user_pct',
    unit: '%',
    prometheus: 'sdr_cpu_user_percent',
    kind: 'rate',
    digits: 2,
    meaning: 'in user mode, without guests',
    formula: '100 × (Δuser − Δguest) / (Δuser + Δnice + Δsystem + Δidle + Δiowait + Δirq + Δsoftirq + Δsteal)',
    fields: ['user', 'guest', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'],
    sources: [1, 9, 2, 3, 4, 5, 6, 7, 8].map((i) => `/proc/stat cpu, number ${i}`),
  });
  expect(columns.find(({ name }) => name === 'mhz')).toMatchObject({ unit: 'MHz', kind: 'gauge' });
  const reads = json('diskrec', { counters: true }).columns.find(({ name }) => name === 'read_bytes_total');
  expect(reads).toMatchObject({ unit: 'bytes', kind: 'counter', formula: '512 × read_sectors' });
});

test('the text is three tables, aligned by their words alone', () => {
  const text = described(['cpurec']);
  expect(text).toMatch(/^cpurec: time per processor\n\ncolumn +unit +kind +meaning\ntime +s +time +/);
  expect(text).toMatch(/^user_pct +% +rate +in user mode, without guests$/m);
  expect(text).toMatch(/^column +Prometheus name +formula \(Δ: growth between two samples\)\ntime +- +-$/m);
  expect(text).toMatch(/^user_pct +sdr_cpu_user_percent +100 × \(Δuser − Δguest\) \/ /m);
  expect(text).toMatch(/^interval_s +sdr_cpu_interval_seconds +-$/m);
  expect(text).toMatch(/^user +user_s_total +\/proc\/stat cpu, number 1$/m);
  expect(text).not.toMatch(/ $/m);
});

test('a wrong name, none, or two are refused', () => {
  expect(() => described(['cpurek'])).toThrow('Unknown recorder "cpurek": did you mean cpurec?');
  expect(() => described([])).toThrow('describe: expected one of sysrec, cpurec, diskrec, nicrec');
  expect(() => described(['cpurec', 'nicrec'])).toThrow('describe: expected one of');
});

test('--lmo prints the library, of one recorder or of all', async () => {
  const messages = (text: string) => Object.keys(JSON.parse(text).ds.linux.messages);
  expect(messages(await printedLibrary([], { lmo: 'json' }))).toEqual(recorders.map(({ name }) => name));
  expect(messages(await printedLibrary(['cpurec'], { lmo: 'json' }))).toEqual(['cpurec']);
  const xml = await printedLibrary(['cpurec'], { lmo: 'xml' });
  expect(xml).toContain('<?xml version="1.0" encoding="UTF-8"?>\n<root>\n');
  expect(xml).toContain('<id>linux-cpurec</id>');
  expect(xml).not.toContain('linux-diskrec');
  expect(await printedLibrary(['cpurec'], { lmo: 'xml', counters: true })).toContain('<name>user_s_total</name>');
});

test('--lmo of nobody, of two, or with --json is refused', async () => {
  const refused = (words: readonly string[], values: Values) => expect(printedLibrary(words, values)).rejects;
  await refused(['cpurek'], { lmo: 'json' }).toThrow('Unknown recorder "cpurek": did you mean cpurec?');
  await refused(['cpurec', 'nicrec'], { lmo: 'xml' }).toThrow('describe: expected one of');
  await refused([], { lmo: 'xml', json: true }).toThrow('describe: expected --json or --lmo, got both');
});
