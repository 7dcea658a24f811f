/** `sdr describe`: the columns as the header has them, and every number's way from the kernel. */
import { expect, describe as group, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { Values, World } from '../../src/command.ts';
import { describe } from '../../src/commands/describe.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import type { Description } from '../../src/pages/description.ts';
import { Report } from '../../src/report.ts';
import { viewOf } from '../../src/view.ts';

function described(words: readonly string[], values: Values = {}): string {
  const engine = nodeEngine();
  let printed = '';
  const print: World['print'] = (text) => {
    printed += text;
  };
  const world: World = { engine, recorders, report: new Report(engine), print };
  expect(describe.run(world, words, values)).toBe('done');
  return printed;
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
  expect(text).toMatch(/^user +user_s_total +\/proc\/stat cpu, number 1$/m);
  expect(text).not.toMatch(/ $/m);
});

test('a wrong name, none, or two are refused', () => {
  expect(() => described(['cpurek'])).toThrow('Unknown recorder "cpurek": did you mean cpurec?');
  expect(() => described([])).toThrow('describe: expected one of sysrec, cpurec, diskrec, nicrec');
  expect(() => described(['cpurec', 'nicrec'])).toThrow('describe: expected one of');
});
