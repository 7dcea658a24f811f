/** textfile.sh: the last sample of each recorder under the names of `sdr describe`, as node_exporter's textfile collector wants it. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { column, tableOf } from '../csv.ts';
import { needs } from '../needs.ts';
import type { Ended } from '../program.ts';
import { lines, output, run, words } from '../program.ts';
import { awks, examples, pathWith, place, recorded, served } from './records.ts';

const recorders = ['sysrec', 'cpurec', 'nicrec'];

beforeAll(() => {
  recorded(recorders, '.1', 10);
});

interface Metric {
  readonly name: string;
  readonly type: string;
  /** With the label. */
  readonly id: string;
  readonly value: string;
}

const block = /# HELP (\w+) [^\n]+\n# TYPE (\w+) (\w+)\n((?:\w[^\n]*\n)+)/y;
const sample = /^([a-z0-9_]+)((?:\{[a-z]+="[^"\\]*"\})?) (-?\d+(?:\.\d+)?)$/;

/** Metrics of the text format, strictly: help, type and samples of one after the other, no timestamps. */
function metricsOf(text: string): Metric[] {
  const found: Metric[] = [];
  for (block.lastIndex = 0; block.lastIndex < text.length; ) {
    const [, name = '', same, type = '', samples = ''] = block.exec(text) ?? [];
    expect(same, text.slice(block.lastIndex, block.lastIndex + 200)).toBe(name);
    for (const line of lines(samples)) {
      const [, of, label = '', value = ''] = sample.exec(line) ?? [];
      expect(of, line).toBe(name);
      found.push({ name, type, id: `${name}${label}`, value });
    }
  }
  return found;
}

interface Described {
  readonly name: string;
  readonly prometheus: string | null;
}

/** The last sample of a recorder, under the names of `sdr describe`. */
function lastOf(directory: string, recorder: string): [id: string, cell: string][] {
  const { columns } = JSON.parse(output(words(['describe', recorder, '--json']))) as { columns: Described[] };
  const table = tableOf(output(words(['cat', directory, recorder])));
  const times = column(table, 'time');
  const devices = table.header.includes('device') ? column(table, 'device').map((each) => `{device="${each}"}`) : [];
  const last = times.map((time) => time === times.at(-1));
  return columns.flatMap(({ name, prometheus }) => {
    const cells = column(table, name).map((cell, i): [string, string] => [`${prometheus}${devices[i] ?? ''}`, cell]);
    return cells.filter(([, cell], i) => prometheus !== null && last[i] && cell !== '');
  });
}

const expected = (directory: string): Map<string, string> =>
  new Map(recorders.flatMap((recorder) => lastOf(directory, recorder)));

describe('textfile.sh', needs('jq'), () => {
  const directory = join(place, 'data-.1');
  const collected = join(place, 'collected');
  const file = join(collected, 'sdr.prom');
  const write = (awk = '', age = '1h', of = recorders): Ended =>
    run(['sh', join(examples, 'textfile.sh'), directory, file, ...of], { env: { PATH: pathWith(awk), AGE: age } });

  beforeAll(() => void mkdirSync(collected));

  describe.each(Object.keys(awks))('by %s', (awk) => {
    test('writes the last sample of each recorder, with help and types', needs(awk), () => {
      expect(write(awk)).toMatchObject({ status: 0, stdout: '', stderr: '' });
      const metrics = metricsOf(readFileSync(file, 'utf8'));
      expect(new Map(metrics.map(({ id, value }) => [id, value]))).toEqual(expected(directory));
      expect(new Set(metrics.map(({ id }) => id)).size).toBe(metrics.length);
      for (const { name, type } of metrics) expect(type).toBe(name.endsWith('_total') ? 'counter' : 'gauge');
      expect(readdirSync(collected)).toEqual(['sdr.prom']);
      expect(statSync(file).mode & 0o777).toBe(0o644);
    });
  });

  test('leaves out samples that are old', () => {
    expect(write('', '1ms')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  test('leaves the file as it was when something fails', () => {
    write();
    const before = readFileSync(file, 'utf8');
    const { status, stderr } = write('', '1h', ['sysrec', 'nonerec']);
    expect(status).toBe(1);
    expect(stderr).toContain('textfile.sh: no recorder nonerec\n');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(collected)).toEqual(['sdr.prom']);
  });

  test('is read by node_exporter without an error', needs('prometheus-node-exporter'), async () => {
    expect(write()).toMatchObject({ status: 0, stderr: '' });
    const collector = [
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${collected}`,
    ];
    const server = await served(
      ['prometheus-node-exporter', '--web.listen-address=127.0.0.1:0', ...collector],
      /Listening on" address=([\d.:]+)/,
    );
    const text = await (await fetch(`${server}/metrics`)).text();
    expect(lines(text)).toContain('node_textfile_scrape_error 0');
    const said = new Map(
      [...text.matchAll(/^(sdr_\S+) (\S+)$/gm)].map(([, metric = '', value]) => [metric, Number(value)]),
    );
    expect(said).toEqual(new Map([...expected(directory)].map(([metric, value]) => [metric, Number(value)])));
  });
});
