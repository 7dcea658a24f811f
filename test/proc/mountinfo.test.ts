/** The kernel's list of mounts, and which of them are file systems that people mean. */
import { array, assert, constantFrom, integer, oneof, property, string, tuple, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeId } from '../../src/parse.ts';
import { fileSystems } from '../../src/proc/filesystems.ts';
import type { Mount } from '../../src/proc/mountinfo.ts';
import { ownMounts } from '../../src/proc/mountinfo.ts';
import type { Wanted } from '../../src/recorder.ts';
import { everything } from '../../src/recorder.ts';
import { parsed } from '../fake/kernel.ts';

const line = '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n';
const mountsOf = (text: string | Uint8Array) => parsed(ownMounts, text)?.list ?? null;

describe('mountinfo', () => {
  test('is read as its manual page says', () => {
    expect(mountsOf(line)).toEqual([
      { id: 36, parent: 35, device: '98:0', point: '/mnt2', type: 'ext3', isReadOnly: false, isFrozen: false },
    ]);
  });

  test.each([
    ['no tags', '1 1 0:2 / / rw - rootfs rootfs rw\n', { id: 1, point: '/' }],
    [
      'several tags',
      '1 0 8:1 / /a rw shared:1 master:2 propagate_from:3 unbindable - xfs /dev/sda rw\n',
      { point: '/a' },
    ],
    ['a source of no name', '1 0 0:44 / /a rw - tmpfs  rw,size=1k\n', { type: 'tmpfs', isFrozen: false }],
    ['a read-only mount', '1 0 8:1 / /a ro,noatime - ext4 /dev/sda rw\n', { isReadOnly: true, isFrozen: false }],
    ['a read-only file system', '1 0 8:1 / /a rw - ext4 /dev/sda ro\n', { isReadOnly: false, isFrozen: true }],
    ['options that only sound so', '1 0 8:1 / /a rw,robust - x y rw,errors=remount-ro,ro\n', { isFrozen: false }],
    ['a root that is no path', '1 0 0:4 net:[4026531840] /run/n rw - nsfs nsfs rw\n', { point: '/run/n' }],
    ['a removed root', '1 0 8:1 /a//deleted /b rw - ext4 /dev/sda rw\n', { point: '/b' }],
    ['escaped bytes', '1 0 8:1 / /a\\040b\\011c\\012d\\134e rw - ext4 /dev/sda rw\n', { point: '/a%20b%09c%0Ad%5Ce' }],
    ['an escape that is none', '1 0 8:1 / /a\\09\\4\\777 rw - ext4 /dev/sda rw\n', { point: '/a%5C09%5C4%5C777' }],
    ['a type with odd bytes', '1 0 0:9 / /a rw - fuse.a\\040,b x rw\n', { type: 'fuse.a%20%2Cb' }],
    ['a source that looks like the dash', '1 0 0:9 / /a rw - fuse - rw\n', { type: 'fuse' }],
  ])('takes %s', (_, text, wanted) => {
    expect(mountsOf(text)).toEqual([expect.objectContaining(wanted)]);
  });

  test.each([
    ['', 'nothing'],
    ['36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw', 'a torn line'],
    ['36 35 98:0 /mnt1 /mnt2 rw,noatime master:1\n', 'no dash'],
    ['36 35 98 / /mnt2 rw - ext3 /dev/root rw\n', 'half a device'],
    ['36 35 98:0 / mnt2 rw - ext3 /dev/root rw\n', 'a point that is no path'],
    ['36 35 98:0 / /mnt2 rx - ext3 /dev/root rw\n', 'other options'],
    ['-1 35 98:0 / /mnt2 rw - ext3 /dev/root rw\n', 'a negative id'],
    [`${line}\n${line}`, 'an empty line'],
  ])('%j is refused: %s', (text) => {
    expect(mountsOf(text)).toBe(null);
  });

  test('gives back any mount point, byte by byte', () => {
    const bytes = uint8Array({ maxLength: 40 }).map((all) => all.filter((c) => c !== 0));
    const escaped = (all: Uint8Array): string =>
      [...all]
        .map((c) => ([32, 9, 10, 92].includes(c) ? `\\${c.toString(8).padStart(3, '0')}` : String.fromCharCode(c)))
        .join('');
    assert(
      property(bytes, (point) => {
        const [mount] = mountsOf(`1 0 8:1 / /${escaped(point)} rw - ext4 /dev/sda rw\n`) ?? [];
        expect(mount?.point).toBe(encodeId(Uint8Array.of(47, ...point)));
      }),
    );
  });

  test('takes or refuses whatever there is', () => {
    const words = constantFrom(
      '1',
      '0',
      '8:1',
      '/',
      '/a',
      'rw',
      'ro',
      '-',
      'ext4',
      ' ',
      '  ',
      '\n',
      '\\040',
      'shared:1',
      '\0',
    );
    const text = oneof(
      array(words, { maxLength: 40 }).map((all) => all.join(' ')),
      string({ unit: 'binary', maxLength: 60 }),
    );
    assert(
      property(text, (any) => {
        for (const { id, parent, device, point } of mountsOf(Buffer.from(`${any}\n`)) ?? []) {
          expect(Number.isSafeInteger(id) && Number.isSafeInteger(parent)).toBe(true);
          expect(device).toMatch(/^\d+:\d+$/);
          expect(point).toMatch(/^\/[A-Za-z0-9_.:@/+%-]*$/);
        }
      }),
    );
  });

  test('is not read again while it says the same', () => {
    const into = ownMounts.make();
    parsed(ownMounts, line, into);
    const { list } = into;
    parsed(ownMounts, line, into);
    expect(into.list).toBe(list);
    parsed(ownMounts, line.replace('rw,errors', 'ro,errors'), into);
    expect(into.list).toEqual([{ ...list[0], isFrozen: true }]);
    // What was refused in between is not what is remembered.
    expect(parsed(ownMounts, 'garbage\n', into)).toBe(null);
    parsed(ownMounts, line, into);
    expect(into.list[0]?.isFrozen).toBe(false);
  });
});

const plain = { isReadOnly: false, isFrozen: false };
let minor = 0;
const mount = (id: number, parent: number, point: string, type = 'ext4', device = `8:${minor++}`): Mount => ({
  ...plain,
  id,
  parent,
  point,
  type,
  device,
});
const pointsOf = (mounts: readonly Mount[], wanted: Wanted = everything): readonly string[] =>
  fileSystems(mounts, wanted).map(({ point }) => point);

/** Where a path leads: the kernel's walk, from the root down, at each step onto whatever is mounted there. */
function walk(mounts: readonly Mount[], path: string): Mount | undefined {
  let here = mounts.find(({ id, parent }) => id === parent);
  const names = path.split('/').filter((name) => name !== '');
  for (let n = 0; n <= names.length; n++) {
    const at = `/${names.slice(0, n).join('/')}`;
    for (let next = here; next; ) {
      here = next;
      const { id } = here;
      next = mounts.find((other) => other.parent === id && other.id !== id && other.point === at);
    }
  }
  return here;
}

describe('fileSystems()', () => {
  test('shows what a walk through the tree finds, whatever was mounted where in which order', () => {
    const name = constantFrom('a', 'b', 'ab');
    const path = array(name, { maxLength: 3 }).map((names) => `/${names.join('/')}`);
    const step = tuple(path, integer({ min: 0, max: 5 }));
    assert(
      property(array(step, { maxLength: 12 }), (steps) => {
        const mounts: Mount[] = [mount(1, 1, '/')];
        for (const [point, gone] of steps) {
          const on = walk(mounts, point);
          mounts.push(mount(mounts.length + 1, on?.id ?? 0, point));
          // Now and then the last mount goes again, as long as nothing is on it.
          if (gone === 0) mounts.pop();
        }
        const shown = mounts.filter((each) => walk(mounts, each.point) === each).map(({ point }) => point);
        expect([...pointsOf(mounts)].sort()).toEqual(shown.sort());
      }),
      { numRuns: 500 },
    );
  });

  test('ends on lists that no kernel writes', () => {
    const any = array(tuple(integer({ max: 4, min: 1 }), integer({ max: 4, min: 1 }), constantFrom('/', '/a', '/a/b')));
    assert(
      property(any, (all) => {
        const mounts = all.map(([id, parent, point]) => mount(id, parent, point));
        expect(pointsOf(mounts).length).toBe(new Set(pointsOf(mounts)).size);
      }),
    );
  });

  test('one file system is one row, at its shortest path or the one that was asked for', () => {
    const mounts = [
      mount(1, 0, '/srv/deep', 'xfs', '8:1'),
      mount(2, 0, '/srv', 'xfs', '8:1'),
      mount(3, 0, '/mnt', 'xfs', '8:1'),
    ];
    expect(pointsOf(mounts)).toEqual(['/srv']);
    expect(pointsOf(mounts, (point) => point === '/srv/deep')).toEqual(['/srv/deep']);
    expect(pointsOf(mounts, () => true)).toEqual(['/srv']);
    // Who does not want it does not want it under another name.
    expect(pointsOf(mounts, (point, named) => !named && point !== '/srv')).toEqual([]);
  });

  test.each([
    ['ext4', '8:1', '/mnt', 'shown'],
    ['a type nobody heard of, on a disk', '8:1', '/mnt', 'shown'],
    ['btrfs', '0:40', '/mnt', 'shown'],
    ['zfs', '0:40', '/mnt', 'shown'],
    ['tmpfs', '0:40', '/tmp', 'shown'],
    ['tmpfs', '0:40', '/dev/shm', 'shown'],
    ['tmpfs', '0:40', '/dev', 'asked'],
    ['tmpfs', '0:40', '/sys/fs/cgroup', 'asked'],
    ['tmpfs', '0:40', '/run/credentials/x.service', 'asked'],
    ['tmpfs', '0:40', '/var/lib/kubelet/pods/1/volumes/t', 'asked'],
    ['ext4', '8:1', '/var/lib/kubelet/pods/1/volumes/t', 'shown'],
    ['ext4', '8:1', '/var/lib/docker', 'shown'],
    ['ext4', '8:1', '/etc/hosts', 'asked'],
    ['squashfs', '7:1', '/snap/core/1', 'asked'],
    ['squashfs', '7:1', '/', 'shown'],
    ['iso9660', '11:0', '/media/cd', 'asked'],
    ['overlay', '0:40', '/', 'shown'],
    ['overlay', '0:40', '/var/lib/docker/overlay2/1/merged', 'asked'],
    ['proc', '0:40', '/proc', 'asked'],
    ['devtmpfs', '0:5', '/dev', 'asked'],
    ['fuseblk', '8:1', '/mnt', 'shown, slow'],
    ['nfs4', '0:40', '/mnt', 'asked, slow'],
    ['nfs4', '0:40', '/', 'shown'],
    ['cifs', '0:40', '/mnt', 'asked, slow'],
    ['fuse.sshfs', '0:40', '/mnt', 'asked, slow'],
    ['ocfs2', '8:1', '/mnt', 'asked, slow'],
    ['a type nobody heard of, on none', '0:40', '/mnt', 'asked, slow'],
    ['autofs', '0:40', '/mnt', 'never'],
  ])('%s (%s) at %s is %s', (type, device, point, wanted) => {
    const one = [mount(1, 0, point, type, device)];
    const [common, asked] = [fileSystems(one, everything)[0], fileSystems(one, () => true)[0]];
    const slow = (asked ?? common)?.isSlow ? ', slow' : '';
    expect(`${common ? 'shown' : asked ? 'asked' : 'never'}${slow}`).toBe(wanted);
  });

  test('what is mounted below a server may hang with it', () => {
    const mounts = [
      mount(1, 0, '/'),
      mount(2, 1, '/nas', 'nfs', '0:9'),
      mount(3, 2, '/nas/disk'),
      mount(4, 3, '/nas/disk/a'),
    ];
    const slow = fileSystems(mounts, everything).filter(({ isSlow }) => isSlow);
    expect(slow.map(({ point }) => point)).toEqual(['/nas/disk', '/nas/disk/a']);
  });
});
