/** The rules of the wire: what becomes of a frame. */
import { describe, expect, test } from 'vitest';
import type { Archive } from '../../../src/collect/archive/index.ts';
import type { Frame } from '../../../src/wire/frame.ts';
import type { Disk } from './disk.ts';
import { archiveOn, boundaries, day, fileOf, frameOf, instance, machine, newDisk } from './frames.ts';

const content = fileOf(50);
const lines = boundaries(content);
const at = (line: number): number => lines[line] as number;
const text = (disk: Disk, name = day, host = 'pi1'): string | undefined =>
  disk.content(`/a/${host}/${name}`)?.toString();

async function verdict(archive: Archive, frame: Frame) {
  const [only] = await archive.append([frame]);
  return only;
}

/** An archive that has the first lines. */
async function withLines(count: number): Promise<{ archive: Archive; disk: Disk }> {
  const disk = newDisk();
  const archive = await archiveOn(disk);
  await archive.append([frameOf(content, 0, at(count))]);
  return { archive, disk };
}

describe('a frame', () => {
  test('that goes on where the file ends is appended', async () => {
    const { archive, disk } = await withLines(10);
    expect(await verdict(archive, frameOf(content, at(10), at(20)))).toEqual({ next: at(20) });
    expect(text(disk)).toBe(content.toString('utf8', 0, at(20)));
  });

  test('beyond the end is not stored, and the sender is told to go back', async () => {
    const { archive, disk } = await withLines(10);
    expect(await verdict(archive, frameOf(content, at(11), at(20)))).toEqual({ next: at(10) });
    expect(text(disk)).toBe(content.toString('utf8', 0, at(10)));
    expect(archive.stats.rewinds).toBe(1);
  });

  test('beyond the start of a file that is not there is answered with 0, and makes nothing', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    expect(await verdict(archive, frameOf(content, at(5), at(9)))).toEqual({ next: 0 });
    expect(disk.paths().filter((path) => path.includes('pi1'))).toEqual([]);
  });

  test('that is there already is acknowledged once more, and stored once', async () => {
    const { archive, disk } = await withLines(10);
    expect(await verdict(archive, frameOf(content, at(3), at(7)))).toEqual({ next: at(10) });
    expect(text(disk)).toBe(content.toString('utf8', 0, at(10)));
    expect(archive.stats.duplicates).toBe(1);
  });

  test('of which a part is there brings the rest', async () => {
    const { archive, disk } = await withLines(10);
    expect(await verdict(archive, frameOf(content, at(8), at(12)))).toEqual({ next: at(12) });
    expect(text(disk)).toBe(content.toString('utf8', 0, at(12)));
  });

  test('without bytes asks how far the archive is', async () => {
    const { archive } = await withLines(10);
    expect(await verdict(archive, frameOf(content, at(10), at(10)))).toEqual({ next: at(10) });
    expect(await verdict(archive, frameOf(content, 0, 0))).toEqual({ next: at(10) });
    expect(await verdict(archive, frameOf(content, at(20), at(20)))).toEqual({ next: at(10) });
    expect(await verdict(archive, frameOf(content, 0, 0, { host: 'nobody' }))).toEqual({ next: 0 });
    expect(await verdict(archive, frameOf(content, at(5), at(5), { crc: 1 }))).toMatchObject({ status: 409 });
  });

  test('whose bytes are other than those stored is refused', async () => {
    const { archive, disk } = await withLines(10);
    const other = Buffer.from(content);
    other[at(9) + 3] = 57 - (other[at(9) + 3] === 57 ? 1 : 0);
    const crc = frameOf(content, at(9), at(12)).crc;
    expect(await verdict(archive, frameOf(other, at(9), at(12), { crc }))).toMatchObject({ status: 409 });
    expect(await verdict(archive, frameOf(other, at(9), at(10), { crc }))).toMatchObject({ status: 409 });
    expect(text(disk)).toBe(content.toString('utf8', 0, at(10)));
    expect(archive.stats.conflicts).toBe(2);
  });

  test('after other bytes than those stored is refused', async () => {
    const { archive, disk } = await withLines(10);
    expect(await verdict(archive, frameOf(content, at(10), at(12), { crc: 0xdeadbeef }))).toMatchObject({
      status: 409,
    });
    expect(await verdict(archive, frameOf(content, at(4), at(12), { crc: 0xdeadbeef }))).toMatchObject({ status: 409 });
    expect(text(disk)).toBe(content.toString('utf8', 0, at(10)));
  });

  test('is compared with bytes that are still on their way', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    const other = Buffer.from(content);
    other[at(4) + 3] = 57 - (other[at(4) + 3] === 57 ? 1 : 0);
    const crc = frameOf(content, at(4), at(8)).crc;
    const [first, second, third, fourth, fifth] = await Promise.all([
      verdict(archive, frameOf(content, 0, at(5))),
      verdict(archive, frameOf(content, at(5), at(9))),
      verdict(archive, frameOf(content, at(3), at(7))),
      verdict(archive, frameOf(other, at(4), at(8), { crc })),
      verdict(archive, frameOf(content, at(9), at(12), { crc: 7 })),
    ]);
    expect([first, second, third]).toEqual([{ next: at(5) }, { next: at(9) }, { next: at(9) }]);
    expect([fourth, fifth]).toMatchObject([{ status: 409 }, { status: 409 }]);
    expect(text(disk)).toBe(content.toString('utf8', 0, at(9)));
  });

  test('that repeats what is on its way is acknowledged after that is durable, not before', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(5))]);
    const syncs = disk.syncs;
    const first = archive.append([frameOf(content, at(5), at(9))]).then(() => disk.syncs);
    const again = archive.append([frameOf(content, at(5), at(9))]).then(() => disk.syncs);
    const asked = archive.append([frameOf(content, at(5), at(5))]).then(() => disk.syncs);
    const beyond = archive.append([frameOf(content, at(20), at(21))]).then(() => disk.syncs);
    expect(await Promise.all([first, again, asked, beyond])).toEqual([1, 1, 1, 1].map((n) => syncs + n));
  });

  test('that begins a file must begin with time,', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    expect(await verdict(archive, frameOf(Buffer.from('host,cpu\n1,2\n'), 0, 13))).toMatchObject({ status: 400 });
    expect(disk.paths().filter((path) => path.includes('pi1'))).toEqual([]);
    expect([...archive.hosts()]).toEqual([]);
  });

  test('of one request may be refused while others are stored', async () => {
    const { archive, disk } = await withLines(10);
    const verdicts = await archive.append([
      frameOf(content, at(10), at(11), { crc: 1 }),
      frameOf(content, 0, at(4), { file: 'sysrec-20261121.csv' }),
    ]);
    expect(verdicts).toMatchObject([{ status: 409 }, { next: at(4) }]);
    expect(text(disk, 'sysrec-20261121.csv')).toBe(content.toString('utf8', 0, at(4)));
  });

  test('larger than what is copied, and a file longer than what precedes a checksum, are stored as any other', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    const long = fileOf(9000);
    const ends = boundaries(long);
    let next = 0;
    for (const line of [3, 2500, 2600, 2601, 9001]) {
      const end = ends[line] as number;
      expect(await verdict(archive, frameOf(long, next, end))).toEqual({ next: end });
      next = end;
    }
    expect(disk.content(`/a/pi1/${day}`)?.equals(long)).toBe(true);
    expect(await verdict(archive, frameOf(long, 0, long.length))).toEqual({ next: long.length });
  });
});

describe('a host', () => {
  test('is one machine: another under its name is refused until it is accepted', async () => {
    const { archive, disk } = await withLines(10);
    const stranger = { machine: '2'.repeat(16), instance: 'b'.repeat(16) };
    const other = fileOf(20, 9);
    expect(() => archive.accept('pi1')).toThrow('no other machine');
    expect(await verdict(archive, frameOf(other, 0, 60, stranger))).toMatchObject({ status: 409 });
    await expect(archive.next('pi1', stranger.machine, stranger.instance)).rejects.toMatchObject({ status: 409 });
    expect([...archive.hosts()]).toMatchObject([{ host: 'pi1', machine, refused: stranger.machine }]);
    archive.accept('pi1');
    expect(await verdict(archive, frameOf(other, 0, 30, stranger))).toEqual({ next: 30 });
    expect(await verdict(archive, frameOf(content, at(10), at(11)))).toMatchObject({ status: 409 });
    expect(text(disk, `${day}~${stranger.instance}`)).toBe(other.toString('utf8', 0, 30));
    const left = disk.cut();
    const again = await archiveOn(left);
    expect(await verdict(again, frameOf(other, 0, 30, stranger))).toEqual({ next: 30 });
    await again.close();
    const third = await archiveOn(left);
    expect([...third.hosts()]).toMatchObject([{ machine: stranger.machine, refused: null }]);
  });

  test('without a known machine only matches itself', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    const nobody = '0'.repeat(16);
    expect(await verdict(archive, frameOf(content, 0, at(2), { machine: nobody }))).toEqual({ next: at(2) });
    expect(await verdict(archive, frameOf(content, at(2), at(3)))).toMatchObject({ status: 409 });
    expect(await verdict(archive, frameOf(content, at(2), at(3), { machine: nobody }))).toEqual({ next: at(3) });
  });

  test('whose directory was wiped has the same file name kept beside the first', async () => {
    const { archive, disk } = await withLines(10);
    const wiped = { instance: 'b'.repeat(16) };
    const other = fileOf(20, 5);
    const end = boundaries(other)[6] as number;
    expect(await verdict(archive, frameOf(other, 0, end, wiped))).toEqual({ next: end });
    expect(await verdict(archive, frameOf(content, at(10), at(12)))).toEqual({ next: at(12) });
    expect(text(disk)).toBe(content.toString('utf8', 0, at(12)));
    expect(text(disk, `${day}~${wiped.instance}`)).toBe(other.toString('utf8', 0, end));
    expect(await archive.next('pi1', machine, instance)).toEqual({ [`pi1/${day}`]: at(12) });
    expect(await archive.next('pi1', machine, wiped.instance)).toEqual({ [`pi1/${day}`]: end });
    await archive.close();
    const again = await archiveOn(disk);
    expect(await again.next('pi1', machine, wiped.instance)).toEqual({ [`pi1/${day}`]: end });
    expect(await verdict(again, frameOf(other, end, end, wiped))).toEqual({ next: end });
    expect([...again.hosts()]).toMatchObject([{ files: 2, instances: 2, lastTime: 1_795_000_010 }]);
  });

  test('has a name that leads nowhere else', async () => {
    const archive = await archiveOn(newDisk());
    await expect(archive.next('../x', machine, instance)).rejects.toMatchObject({ status: 400 });
    expect(() => archive.accept('..')).toThrow('expected a host name');
  });

  test('is told nothing of files of other instances, and nothing of hosts that are not there', async () => {
    const { archive } = await withLines(10);
    expect(await archive.next('pi1', machine, 'd'.repeat(16))).toEqual({});
    expect(await archive.next('pi9', machine, instance)).toEqual({});
  });

  test('is counted', async () => {
    const { archive } = await withLines(10);
    await archive.append([frameOf(content, 0, at(3), { file: 'sysrec-20261121.csv' })]);
    const [status] = [...archive.hosts()];
    expect(status).toMatchObject({ host: 'pi1', machine, refused: null, files: 2, rows: 11, instances: 1 });
    expect(status).toMatchObject({ bytes: at(10) + at(3), lastTime: 1_795_000_008 });
    expect(archive.stats).toMatchObject({ frames: 2, rows: 11, bytes: at(10) + at(3), commits: 2 });
    await archive.append([frameOf(content, at(10), at(12))]);
    expect([...archive.hosts()]).toMatchObject([{ files: 2, bytes: at(12) + at(3) }]);
  });
});
