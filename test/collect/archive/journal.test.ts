/** A journal gives back what was made durable in it, of its own epoch, and nothing else. */
import { describe, expect, test } from 'vitest';
import { Journal, start } from '../../../src/collect/archive/journal.ts';
import type { Disk } from './disk.ts';
import { newDisk } from './frames.ts';

describe('a journal', () => {
  const payload = (text: string): Uint8Array[] => [Buffer.concat([Buffer.alloc(20), Buffer.from(text)])];
  const readAll = (journal: Journal): string[] => Array.from(journal.payloads(), (bytes) => bytes.toString());

  async function written(disk: Disk, texts: readonly string[]): Promise<Journal> {
    const journal = new Journal(disk, '/j', 16_384);
    await journal.allocate();
    journal.begin(7);
    for (const text of texts) journal.write(payload(text), text.length);
    await journal.sync();
    return new Journal(disk, '/j', 16_384);
  }

  test('gives back what was written', async () => {
    const journal = await written(newDisk(), ['one', 'two', 'three']);
    expect([journal.isUsed, journal.counter, readAll(journal)]).toEqual([true, 7, ['one', 'two', 'three']]);
  });

  test('never gives back records of an earlier epoch', async () => {
    const disk = newDisk();
    const journal = await written(disk, ['one', 'two', 'six']);
    await journal.free();
    expect(readAll(new Journal(disk, '/j', 16_384))).toEqual([]);
    journal.begin(8);
    journal.write(payload('new'), 3);
    await journal.sync();
    expect(readAll(new Journal(disk, '/j', 16_384))).toEqual(['new']);
  });

  test('says which epoch it holds in a block that is never written over while it counts', async () => {
    const disk = newDisk();
    const journal = await written(disk, ['one']);
    const block = (from: number) => Buffer.from(disk.content('/j')?.subarray(from, from + 4096) ?? []);
    const [holds = 0] = [0, 4096].filter((from) => block(from).readUInt32LE(28) === 1);
    const [before, other] = [block(holds), block(4096 - holds)];
    await journal.free();
    expect([block(holds).equals(before), block(4096 - holds).equals(other)]).toEqual([true, false]);
    disk.damage('/j', (bytes) => bytes.fill(1, 4096 - holds, 4096 - holds + 20));
    expect(readAll(new Journal(disk, '/j', 16_384))).toEqual(['one']);
  });

  test('without room says so, but takes any record when it is empty', async () => {
    const journal = new Journal(newDisk(), '/j', 16_384);
    await journal.allocate();
    journal.begin(1);
    expect(journal.hasRoom(1 << 20)).toBe(true);
    journal.write(payload('x'), 1);
    expect([journal.hasRoom(16_384 - start - 41), journal.hasRoom(16_384 - start - 40)]).toEqual([true, false]);
  });

  test('forgets a record that could not be made durable', async () => {
    const disk = newDisk();
    const journal = await written(disk, []);
    journal.begin(8);
    journal.write(payload('one'), 3);
    journal.write(payload('two'), 3);
    journal.retract();
    expect(readAll(new Journal(disk, '/j', 16_384))).toEqual(['one']);
    journal.write(payload('six'), 3);
    expect(readAll(new Journal(disk, '/j', 16_384))).toEqual(['one', 'six']);
  });
});
