/** Every parser, and every recorder on it, takes whatever text there is. */

import { array, assert, constantFrom, integer, oneof, property, string, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { Csv } from '../../src/formats/csv.ts';
import { Json } from '../../src/formats/json.ts';
import { Job } from '../../src/job.ts';
import type { Source } from '../../src/machine.ts';
import { diskstats } from '../../src/proc/diskstats.ts';
import { meminfo } from '../../src/proc/meminfo.ts';
import { netdev } from '../../src/proc/netdev.ts';
import { pressure } from '../../src/proc/pressure.ts';
import { fileNr, loadavg, snmp, softnet, uptime } from '../../src/proc/small.ts';
import { stat } from '../../src/proc/stat.ts';
import { Table } from '../../src/proc/table.ts';
import { vmstat } from '../../src/proc/vmstat.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';
import { sampled } from '../fake/job.ts';
import { ableHere, kernel, machineOf, parsed } from '../fake/kernel.ts';

const sources = [
  ...[stat, meminfo, vmstat, diskstats, netdev, snmp, softnet, loadavg, uptime, fileNr],
  ...[pressure('cpu'), pressure('memory'), pressure('io')],
] as unknown as readonly Source<unknown>[];
const textOf = (source: Source<unknown>): string => kernel[source.path] as string;

/** The numbers of whatever a parser made. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (value instanceof Table) return [...value.values.subarray(0, value.count * value.stride)];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersOf) : [];
}

function isSound(source: Source<unknown>, text: string | Uint8Array): void {
  for (const number of numbersOf(parsed(source, text))) {
    if (!Number.isNaN(number)) expect(number).toBeGreaterThanOrEqual(0);
  }
}

/** Words that a kernel, a broken driver or an enemy may put somewhere. */
const words = ['', '0', '-1', '-5.5', '4294967295', '4294967296', '18446744073709551615', '18446744073709551615x'];
const evil = [
  ...words,
  '99999999999999999999999999',
  'nan',
  'inf',
  '1e9',
  ':',
  '=',
  ',',
  '"',
  '\0',
  '\n',
  ' ',
  '\t',
  'é',
  '%',
];
const piece = oneof(constantFrom(...evil), string({ maxLength: 5 }), integer({ min: 0, max: 1_000_000 }).map(String));
const edits = array(
  integer({ min: 0, max: 2 ** 31 - 1 }).chain((at) =>
    piece.chain((put) => integer({ min: 0, max: 12 }).map((cut) => ({ at, cut, put }))),
  ),
  { minLength: 1, maxLength: 4 },
);

function edited(text: string, changes: readonly { at: number; cut: number; put: string }[]): string {
  let result = text;
  for (const { at, cut, put } of changes) {
    const from = at % (result.length + 1);
    result = result.slice(0, from) + put + result.slice(from + cut);
  }
  return result;
}

describe.each(sources)('$path', (source) => {
  test('any bytes give a ParseError or numbers', () => {
    assert(property(uint8Array({ maxLength: 200 }), (bytes) => isSound(source, bytes)));
    assert(property(array(constantFrom(...evil)), (parts) => isSound(source, `${parts.join('')}\n`)));
  });

  test('real text with changes gives a ParseError or numbers', () => {
    assert(
      property(edits, (changes) => isSound(source, edited(textOf(source), changes))),
      { numRuns: 1000 },
    );
  });

  test('real text that is cut at any byte gives a ParseError or numbers', () => {
    const text = textOf(source);
    for (let length = 0; length <= text.length; length++) {
      isSound(source, text.slice(0, length));
      isSound(source, `${text.slice(0, length)}\n`);
    }
  });
});

/** Samples of a recorder over these machines in turn; gives the CSV. */
function recorded(recorder: (typeof recorders)[number], counters: boolean, steps: readonly Record<string, string>[]) {
  const { files, machine } = machineOf(kernel);
  const view = viewOf(recorder, { counters });
  const job = new Job(
    recorder,
    view,
    machine,
    () => true,
    () => {},
  );
  const csv = new Csv();
  const json = new Json();
  const out = new Text();
  const objects = new Text();
  steps.forEach((texts, i) => {
    for (const [path, text] of Object.entries(texts)) if (kernel[path] !== '') files.put(path, text);
    machine.begin((i + 1) * 20_000);
    const batch = sampled(job, (i + 1) * 20_000, i * 20_000);
    if (!batch) return;
    csv.rows(batch, out);
    json.rows(batch, objects);
  });
  return { header: view.header, csv: Buffer.from(out.view()).toString(), json: Buffer.from(objects.view()).toString() };
}

const paths = Object.keys(kernel).filter((path) => kernel[path] !== '');
const change = constantFrom(...paths).chain((path) => edits.map((changes) => ({ path, changes })));

describe.each(ableHere(recorders))('$name', (recorder) => {
  test.each([false, true])(
    'over files with changes writes whole rows of numbers that are none below zero (counters: %s)',
    (counters) => {
      assert(
        property(array(array(change, { maxLength: 4 }), { minLength: 2, maxLength: 4 }), (ticks) => {
          const steps = ticks.map((changes) => ({
            ...kernel,
            ...Object.fromEntries(
              changes.map(({ path, changes: some }) => [path, edited(kernel[path] as string, some)]),
            ),
          }));
          const { header, csv, json } = recorded(recorder, counters, steps);
          const key = recorder.key === null ? '' : '[A-Za-z0-9_.:@/+%-]*,';
          const { hasText } = viewOf(recorder, { counters });
          const cell = hasText ? '("([^"]|"")*"|[^",]*)' : '(\\d+(\\.\\d+)?)?';
          const more = header.split(',').length - (recorder.key === null ? 2 : 3);
          const row = new RegExp(`^\\d+,${key}${cell}(,${cell}){${more}}$`);
          for (const line of csv.split('\n').slice(0, -1)) expect(line).toMatch(row);
          for (const line of json.split('\n').slice(0, -1)) expect(() => JSON.parse(line)).not.toThrow();
        }),
        { numRuns: 600 },
      );
    },
  );

  test('over files that are cut at any byte goes on', () => {
    for (const path of paths) {
      const text = kernel[path] as string;
      for (let length = 0; length < text.length; length += 3) {
        const { csv } = recorded(recorder, false, [kernel, { [path]: text.slice(0, length) }, kernel, kernel]);
        expect(csv).not.toMatch(/-\d|NaN|Infinity/);
      }
    }
  });
});
