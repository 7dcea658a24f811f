/** `sdr list` on machines in folders. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { Values, World } from '../../src/command.ts';
import { list } from '../../src/commands/list.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { Report } from '../../src/report.ts';

const stat =
  'cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 10 0 10 80 0 0 0 0 0 0\nintr 1\nctxt 1\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n';

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sdr-list-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(root + path), { recursive: true });
    writeFileSync(root + path, text);
  }
  return root;
}

async function listed(values: Values, words: readonly string[] = []): Promise<string> {
  const engine = nodeEngine();
  let printed = '';
  const print: World['print'] = (text) => {
    printed += text;
  };
  const world: World = { engine, recorders, report: new Report(engine), print };
  expect(await list.run(world, words, values)).toBe('done');
  return printed;
}

const found = async (root: string): Promise<Record<string, unknown>[]> =>
  JSON.parse(await listed({ json: true, root }));

test('every recorder is a line under a heading', async () => {
  const lines = (await listed({ root: machine({ '/proc/stat': stat }) })).trimEnd().split('\n');
  expect(lines[0]).toBe('recorder  works  what it records');
  expect(lines.slice(1, 5).map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
    ['sysrec', 'yes'],
    ['cpurec', 'yes'],
    ['diskrec', 'no'],
    ['nicrec', 'no'],
  ]);
});

test('what does not work says why', async () => {
  const [, , diskrec] = (await listed({ root: machine({ '/proc/stat': stat }) })).split('\n').slice(1);
  expect(diskrec).toMatch(/^diskrec +no .*\(This machine has no \/proc\/diskstats\)$/);
});

test('a garbled file is told from a missing one', async () => {
  const root = machine({ '/proc/stat': stat, '/proc/diskstats': 'garbage\n' });
  expect((await found(root))[2]).toMatchObject({ name: 'diskrec', works: false });
  expect((await found(root))[2]?.['why']).toContain('Cannot parse /proc/diskstats');
});

test('a machine without /proc has nothing', async () => {
  const works = (await found(machine({}))).map((each) => each['works']);
  expect(works.slice(0, 4)).toEqual([false, false, false, false]);
});

test('the JSON has its keys, and the rows of a sample', async () => {
  const [sysrec, cpurec] = await found(machine({ '/proc/stat': stat }));
  expect(Object.keys(sysrec ?? {})).toEqual(['name', 'summary', 'key', 'slow_s', 'works', 'why', 'rows']);
  expect(cpurec).toMatchObject({ name: 'cpurec', key: 'device', works: true, why: '', rows: 1 });
});

test('words are refused', async () => {
  await expect(listed({}, ['cpurec'])).rejects.toThrow('list: expected no words, got "cpurec"');
});
