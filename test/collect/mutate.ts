/**
 * `tsx test/collect/mutate.ts [word]`: each thing that the archive's promises rest on is taken out of a copy of the source in turn, and
 * a test must fail. The named tests pass on the source as it is, or nothing is shown.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mutation } from './archive/mutations.ts';
import { mutations } from './archive/mutations.ts';

const root = resolve(import.meta.dirname, '../..');

/** A copy of what the tests of the archive need. */
function copy(): string {
  const at = mkdtempSync(join(tmpdir(), 'sdr-mutate-'));
  for (const path of [
    'src',
    'test/fake',
    'test/collect/archive',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ]) {
    cpSync(join(root, path), join(at, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(at, 'node_modules'));
  return at;
}

/** Runs one test; how many passed and failed. */
function run(at: string, test: string, name: string): { readonly passed: number; readonly failed: number } {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    `test/collect/archive/${test}`,
    '-t',
    name,
    '--reporter=json',
    '--retry=0',
    '--bail=1',
  ];
  const { stdout } = spawnSync(process.execPath, args, { cwd: at, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = Object(
    JSON.parse(stdout.slice(stdout.indexOf('{"'))),
  );
  return { passed, failed };
}

/** '' when a mutation makes its test fail, else what happened instead. */
function faultOf(at: string, { file, from, to, test, name }: Mutation): string {
  const path = join(at, 'src/collect/archive', file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) return `${file} does not have, once, ${from}`;
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  const { failed } = run(at, test, name);
  writeFileSync(path, source);
  return failed > 0 ? '' : `${test} "${name}" does not fail`;
}

const [word = ''] = process.argv.slice(2);
const chosen = mutations.filter(({ what }) => what.includes(word));
const at = copy();
let caught = 0;
try {
  for (const key of new Set(chosen.map(({ test, name }) => `${test}|${name}`))) {
    const [test = '', name = ''] = key.split('|');
    const { passed, failed } = run(at, test, name);
    if (passed === 0 || failed > 0)
      console.log(`WRONG ${test} "${name}", unchanged: ${passed} passed, ${failed} failed`);
    if (passed === 0 || failed > 0) process.exitCode = 1;
  }
  for (const mutation of chosen) {
    const fault = faultOf(at, mutation);
    console.log(`${fault === '' ? 'caught' : 'MISSED'} ${mutation.what}${fault === '' ? '' : `: ${fault}`}`);
    if (fault === '') caught++;
  }
} finally {
  rmSync(at, { recursive: true });
}
console.log(`${caught} of ${chosen.length} mutations caught`);
if (caught < chosen.length || chosen.length === 0) process.exitCode = 1;
