/** The index of a host says whose a file is. Lost or damaged, it is made again from what is there. */
import { describe, expect, test } from 'vitest';
import type { Disk } from './disk.ts';
import { archiveOn, boundaries, day, fileOf, frameOf, instance, machine, newDisk } from './frames.ts';

const content = fileOf(60);
const lines = boundaries(content);
const at = (line: number): number => lines[line] as number;
const stored = (disk: Disk): string | undefined => disk.content(`/a/pi1/${day}`)?.toString();
const upTo = (line: number): string => content.toString('utf8', 0, at(line));

describe('an index', () => {
  const other = { instance: 'b'.repeat(16) };
  const others = fileOf(30, 3);
  const [, , , , , , , , some = 0, more = 0] = boundaries(others);

  /** Files of two instances, closed; then the index is changed. */
  async function without(change: (bytes: Buffer) => Buffer | null): Promise<Disk> {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    await archive.append([frameOf(others, 0, some, other)]);
    await archive.close();
    for (const name of ['index', 'index.old']) {
      if (disk.content(`/a/pi1/.sdr/${name}`)) disk.damage(`/a/pi1/.sdr/${name}`, change);
    }
    return disk;
  }

  test.each([
    ['missing', () => null],
    ['empty', () => Buffer.alloc(0)],
    ['garbage', (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 85))],
    ['short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['one that says something else', (bytes: Buffer) => Buffer.from(bytes.toString().replaceAll('a', 'c'))],
  ])('that is %s is made again: who has the same bytes owns a file', async (_, change) => {
    const disk = await without(change);
    const archive = await archiveOn(disk);
    expect(await archive.append([frameOf(content, at(10), at(12))])).toEqual([{ next: at(12) }]);
    expect(await archive.append([frameOf(others, some, more, other)])).toEqual([{ next: more }]);
    expect(stored(disk)).toBe(upTo(12));
    expect(disk.content(`/a/pi1/${day}~${other.instance}`)?.toString()).toBe(others.toString('utf8', 0, more));
  });

  test('that is gone gives a file to nobody who has only its first line', async () => {
    const disk = await without(() => null);
    const archive = await archiveOn(disk);
    const third = { instance: 'd'.repeat(16) };
    const news = fileOf(5, 8);
    const header = news.indexOf(10) + 1;
    expect(await archive.append([frameOf(news, 0, header, third)])).toEqual([{ next: header }]);
    expect(await archive.append([frameOf(news, header, news.length, third)])).toEqual([{ next: news.length }]);
    expect(disk.content(`/a/pi1/${day}~${third.instance}`)?.equals(news)).toBe(true);
    expect(await archive.append([frameOf(content, 0, at(11))])).toEqual([{ next: at(11) }]);
    expect(stored(disk)).toBe(upTo(11));
  });

  test('that knows of a file which is gone has it made again under its name', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    await archive.close();
    disk.damage(`/a/pi1/${day}`, () => null);
    const again = await archiveOn(disk);
    expect(await again.append([frameOf(content, at(10), at(12))])).toEqual([{ next: 0 }]);
    expect(await again.append([frameOf(content, 0, at(4))])).toEqual([{ next: at(4) }]);
    expect(await again.append([frameOf(content, 0, at(12))])).toEqual([{ next: at(12) }]);
    expect(stored(disk)).toBe(upTo(12));
    expect(disk.paths().filter((path) => path.includes('~'))).toEqual([]);
  });

  test('lost in a power cut while it was replaced is there as it was', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    await archive.close();
    const again = await archiveOn(disk);
    await again.append([frameOf(content, 0, 30, { machine: '2'.repeat(16) })]);
    await again.append([frameOf(others, 0, some, other)]);
    await again.close();
    disk.damage('/a/pi1/.sdr/index', () => null);
    const third = await archiveOn(disk);
    expect(await third.next('pi1', machine, instance)).toEqual({ [`pi1/${day}`]: at(10) });
  });
});
