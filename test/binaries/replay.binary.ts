/** Every fixture, replayed by every binary to the same bytes as by Node. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { type Binary, binaries } from './programs.ts';

const forms = [[], ['--counters'], ['--format', 'json']] as const;

/** What the user named there: lines `devices <glob>`. */
function named(machine: string, recorder: string): string[] {
  const found = readFileSync(join(machine, 'README'), 'utf8').matchAll(/^devices (.*)$/gm);
  return [...found].flatMap(([, glob]) => ['--devices', `${recorder}=${glob}`]);
}

interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: unknown;
}

function run(words: readonly string[], args: readonly string[]): Promise<Said> {
  const [first = '', ...rest] = [...words, ...args];
  return new Promise((done) => {
    execFile(first, rest, { maxBuffer: 2 ** 28, env: { PATH: '/usr/bin:/bin' } }, (error, stdout, stderr) =>
      done({ stdout, stderr, code: error?.code ?? 0 }),
    );
  });
}

/** An emulated Node takes a second to start: it gets each machine in one of the forms, in turn. */
function does({ edition, words }: Binary, machine: number, form: number): boolean {
  return edition === 'recorder edition' || words.length === 1 || (machine + form) % forms.length === 0;
}

test.each(recorders.map(({ name }) => name))(
  'every machine of %s',
  async (recorder) => {
    const root = resolve('fixtures', recorder);
    const machines = readdirSync(root);
    expect(machines.length).toBeGreaterThan(2);
    for (const [i, machine] of machines.entries()) {
      for (const [j, form] of forms.entries()) {
        const args = ['replay', join(root, machine), recorder, ...named(join(root, machine), recorder), ...form];
        const plain = run([process.execPath, resolve('dist/sdr.cjs')], args);
        const theirs = binaries
          .filter((binary) => does(binary, i, j))
          .map(async ({ file, words }) => ({ file, machine, form, ...(await run(words, args)) }));
        for (const said of await Promise.all(theirs)) expect(said).toEqual({ ...said, ...(await plain) });
      }
    }
  },
  900_000,
);
