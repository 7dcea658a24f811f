/**
 * /proc/self/mountinfo: what is mounted where. Kernel: fs/proc_namespace.c, Documentation/filesystems/proc.rst 3.5, since 2.6.26.
 * A line: `36 35 98:0 /root /point options [tags …] - type source super-options`; blanks and such stand as `\040`.
 */
import type { Source } from '../machine.ts';
import { ascii, bytesOf, encodeId } from '../parse.ts';

export interface Mount {
  readonly id: string;
  /** `major:minor` of the file system. */
  readonly device: string;
  /** The mount point, percent-encoded. */
  readonly point: string;
  /** `ext4`, `nfs4`, `fuse.sshfs` */
  readonly type: string;
  /** By the mount or by the file system. */
  readonly isReadOnly: boolean;
}

export const mountinfo: Source<{ mounts: readonly Mount[] }> = {
  path: '/proc/self/mountinfo',
  make: () => ({ mounts: [] }),
  parse(scan, into) {
    const mounts: Mount[] = [];
    while (!scan.done) {
      const from = scan.pos;
      scan.nextLine();
      const mount = mountOf(ascii(scan.bytes, from, scan.pos - 1));
      if (mount) {
        mounts.push(mount);
        continue;
      }
      scan.pos = from;
      scan.fail('a mount');
    }
    into.mounts = mounts;
  },
};

function mountOf(line: string): Mount | null {
  const [id = '', , device = '', , point, options, ...rest] = line.split(' ');
  const dash = rest.indexOf('-');
  const [type, , superOptions = ''] = dash < 0 ? [] : rest.slice(dash + 1);
  if (!/^\d+$/.test(id) || !/^\d+:\d+$/.test(device) || point === undefined || options === undefined || !type)
    return null;
  const isReadOnly = [options, superOptions].some((each) => each.split(',').includes('ro'));
  return { id, device, point: encodeId(bytesOf(unescaped(point))), type, isReadOnly };
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/**
 * Each file system once, where people look for it: of several mounts at one point the last is what they see, of several points of
 * one device (bind mounts, btrfs subvolumes) the shortest.
 */
export function visible(mounts: readonly Mount[]): readonly Mount[] {
  const seen = new Map(mounts.map((mount) => [mount.point, mount]));
  const shown = mounts.filter((mount) => seen.get(mount.point) === mount);
  const first = new Map<string, Mount>();
  for (const mount of shown) {
    const known = first.get(mount.device);
    if (!known || mount.point.length < known.point.length) first.set(mount.device, mount);
  }
  return shown.filter((mount) => first.get(mount.device) === mount);
}
