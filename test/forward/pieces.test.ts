/** What is read of a file to be sent: of ours, and nothing that somebody else put in its place. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { pieceOf } from '../../src/forward/pieces.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { nodeNet } from '../../src/hosts/node-net.ts';
import { textLength } from '../../src/sinks/directory/delivered.ts';
import { head, rows } from './world.ts';

const { files } = nodeEngine();
const budget = { bytes: 4096, rows: 100 };

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sdr-pieces-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  writeFileSync(join(made, 'secret'), 'root:secret\n');
  return made;
}

async function unpacked(path: string): Promise<string> {
  let text = '';
  for await (const part of nodeNet.unpacked(path)) text += Buffer.from(part).toString('latin1');
  return text;
}

test('a file that becomes a link after it was listed is not sent', () => {
  const path = join(folder(), 'cpurec-20260301.csv');
  writeFileSync(path, head);
  expect(pieceOf(files, path, 0, budget)?.rows).toBe(1);
  rmSync(path);
  symlinkSync('secret', path);
  expect(() => pieceOf(files, path, 0, budget)).toThrow('ELOOP');
});

test('nor is what a compressed one leads to, and a broken one is told', async () => {
  const made = folder();
  const path = join(made, 'cpurec-20260301.csv.gz');
  const text = head + rows(0, 5000);
  writeFileSync(path, gzipSync(text));
  expect(await unpacked(path)).toBe(text);
  expect(textLength(files, path, true)).toBe(text.length);
  writeFileSync(path, gzipSync(text).subarray(0, 200));
  await expect(unpacked(path)).rejects.toThrow('unexpected end of file');
  rmSync(path);
  writeFileSync(join(made, 'secret.gz'), gzipSync('root:secret\n'));
  symlinkSync('secret.gz', path);
  await expect(unpacked(path)).rejects.toThrow('ELOOP');
  expect(() => textLength(files, path, true)).toThrow('ELOOP');
});
