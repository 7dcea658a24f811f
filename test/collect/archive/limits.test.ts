/** Bounds: the disk, memory, descriptors, one collector in a directory; and what a disk that fails costs. */
import { describe, expect, test } from 'vitest';
import { archiveOn, boundaries, day, fileOf, frameOf, newDisk } from './frames.ts';
import { DiskError } from './inode.ts';

const content = fileOf(400);
const lines = boundaries(content);
const at = (line: number): number => lines[line] as number;

describe('a full disk', () => {
  test('refuses requests (507), keeps what was promised, and takes again when there is room', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    disk.room = 100;
    await expect(archive.append([frameOf(content, at(10), at(100))])).rejects.toMatchObject({ status: 507 });
    expect(disk.content(`/a/pi1/${day}`)?.toString()).toBe(content.toString('utf8', 0, at(10)));
    expect(await archive.append([frameOf(content, at(5), at(10))])).toEqual([{ next: at(10) }]);
    expect(await archive.append([frameOf(content, at(10), at(11))])).toEqual([{ next: at(11) }]);
    disk.room = 1 << 20;
    expect(await archive.append([frameOf(content, at(11), at(200))])).toEqual([{ next: at(200) }]);
    expect(disk.content(`/a/pi1/${day}`)?.toString()).toBe(content.toString('utf8', 0, at(200)));
    expect(archive.stats.full).toBe(1);
  });

  test('costs a request, not the others of the same commit, unless they go on behind it', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(10))]);
    disk.room = at(13) - at(10) + at(2);
    const results = await Promise.allSettled([
      archive.append([frameOf(content, at(10), at(100))]),
      archive.append([frameOf(content, at(100), at(101))]),
      archive.append([frameOf(content, at(10), at(90))]),
      archive.append([frameOf(content, 0, at(2), { host: 'pi2' })]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
    expect(disk.content(`/a/pi1/${day}`)?.toString()).toBe(content.toString('utf8', 0, at(10)));
    expect(await archive.append([frameOf(content, at(10), at(12))])).toEqual([{ next: at(12) }]);
  });

  test('at the start keeps the archive closed until there is room, with one line each', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk);
    await archive.append([frameOf(content, 0, at(50))]);
    const left = disk.kill();
    left.damage(`/a/pi1/${day}`, () => null);
    left.room = 10;
    const said: string[] = [];
    let now = 0;
    const again = await archiveOn(left, { now: () => now }, said);
    const request = () => again.append([frameOf(content, at(50), at(60))]);
    await expect(request()).rejects.toMatchObject({ status: 507 });
    await expect(again.next('pi1', '1'.repeat(16), 'a'.repeat(16))).rejects.toMatchObject({ status: 507 });
    left.room = 1 << 20;
    now += 5000;
    await expect(request()).rejects.toMatchObject({ status: 507 });
    await settle();
    expect(await request()).toEqual([{ next: at(60) }]);
    expect(said.filter((line) => line.includes('nothing is taken'))).toHaveLength(1);
    expect(said.filter((line) => line.endsWith(': works again'))).toHaveLength(1);
    expect(left.content(`/a/pi1/${day}`)?.toString()).toBe(content.toString('utf8', 0, at(60)));
  });

  test('is not filled to the last byte: what minFree reserves stays free', async () => {
    const disk = newDisk();
    let now = 0;
    const archive = await archiveOn(disk, { minFree: 1000, now: () => now });
    disk.room = 2000;
    await archive.append([frameOf(content, 0, at(10))]);
    disk.room = 999;
    now += 1000;
    await expect(archive.append([frameOf(content, at(10), at(11))])).rejects.toMatchObject({ status: 507 });
    await expect(archive.write('web', 'hits', 'time,n', Buffer.from('1,2\n'))).rejects.toMatchObject({ status: 507 });
    expect(await archive.append([frameOf(content, at(10), at(10))])).toEqual([{ next: at(10) }]);
    disk.room = 5000;
    now += 1000;
    expect(await archive.append([frameOf(content, at(10), at(11))])).toEqual([{ next: at(11) }]);
  });
});

describe('a disk that fails', () => {
  test('in the journal acknowledges nothing, and is tried again after a second', async () => {
    const disk = newDisk();
    const said: string[] = [];
    let now = 0;
    const archive = await archiveOn(disk, { now: () => now }, said);
    await archive.append([frameOf(content, 0, at(10))]);
    disk.before = (call) => {
      if (call === 'sync') throw new DiskError('EIO');
    };
    await expect(archive.append([frameOf(content, at(10), at(20))])).rejects.toMatchObject({ status: 503 });
    for (let i = 0; i < 5; i++) {
      now += 1000;
      await expect(archive.append([frameOf(content, 0, at(10))])).rejects.toMatchObject({ status: 503 });
      await settle();
    }
    disk.before = () => {};
    now += 1000;
    await expect(archive.append([frameOf(content, 0, at(10))])).rejects.toMatchObject({ status: 503 });
    await settle();
    expect(await archive.append([frameOf(content, at(10), at(10))])).toEqual([{ next: at(10) }]);
    expect(await archive.append([frameOf(content, at(10), at(20))])).toEqual([{ next: at(20) }]);
    expect(said.filter((line) => line.includes('nothing is taken'))).toHaveLength(1);
    expect(said.filter((line) => line.endsWith(': works again'))).toHaveLength(1);
    expect(disk.content(`/a/pi1/${day}`)?.toString()).toBe(content.toString('utf8', 0, at(20)));
  });

  test('while a journal is made good loses nothing that was acknowledged', async () => {
    let disk = newDisk(3);
    let now = 0;
    const archive = await archiveOn(disk, { now: () => now });
    let next = 0;
    for (let line = 4; line < 400 && next < at(300); line += 4) {
      disk.before = (call) => {
        if (line % 12 === 0 && call === 'sync') throw new DiskError('EIO');
      };
      const [verdict] = await archive.append([frameOf(content, next, at(line))]).catch(() => []);
      if (verdict && 'next' in verdict) next = verdict.next;
      now += 500;
    }
    disk.before = () => {};
    disk = disk.cut();
    await archiveOn(disk);
    const stored = disk.content(`/a/pi1/${day}`) ?? Buffer.alloc(0);
    expect(stored.length).toBeGreaterThanOrEqual(next);
    expect(next).toBeGreaterThan(0);
    expect(stored.equals(content.subarray(0, stored.length))).toBe(true);
  });
});

describe('memory', () => {
  test('in flight is bounded: beyond it requests are told to come again (503)', async () => {
    const archive = await archiveOn(newDisk(), { maxPending: 2000 });
    const first = archive.append([frameOf(content, 0, at(80))]);
    expect(archive.pendingBytes).toBe(at(80));
    await expect(archive.append([frameOf(content, at(80), at(120))])).rejects.toMatchObject({ status: 503 });
    expect(await first).toEqual([{ next: at(80) }]);
    expect(archive.pendingBytes).toBe(0);
    expect(await archive.append([frameOf(content, at(80), at(120))])).toEqual([{ next: at(120) }]);
    expect(archive.stats.busy).toBe(1);
  });

  test('that one request needs alone is granted', async () => {
    const archive = await archiveOn(newDisk(), { maxPending: 100 });
    expect(await archive.append([frameOf(content, 0, at(300))])).toEqual([{ next: at(300) }]);
  });
});

describe('descriptors', () => {
  test('are bounded, and files go on after theirs was closed', async () => {
    const disk = newDisk();
    const most = 12;
    let open = 0;
    let worst = 0;
    const [opened, closed] = [disk.open.bind(disk), disk.close.bind(disk)];
    disk.open = (path, create) => {
      const fd = opened(path, create);
      worst = Math.max(worst, ++open);
      return fd;
    };
    disk.close = (fd) => {
      open--;
      closed(fd);
    };
    const archive = await archiveOn(disk, { openFiles: most });
    for (const line of [10, 11, 30]) {
      const before = { 10: 0, 11: 10, 30: 11 }[line] ?? 0;
      const hosts = Array.from({ length: 50 }, (_, i) => `h${i}`);
      await Promise.all(hosts.map((host) => archive.append([frameOf(content, at(before), at(line), { host })])));
    }
    // The journals, and what is opened for a moment.
    expect(worst).toBeLessThanOrEqual(most + 4);
    for (let i = 0; i < 50; i++) {
      expect(disk.content(`/a/h${i}/${day}`)?.toString()).toBe(content.toString('utf8', 0, at(30)));
    }
    await archive.close();
    expect(open).toBe(0);
  });
});

test('many new hosts are named a few at a time: who asks between is answered', async () => {
  const disk = newDisk();
  let staged = 0;
  let most = 0;
  const opened = disk.open.bind(disk);
  disk.open = (path, create) => {
    if (path.endsWith('index.new')) {
      if (staged++ === 0) setImmediate(() => (staged = 0));
      most = Math.max(most, staged);
    }
    return opened(path, create);
  };
  disk.syncAll = async () => true;
  const archive = await archiveOn(disk, { journalBytes: 1 << 20 });
  const hosts = Array.from({ length: 300 }, (_, i) => `h${i}`);
  await Promise.all(hosts.map((host) => archive.append([frameOf(content, 0, at(3), { host })])));
  await archive.close();
  for (const host of hosts) expect(disk.content(`/a/${host}/.sdr/index`)?.toString()).toContain('machine');
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(40);
});

test('more files than keep their last bytes in memory go on all the same', async () => {
  const archive = await archiveOn(newDisk(), { journalBytes: 1 << 22, openFiles: 4096 });
  const hosts = Array.from({ length: 1100 }, (_, i) => `h${i}`);
  for (let line = 1; line < 5; line++) {
    const from = line === 1 ? 0 : at(line - 1);
    const verdicts = await Promise.all(
      hosts.map((host) => archive.append([frameOf(content, from, at(line), { host })])),
    );
    expect(new Set(verdicts.map(([verdict]) => JSON.stringify(verdict)))).toEqual(new Set([`{"next":${at(line)}}`]));
  }
  const [wrong] = await archive.append([{ ...frameOf(content, at(4), at(5), { host: 'h1099' }), crc: 1 }]);
  expect(wrong).toMatchObject({ status: 409 });
});

test('a second collector in the same directory is refused until the first one is closed', async () => {
  const disk = newDisk();
  const archive = await archiveOn(disk);
  await expect(archiveOn(disk)).rejects.toMatchObject({ exit: 'locked' });
  await archive.close();
  await archiveOn(disk);
});

test('after its end the archive refuses', async () => {
  const archive = await archiveOn(newDisk());
  const last = archive.append([frameOf(content, 0, at(4))]);
  await archive.close();
  expect(await last).toEqual([{ next: at(4) }]);
  await expect(archive.append([frameOf(content, at(4), at(5))])).rejects.toMatchObject({ status: 503 });
  await archive.close();
});

/** Lets what was begun beside a request come to its end. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
}
