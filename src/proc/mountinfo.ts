/**
 * What is mounted where. Kernel: fs/proc_namespace.c (show_mountinfo), Documentation/filesystems/proc.rst 3.5, since 2.6.26. A line:
 * `36 35 98:0 /root /point options [tags …] - type source super-options`; blanks, tabs, LF and backslashes stand as `\040`.
 */
import type { Source } from '../machine.ts';
import type { Scan } from '../parse.ts';
import { ascii, bytesOf, encodeId, same } from '../parse.ts';

export interface Mount {
  readonly id: number;
  /** The mount that it is mounted on. */
  readonly parent: number;
  /** `major:minor` of the file system; the major number is 0 where there is no block device behind it, and for btrfs. */
  readonly device: string;
  /** The mount point, percent-encoded. */
  readonly point: string;
  /** `ext4`, `nfs4`, `fuse.sshfs`; percent-encoded. */
  readonly type: string;
  /** Whether nothing can be written here: the mount's own word. */
  readonly isReadOnly: boolean;
  /** Whether nothing can be written anywhere on it: the file system's word. */
  readonly isFrozen: boolean;
}

/** All mounts in the kernel's order; `bytes` is the text that they were read from. */
export interface Mounts {
  bytes: Uint8Array;
  list: readonly Mount[];
}

const mountinfo = (path: string): Source<Mounts> => ({
  path,
  make: () => ({ bytes: new Uint8Array(0), list: [] }),
  parse(scan, into) {
    // Mounts change rarely, and a host of containers has a thousand of them.
    if (into.bytes.length === scan.end && same(into.bytes, scan.bytes, 0)) return;
    const list: Mount[] = [];
    while (!scan.done) list.push(mountOf(scan));
    into.list = list;
    into.bytes = scan.bytes.slice(0, scan.end);
  },
});

/** As this process sees them. */
export const ownMounts = mountinfo('/proc/self/mountinfo');
/** As the first process sees them, without what systemd puts around a service. */
export const firstMounts = mountinfo('/proc/1/mountinfo');

/** The mount of the line here. */
function mountOf(scan: Scan): Mount {
  const from = scan.pos;
  scan.nextLine();
  const mount = lineOf(ascii(scan.bytes, from, scan.pos - 1));
  if (mount) return mount;
  scan.pos = from;
  return scan.fail('a mount');
}

/** Only a blank parts: to \S, a byte of `à` is one too. */
const heading =
  /^(\d+) (\d+) (\d+:\d+) [^ ]* (\/[^ ]*) (r[ow])(?:,[^ ]*)? (?:[^ ]+ )*?- ([^ ]+) [^ ]* (r[ow])(?:,|$| )/;

function lineOf(line: string): Mount | null {
  const [, id, parent, device = '', point = '', own, type = '', all] = heading.exec(line) ?? [];
  if (id === undefined) return null;
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    point: encodeId(bytesOf(unescaped(point))),
    type: encodeId(bytesOf(unescaped(type))),
    isReadOnly: own === 'ro',
    isFrozen: all === 'ro',
  };
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
