/** A start after a crash always succeeds, whatever is there: what is whole counts, what is torn is cut off and said. */
import { describe, expect, test } from 'vitest';
import { start } from '../../../src/collect/archive/journal.ts';
import type { Disk } from './disk.ts';
import { archiveOn, boundaries, day, fileOf, frameOf, newDisk } from './frames.ts';

const content = fileOf(60);
const lines = boundaries(content);
const at = (line: number): number => lines[line] as number;
const stored = (disk: Disk): string | undefined => disk.content(`/a/pi1/${day}`)?.toString();
const upTo = (line: number): string => content.toString('utf8', 0, at(line));

/** A disk after a kill, with lines 0–10, 10–20 … in the journal, each its own record. */
async function killed(records = 3): Promise<Disk> {
  const disk = newDisk();
  const archive = await archiveOn(disk);
  for (let i = 0; i < records; i++) await archive.append([frameOf(content, at(10 * i), at(10 * i + 10))]);
  return disk.kill();
}

/** The journal in use: its path. */
const journalOf = (disk: Disk): string =>
  disk.paths().find((path) => {
    const bytes = disk.content(path);
    return path.includes('journal') && bytes?.readUInt32LE(start) !== 0;
  }) ?? '';

/** Loses what was not made durable in its place. */
function loseFile(disk: Disk): void {
  disk.damage(`/a/pi1/${day}`, () => null);
}

describe('after a crash', () => {
  test('what only the journal has is put in its place, once', async () => {
    const disk = await killed();
    loseFile(disk);
    const said: string[] = [];
    const archive = await archiveOn(disk, {}, said);
    expect(stored(disk)).toBe(upTo(30));
    expect(said).toEqual([expect.stringMatching(/3 frames were taken from the journal$/)]);
    expect(archive.stats).toMatchObject({ recovered: 3, truncated: 0 });
    expect(await archive.append([frameOf(content, at(20), at(40))])).toEqual([{ next: at(40) }]);
  });

  test('a clean start says nothing, and applies nothing again', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    await archive.close();
    loseFile(disk);
    const said: string[] = [];
    const again = await archiveOn(disk, {}, said);
    expect([said, stored(disk), again.stats.recovered]).toEqual([[], undefined, 0]);
  });

  test.each([
    ['its payload', (bytes: Buffer, end: number) => bytes.fill(120, end - 30, end - 20)],
    ['its end', (bytes: Buffer, end: number) => bytes.fill(0, end - 30, end)],
    ['its length', (bytes: Buffer, _: number, from: number) => bytes.writeUInt32LE(0xfffffff0, from + 12)],
    ['its checksum', (bytes: Buffer, _: number, from: number) => bytes.writeUInt32LE(1, from + 16)],
  ])('a record torn in %s is cut off, counted and said, and what precedes it counts', async (_, tear) => {
    const disk = await killed();
    loseFile(disk);
    disk.damage(journalOf(disk), (bytes) => {
      const { from, end } = lastRecord(bytes);
      tear(bytes, end, from);
      return bytes;
    });
    const said: string[] = [];
    const archive = await archiveOn(disk, {}, said);
    expect(stored(disk)).toBe(upTo(20));
    expect(said).toEqual([
      expect.stringMatching(/2 frames were taken from the journal; \d+ bytes from a torn record on/),
    ]);
    expect(archive.stats.truncated).toBeGreaterThan(0);
    expect(await archive.append([frameOf(content, at(30), at(40))])).toEqual([{ next: at(20) }]);
    expect(await archive.append([frameOf(content, at(20), at(40))])).toEqual([{ next: at(40) }]);
  });

  test('nothing behind a torn record is applied', async () => {
    const disk = await killed();
    loseFile(disk);
    disk.damage(journalOf(disk), (bytes) => {
      const from = records(bytes)[1] as number;
      return bytes.fill(120, from + 40, from + 50);
    });
    const archive = await archiveOn(disk);
    expect(stored(disk)).toBe(upTo(10));
    expect(archive.stats).toMatchObject({ recovered: 1 });
    expect(archive.stats.truncated).toBeGreaterThan(at(30) - at(10));
  });

  test('bytes whose predecessors are gone from the disk are left out and counted, not put behind a hole', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    await archive.close();
    const again = await archiveOn(disk);
    await again.append([frameOf(content, at(10), at(20))]);
    const left = disk.kill();
    loseFile(left);
    const said: string[] = [];
    const third = await archiveOn(left, {}, said);
    expect(third.stats).toMatchObject({ recovered: 0, lost: 1 });
    expect(said).toEqual([expect.stringContaining('1 frames were left out')]);
    expect(stored(left)).toBe(undefined);
    expect(await third.append([frameOf(content, at(20), at(30))])).toEqual([{ next: 0 }]);
  });

  test.each([
    ['missing', () => null],
    ['empty', () => Buffer.alloc(0)],
    ['short', (bytes: Buffer) => bytes.subarray(0, 5000)],
    ['garbage', (bytes: Buffer) => Buffer.from(bytes.map((_, i) => (i * 151 + 7) & 255))],
    ['long', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(100_000, 65)])],
  ])('a journal that is %s is no reason not to start', async (_, change) => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    await archive.close();
    for (const name of ['journal.0', 'journal.1']) disk.damage(`/a/.sdr/${name}`, change);
    const again = await archiveOn(disk);
    expect(await again.append([frameOf(content, at(10), at(20))])).toEqual([{ next: at(20) }]);
    const left = disk.kill();
    left.damage(`/a/pi1/${day}`, () => Buffer.from(upTo(10)));
    await archiveOn(left);
    expect(stored(left)).toBe(upTo(20));
  });

  test('a file that ends inside a line is cut back to whole lines', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    await archive.close();
    disk.damage(`/a/pi1/${day}`, (bytes) =>
      Buffer.concat([bytes, content.subarray(at(10), at(11) - 4), Buffer.alloc(5000)]),
    );
    const said: string[] = [];
    const again = await archiveOn(disk, {}, said);
    expect(await again.append([frameOf(content, at(11), at(12))])).toEqual([{ next: at(10) }]);
    expect(said).toEqual([expect.stringMatching(/ bytes after the last whole line were cut off$/)]);
    expect(stored(disk)).toBe(upTo(10));
  });
});

/** Where records begin in a journal. */
function records(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let from = start; bytes.readUInt32LE(from) === bytes.readUInt32LE(start); ) {
    found.push(from);
    from += 20 + bytes.readUInt32LE(from + 12);
  }
  return found;
}

function lastRecord(bytes: Buffer): { from: number; end: number } {
  const from = records(bytes).at(-1) ?? 0;
  return { from, end: from + 20 + bytes.readUInt32LE(from + 12) };
}
