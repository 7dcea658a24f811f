/** Two engines, the same bytes: every fixture replayed by the recorder edition and by the full one. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { recorderEdition } from '../../scripts/recorder-edition.ts';
import { BuildError } from '../../scripts/tools.ts';
import { folder, output, run, sdr } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'sdr-editions-'));
const edition = join(directory, 'sdr-recorder');
let missing = '';
try {
  await recorderEdition({ entry: 'bin/sdr-recorder.ts', out: edition });
} catch (error) {
  if (!(error instanceof BuildError) || process.env['CI']) throw error;
  missing = error.message;
  process.stderr.write(`editions.test.ts is skipped: ${missing}\n`);
}
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What the user named there: lines `devices <glob>`. */
function named(machine: string, recorder: string): string[] {
  const found = readFileSync(join(machine, 'README'), 'utf8').matchAll(/^devices (.*)$/gm);
  return [...found].flatMap(([, glob]) => ['--devices', `${recorder}=${glob}`]);
}

describe.skipIf(missing !== '')('the recorder edition', () => {
  test.each(recorders.map(({ name }) => name))(
    'replays every machine of %s to the same bytes as the full edition',
    (recorder) => {
      const root = resolve('fixtures', recorder);
      const machines = readdirSync(root);
      expect(machines.length).toBeGreaterThan(2);
      for (const machine of machines) {
        for (const options of [[], ['--counters'], ['--format', 'json']]) {
          const args = ['replay', join(root, machine), recorder, ...named(join(root, machine), recorder), ...options];
          const theirs = run([edition, ...args]);
          const ours = sdr(args);
          expect([machine, theirs.stdout, theirs.stderr, theirs.status]).toEqual([
            machine,
            ours.stdout,
            ours.stderr,
            ours.status,
          ]);
        }
        const plain = run([edition, 'replay', join(root, machine), recorder, ...named(join(root, machine), recorder)]);
        expect(plain.stdout).toBe(readFileSync(join(root, machine, 'expected.csv'), 'utf8'));
      }
    },
  );

  test('records cpurec and diskrec into files', () => {
    const at = join(folder(), 'data');
    output([edition, 'record', 'cpurec', 'diskrec', '1', '2', '-o', at]);
    for (const recorder of ['cpurec', 'diskrec']) {
      const file = readdirSync(at).find((name) => name.startsWith(recorder)) ?? '';
      const [header = '', ...rows] = readFileSync(join(at, file), 'utf8').trimEnd().split('\n');
      expect(header).toMatch(/^time,device,interval_s,/);
      expect(new Set(rows.map((row) => row.split(',')[0])).size).toBe(2);
      for (const row of rows) expect(row.split(',').length).toBe(header.split(',').length);
    }
    const full = sdr(['record', 'cpurec', '1', '1', '-o', at]);
    expect(full).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(at).filter((name) => name.startsWith('cpurec'))).toHaveLength(1);
  });
});
