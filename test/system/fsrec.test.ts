/** fsrec with file systems of its own making, in a mount namespace that goes with the test: df's numbers, and one that never answers. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needsRoot } from './needs.ts';
import { folder, lines, quoted, run, start, until } from './program.ts';

/** Runs a shell where mounts are nobody else's. */
const apart = (script: string) => run(['unshare', '-m', 'sh', '-e', '-c', script]);

interface Row {
  readonly recorder: string;
  readonly time: number;
  readonly mount: string;
}

const rowsOf = (text: string): Row[] =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Lines of `df --output=target,size,used,avail,itotal,iavail`, by target. */
const dfOf = (text: string): ReadonlyMap<string, readonly number[]> =>
  new Map(
    lines(text).map((line) => {
      const [target = '', ...numbers] = line.trim().split(/\s+/);
      return [target, numbers.map(Number)];
    }),
  );

describe('fsrec', () => {
  test('counts as df does, each file system once', needsRoot('unshare', 'df', 'mkfs.ext4'), ({ skip }) => {
    const here = folder();
    const at = (name: string) => join(here, name);
    for (const name of ['memory', 'disk', 'again', 'hidden']) mkdirSync(at(name));
    const asked = ['--devices', `fsrec=${here}/*`];
    const { status, stdout, stderr } = apart(`
      mount -t tmpfs -o size=1000k,nr_inodes=50 none ${at('memory')}
      head -c 300000 /dev/zero > ${at('memory')}/some
      truncate -s 20M ${at('image')}; mkfs.ext4 -q -m 10 ${at('image')}
      mount -o loop ${at('image')} ${at('disk')} || exit 9
      (cat /dev/zero > ${at('disk')}/full) 2>&- || true; head -c 100000 /dev/zero > ${at('memory')}/more
      mount --bind ${at('disk')} ${at('again')}
      mount -t tmpfs -o size=500k none ${at('hidden')}; mount -t tmpfs -o size=700k,ro none ${at('hidden')}
      ${quoted(['record', 'fsrec', ...asked])} | cat
      df -B1 --output=target,size,used,avail,itotal,iavail ${at('memory')} ${at('disk')} ${at('hidden')} | tail -n +2`);
    if (status === 9) skip(`the kernel refuses a loop device: ${stderr.trim()}`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [, ...all] = lines(stdout);
    const cells = all.filter((line) => line.includes(',')).map((line) => line.split(','));
    const df = dfOf(all.filter((line) => !line.includes(',')).join('\n'));
    expect(cells.map(([, mount]) => mount)).toEqual([at('memory'), at('disk'), at('hidden')]);
    for (const [, mount = '', ...values] of cells) {
      const [size = 0, free = 0, available = 0, used, inodes = 0, inodesFree = 0, , readOnly] = values.map(Number);
      expect([size, size - free, available, inodes, inodesFree]).toEqual(df.get(mount));
      expect(used).toBeCloseTo((100 * (size - free)) / (size - free + available), 2);
      expect(readOnly).toBe(mount === at('hidden') ? 1 : 0);
    }
    // The blocks that are root's are there, and nobody else can have them.
    const [, , , , ...disk] = cells[1] ?? [];
    expect(disk.slice(0, 2)).toEqual(['0', '100.00']);
  });

  test('one that never answers costs a sample 2 s, the others nothing', needsRoot('unshare', '/dev/fuse'), async () => {
    const here = folder();
    const [dead, alive] = [join(here, 'dead'), join(here, 'alive')];
    mkdirSync(dead);
    mkdirSync(alive);
    // Nobody ever reads what the kernel asks of this one.
    const script = `
      exec 3<>/dev/fuse
      mount -t tmpfs -o size=1m none ${alive}
      mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none ${dead}
      exec ${quoted(['record', 'sysrec@1', 'fsrec@4', '--format', 'json', '--devices', `fsrec=${here}/*`])}`;
    const running = start([], { under: ['unshare', '-m', 'sh', '-e', '-c', script, '--'] });
    const rows = (recorder: string) => rowsOf(running.stdout()).filter((row) => row.recorder === recorder);
    await until(
      () => rows('fsrec').length >= 2 || running.child.exitCode !== null,
      () => running.stderr(),
      60_000,
    );
    const ended = await running.stop();
    expect(ended.stderr).toBe(
      `sdr: fsrec: ${dead} (fuse) does not answer within 2 s; it has no row until it does again\n`,
    );
    expect(ended.status).toBe(0);
    const first = rows('fsrec')[0]?.time ?? 0;
    expect(rows('fsrec').map(({ time, mount }) => [time - first, mount])).toEqual([
      [0, alive],
      [4, alive],
    ]);
    // sysrec's clock went on while fsrec waited.
    const beats = rows('sysrec').map(({ time }) => time);
    expect(beats).toEqual(beats.map((_, i) => (beats[0] ?? 0) + i));
    const line = (recorder: string, time: number) =>
      rowsOf(ended.stdout).findIndex((row) => row.recorder === recorder && row.time === time);
    expect(line('fsrec', first)).toBeGreaterThan(line('sysrec', first + 1));
    expect(line('fsrec', first + 4)).toBe(line('sysrec', first + 4) + 1);
  });
});
