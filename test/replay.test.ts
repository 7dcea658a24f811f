/** Every fixture is a machine: its golden rows, and the values worked out by hand in its README. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recorders } from '../recorders/index.ts';
import { SdrError } from '../src/errors.ts';
import type { Format } from '../src/format.ts';
import { formats } from '../src/format.ts';
import { glob } from '../src/glob.ts';
import { nodeEngine } from '../src/hosts/node.ts';
import type { Recorder, Wanted } from '../src/recorder.ts';
import { everything } from '../src/recorder.ts';
import { replay, stepsOf } from '../src/replay.ts';
import { Text } from '../src/text.ts';
import { viewOf } from '../src/view.ts';

const root = new URL('../fixtures', import.meta.url).pathname;
const { files } = nodeEngine();

function rowsOf(recorder: Recorder, directory: string, counters = false): { csv: string; warnings: readonly string[] } {
  const view = viewOf(recorder, { counters });
  const csv = (formats['csv'] as () => Format)();
  const out = new Text();
  const warnings: string[] = [];
  out.ascii(csv.head(view));
  try {
    replay(stepsOf(files, directory), {
      recorders: [recorder],
      view: () => view,
      wanted: () => wantedOf(directory),
      warn: (_, message) => warnings.push(message),
      rows: (batch) => csv.rows(batch, out),
    });
  } catch (error) {
    // A machine that has nothing for this recorder is an answer: one line, and not even a header.
    if (!(error instanceof SdrError)) throw error;
    return { csv: '', warnings: [error.message] };
  }
  return { csv: Buffer.from(out.view()).toString('utf8'), warnings };
}

/** What the user named: lines `devices <glob>`. */
function wantedOf(directory: string): Wanted {
  const named = readFileSync(`${directory}/README`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('devices '))
    .map((line) => glob(line.slice('devices '.length)));
  return named.length === 0 ? everything : (key) => named.some((fits) => fits(key));
}

/** `expect <time> <device or -> <column> <value>`; a text may hold blanks. */
function expectations(directory: string): readonly string[][] {
  return readFileSync(`${directory}/README`, 'utf8')
    .split('\n')
    .flatMap((line) => [/^expect +(\S+) +(\S+) +(\S+) +(.*\S)\s*$/.exec(line)?.slice(1) ?? []])
    .filter((words) => words.length > 0);
}

/** The cells of a line; the last one may be quoted. */
function cellsOf(line: string): readonly string[] {
  const [, plain = '', quoted] = /^(.*?)(?:"((?:[^"]|"")*)")?$/.exec(line) ?? [];
  const cells = plain.split(',');
  return quoted === undefined ? cells : [...cells.slice(0, -1), quoted.replaceAll('""', '"')];
}

/** A row of a CSV text by time and device. */
function cellOf(csv: string, time: string, device: string, column: string): string {
  const [head = '', ...lines] = csv.trimEnd().split('\n');
  const names = head.split(',');
  const row = lines.map(cellsOf).find((cells) => cells[0] === time && (device === '-' || cells[1] === device));
  if (!row) return 'none';
  if (column === '-') return 'a row';
  const at = names.indexOf(column);
  return at < 0 ? `no column ${column}` : row[at] === '' ? 'empty' : (row[at] ?? 'short');
}

for (const recorder of recorders) {
  const folder = `${root}/${recorder.name}`;
  describe.runIf(existsSync(folder))(recorder.name, () => {
    for (const situation of existsSync(folder) ? readdirSync(folder) : []) {
      const directory = `${folder}/${situation}`;
      test(`${situation} gives its golden rows`, async () => {
        const { csv, warnings } = rowsOf(recorder, directory);
        await expect(csv).toMatchFileSnapshot(`${directory}/expected.csv`);
        await expect(`${warnings.join('\n')}\n`).toMatchFileSnapshot(`${directory}/expected.err`);
      });

      test(`${situation} agrees with what was worked out by hand`, () => {
        const { csv } = rowsOf(recorder, directory);
        const wanted = expectations(directory);
        expect(wanted.length).toBeGreaterThan(1);
        const found = wanted.map(([time = '', device = '', column = '']) => [
          time,
          device,
          column,
          cellOf(csv, time, device, column),
        ]);
        expect(found).toEqual(wanted);
      });

      test(`${situation} has no number that is not one`, () => {
        for (const counters of [false, true]) {
          const { csv } = rowsOf(recorder, directory, counters);
          const [head = '', ...lines] = csv.trimEnd().split('\n');
          for (const line of lines) {
            // Only the last column may be quoted.
            const plain = line.replace(/"(?:[^"]|"")*"$/, 'text');
            expect(plain.split(',').length).toBe(head.split(',').length);
            expect(line).not.toMatch(/NaN|Infinity|undefined|null|\de[+-]?\d+(,|$)/);
            // Only temperatures go below zero.
            const others = line.split(',').filter((_, i) => !head.split(',')[i]?.endsWith('_c'));
            expect(others.join()).not.toMatch(/,-\d/);
          }
        }
      });
    }
  });
}
