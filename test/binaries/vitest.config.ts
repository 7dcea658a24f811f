/**
 * `npm run test:binaries`: the binaries that `npm run binaries` built. The system tests of the program are run again with
 * each of them, on the processor that it is made for; what is only theirs is in this folder.
 */
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { machines } from '../../scripts/targets.ts';
import { type Binary, binaries } from './programs.ts';

const systemTests = ['kill', 'disk-full', 'process', 'clock'].map((name) => `test/system/${name}.test.ts`);
const common = { pool: 'forks', testTimeout: 300_000, hookTimeout: 300_000 } as const;

function project(name: string, include: readonly string[], words: readonly string[]): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include: [...include], env: { SDR_PROGRAM: words.join(' ') } } };
}

/** libfaketime sets the clock of what is linked dynamically: an emulator, but not a static program. */
function clocked({ file, machine, words }: Binary): TestProjectInlineConfiguration {
  return project(`${file} and its clock`, ['test/system/clock.test.ts'], [...machines[machine].emulator, ...words]);
}

function projectsOf(binary: Binary): TestProjectInlineConfiguration[] {
  const isStatic = binary.edition === 'recorder edition';
  const own = 'test/binaries/each.binary.ts';
  if (binary.words.length > 1 || !isStatic) return [project(binary.file, [own, ...systemTests], binary.words)];
  const clockless = systemTests.filter((name) => !name.includes('clock'));
  return [project(binary.file, [own, ...clockless], binary.words), clocked(binary)];
}

const all = ['replay', 'alone', 'footprint', 'reproducible'].map((name) => `test/binaries/${name}.binary.ts`);

export default defineConfig({
  test: {
    ...common,
    root: `${import.meta.dirname}/../..`,
    // Much of it waits: for ticks, for signals to be heard, for disks to fill.
    maxWorkers: 3,
    retry: process.env['CI'] ? 2 : 0,
    reporters: ['default'],
    silent: false,
    projects: [project('all', all, ['dist/sdr.cjs']), ...binaries.flatMap(projectsOf)],
  },
});
