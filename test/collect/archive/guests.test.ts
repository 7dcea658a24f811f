/** Rows of those that have no files: a file of the day, a key that stores them once. */
import { describe, expect, test } from 'vitest';
import { archiveOn, fileOf, frameOf, newDisk } from './frames.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const at = (now: number) => ({ now: () => now });
const rows = (text: string): Buffer => Buffer.from(text);

describe('a guest', () => {
  test('finds its rows in a file of the day of their arrival', async () => {
    const disk = newDisk();
    let now = noon;
    const archive = await archiveOn(disk, { now: () => now });
    expect(await archive.write('web', 'hits', 'time,count', rows('1,2\n3,4\n'))).toBe(2);
    expect(await archive.write('web', 'hits', 'time,count', rows('5,6\n'))).toBe(1);
    now += 86_400_000;
    await archive.write('web', 'hits', 'time,count', rows('7,8\n'));
    expect(disk.content('/a/web/hits-20261121.csv')?.toString()).toBe('time,count\n1,2\n3,4\n5,6\n');
    expect(disk.content('/a/web/hits-20261122.csv')?.toString()).toBe('time,count\n7,8\n');
    expect([...archive.hosts()]).toMatchObject([{ host: 'web', machine: '', files: 2, rows: 4, lastTime: 7 }]);
  });

  test('with another first line gets another file, and the first one again with the first', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk, at(noon));
    await archive.write('web', 'hits', 'time,count', rows('1,2\n'));
    await archive.write('web', 'hits', 'time,count,more', rows('1,2,3\n'));
    await archive.write('web', 'hits', 'time,count', rows('4,5\n'));
    expect(disk.content('/a/web/hits-20261121.csv')?.toString()).toBe('time,count\n1,2\n4,5\n');
    expect(disk.content('/a/web/hits-20261121r0001.csv')?.toString()).toBe('time,count,more\n1,2,3\n');
  });

  test('goes on with its file after a restart', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk, at(noon));
    await archive.write('web', 'hits', 'time,count', rows('1,2\n'));
    await archive.close();
    const again = await archiveOn(disk, at(noon));
    await again.write('web', 'hits', 'time,count', rows('3,4\n'));
    expect(disk.content('/a/web/hits-20261121.csv')?.toString()).toBe('time,count\n1,2\n3,4\n');
  });

  test('never writes into a file that came from a host, nor the other way round', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk, at(noon));
    const content = fileOf(3);
    await archive.append([frameOf(content, 0, content.length, { host: 'web', file: 'hits-20261121.csv' })]);
    await archive.write('web', 'hits', 'time,cpu_pct,salt', rows('1,2,3\n'));
    await archive.write('web', 'load', 'time,cpu_pct,salt', rows('1,2,3\n'));
    await archive.append([frameOf(content, 0, content.length, { host: 'web', file: 'load-20261121.csv' })]);
    expect(disk.content('/a/web/hits-20261121.csv')?.equals(content)).toBe(true);
    expect(disk.content('/a/web/hits-20261121r0001.csv')?.toString()).toBe('time,cpu_pct,salt\n1,2,3\n');
    expect(disk.content('/a/web/load-20261121.csv')?.toString()).toBe('time,cpu_pct,salt\n1,2,3\n');
  });

  test('with a key is stored once, however often it is sent, at the same time or after restarts and power cuts', async () => {
    let disk = newDisk();
    let archive = await archiveOn(disk, at(noon));
    const send = () => archive.write('web', 'hits', 'time,count', rows('1,2\n3,4\n'), 'a key: 7');
    expect(await Promise.all([send(), send(), send()])).toEqual([2, 2, 2]);
    expect(await send()).toBe(2);
    disk = disk.cut();
    archive = await archiveOn(disk, at(noon));
    expect(await send()).toBe(2);
    await archive.close();
    archive = await archiveOn(disk, at(noon));
    expect(await send()).toBe(2);
    expect(await archive.write('web', 'hits', 'time,count', rows('1,2\n3,4\n'), 'another')).toBe(2);
    expect(await archive.write('web', 'load', 'time,count', rows('1,2\n'), 'a key: 7')).toBe(1);
    expect(disk.content('/a/web/hits-20261121.csv')?.toString()).toBe('time,count\n1,2\n3,4\n1,2\n3,4\n');
    expect(archive.stats).toMatchObject({ repeats: 1, writes: 2 });
  });

  test('has its last 10,000 keys known', async () => {
    const archive = await archiveOn(newDisk(), { ...at(noon), journalBytes: 1 << 20 });
    const send = (key: number) => archive.write('web', 'hits', 'time,count', rows(`1,${key}\n`), `${key}`);
    await Promise.all(Array.from({ length: 10_001 }, (_, key) => send(key)));
    await send(1);
    expect(archive.stats.repeats).toBe(1);
    await send(0);
    expect(archive.stats.repeats).toBe(1);
  });

  test.each([
    ['a host that is no name', ['../web', 'hits', 'time,n', '1,2\n']],
    ['a recorder that is no name', ['web', '../hits', 'time,n', '1,2\n']],
    ['a recorder that is too long', ['web', 'h'.repeat(61), 'time,n', '1,2\n']],
    ['a first line without time', ['web', 'hits', 'n,time', '1,2\n']],
    ['a first line of two lines', ['web', 'hits', 'time,n\n1,2', '1,2\n']],
    ['half a line', ['web', 'hits', 'time,n', '1,2\n3']],
  ] as const)('with %s is refused', async (_, [host, recorder, header, text]) => {
    const disk = newDisk();
    const archive = await archiveOn(disk, at(noon));
    await expect(archive.write(host, recorder, header, rows(text))).rejects.toMatchObject({ status: 400 });
    expect(disk.paths().filter((path) => path.endsWith('.csv'))).toEqual([]);
  });

  test('without rows stores nothing', async () => {
    const disk = newDisk();
    const archive = await archiveOn(disk, at(noon));
    expect(await archive.write('web', 'hits', 'time,n', rows(''))).toBe(0);
    expect(disk.paths().filter((path) => path.endsWith('.csv'))).toEqual([]);
  });
});
