/** A real process on a real file system, killed under load: what it acknowledged is there when the next one has started. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Archive } from '../../../src/collect/archive/index.ts';
import { nodeStore } from '../../../src/collect/archive/store.ts';
import { acknowledged, faultsIn } from './sendings.ts';

const rounds = process.env['LONG'] === '1' ? 40 : 6;
const load = resolve(import.meta.dirname, 'load.ts');

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sdr-archive-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs the load until it has acknowledged so many requests, then kills it; returns what it printed. */
function killedAfter(directory: string, requests: number): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--import', 'tsx', load, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    let left = requests;
    child.stdout.setEncoding('latin1').on('data', (more: string) => {
      text += more;
      left -= more.split('\n').length - 1;
      if (left <= 0) child.kill('SIGKILL');
    });
    child.on('error', failed);
    child.on('close', (status) => (status === null ? done(text) : failed(new Error(`it ended by itself: ${status}`))));
  });
}

test('every acknowledged byte survives SIGKILL under load, again and again in the same directory', async () => {
  const directory = join(folder(), 'a');
  const promised = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [key, next] of acknowledged(await killedAfter(directory, 150 + round * 90))) {
      promised.set(key, Math.max(promised.get(key) ?? 0, next));
    }
    const archive = await Archive.open({ path: directory, report: () => {} });
    expect(faultsIn(directory, promised)).toEqual([]);
    await archive.close();
  }
  expect(promised.size).toBe(8);
});

test('a directory belongs to one archive: a second one is refused, also in the same process, until the first is closed', async () => {
  const directory = folder();
  const archive = await Archive.open({ path: directory, report: () => {}, journalBytes: 65_536 });
  const second = () => Archive.open({ path: directory, report: () => {}, journalBytes: 65_536 });
  await expect(second()).rejects.toMatchObject({
    exit: 'locked',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await archive.close();
  const third = await second();
  await third.close();
});

test('a lock that cannot be read is said as what it is', async () => {
  const directory = folder();
  mkdirSync(join(directory, '.sdr/collect.4'), { recursive: true });
  const opened = Archive.open({ path: directory, report: () => {}, journalBytes: 65_536 });
  await expect(opened).rejects.toMatchObject({ code: 'EISDIR' });
});

test('the lock of a process that is gone, or of another boot, or torn, holds nobody up', async () => {
  for (const holder of ['999999999 1 boot\n', `${process.pid} 1 another-boot\n`, '', 'garbage']) {
    const directory = folder();
    const first = await Archive.open({ path: directory, report: () => {}, journalBytes: 65_536 });
    await first.close();
    writeFileSync(join(directory, '.sdr/collect.4'), holder);
    const archive = await Archive.open({ path: directory, report: () => {}, journalBytes: 65_536 });
    await archive.close();
  }
});

test('a file system is made durable as a whole, or it is said that it was not', async () => {
  expect(await nodeStore.syncAll(folder())).toBe(true);
  expect(await nodeStore.syncAll('/nowhere/at/all')).toBe(false);
  // Again, and at the same time.
  const path = folder();
  expect(await Promise.all([1, 2, 3].map(() => nodeStore.syncAll(path)))).toEqual([true, true, true]);
});

test('where no program can make a file system durable, that is said, and tried anew', async () => {
  const path = folder();
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  try {
    expect(await nodeStore.syncAll(path)).toBe(false);
  } finally {
    process.env.PATH = PATH;
  }
  expect(await nodeStore.syncAll(path)).toBe(true);
});
