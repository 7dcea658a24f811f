/** Space and inodes per file system, from statfs(2). One that may never answer is asked beside the tick, and only if somebody wants it. */
import { ParseError, SdrError } from '../src/errors.ts';
import { indexes } from '../src/formula.ts';
import type { Space } from '../src/host.ts';
import type { Machine } from '../src/machine.ts';
import { fileSystems } from '../src/proc/filesystems.ts';
import type { Mount } from '../src/proc/mountinfo.ts';
import type { Mounted } from '../src/proc/mounts.ts';
import { mountsOf } from '../src/proc/mounts.ts';
import type { Answer } from '../src/proc/space.ts';
import { asking } from '../src/proc/space.ts';
import type { Reader, Wanted } from '../src/recorder.ts';
import { defineRecorder } from '../src/recorder.ts';
import { gauge, level, part } from '../src/schema.ts';

const fields = {
  size: gauge('size_bytes', 'statfs f_blocks × f_frsize', 'size'),
  free: gauge('free_bytes', 'statfs f_bfree × f_frsize', 'free, what only root may use included'),
  available: gauge('available_bytes', 'statfs f_bavail × f_frsize', 'free for everybody'),
  inodes: gauge('inodes', 'statfs f_files', 'inodes'),
  inodes_free: gauge('inodes_free', 'statfs f_ffree', 'free inodes'),
  read_only: gauge('read_only', '/proc/self/mountinfo, /proc/1/mountinfo: ro', '1 when it is read-only'),
} as const;
const at = indexes(fields);

export const fsrec = defineRecorder({
  name: 'fsrec',
  summary: 'space and inodes per file system',
  key: 'mount',
  slow: 60_000,
  sources: ['/proc/self/mountinfo'],
  fields,
  columns: {
    size_bytes: level('size', 'size'),
    free_bytes: level('free', 'free, what only root may use included'),
    available_bytes: level('available', 'free for everybody'),
    used_pct: part(['size', '-free'], ['size', '-free', 'available'], 'used of what everybody may use, as df counts'),
    inodes: level('inodes', 'inodes; empty where they are made as needed'),
    inodes_free: level('inodes_free', 'free inodes'),
    inodes_used_pct: part(['inodes', '-inodes_free'], 'inodes', 'inodes in use'),
    read_only: level('read_only', '1 when it is read-only'),
  },
  notes: [
    {
      title: 'Which file systems',
      text: 'Those that df shows, each once: disks, ZFS and btrfs, memory (tmpfs), and the root, whatever it is. Of bind mounts and subvolumes the shortest mount point stands for all; what is hidden under another mount has no row. Left out unless --devices names their mount point: network file systems and FUSE, images that are always full (snaps, CDs), layers of containers, pseudo file systems, what is mounted over single files or below /proc, /sys, /run/credentials and the folders of container engines. autofs is never looked at, which would mount it. A file system that says that it has no size has no row.',
    },
    {
      title: 'Asking for others',
      text: "--devices names all that is wanted, so name the rest too: --devices fsrec=/ --devices 'fsrec=/mnt/*'; fsrec=* is all there is. Names are as in the column, with odd bytes percent-encoded: /mnt/my%20disk.",
    },
    {
      title: 'Silent servers',
      text: 'What a server, a cluster or a process answers for (nfs, cifs, ceph, sshfs, ntfs-3g …), and what is mounted below such a one, is asked beside the tick for at most 2 s. One that is silent costs that once, with a warning; from then on it has no row, is looked for after a minute, two, four … an hour, and nothing waits for it. The other rows of that one sample are written when the 2 s are over, with the time of their tick.',
    },
    {
      title: 'Used',
      text: 'used_pct is (size - free) / (size - free + available): what root keeps back counts neither as used nor as available. df prints the same rounded up to a whole percent. Of btrfs, ZFS and thin volumes what is available is an estimate of the kernel. Inodes are empty where they are made as needed (btrfs, vfat).',
    },
    {
      title: 'Read-only',
      text: 'read_only is 1 when the file system is (also after an error: errors=remount-ro) or its mount is, as the first process sees it: that a service has it read-only (ProtectSystem=strict) does not count. ProtectHome=yes hides /home from a service, and it has no row then: ProtectHome=read-only shows it.',
    },
  ],
  examples: [
    'sdr record fsrec --format table',
    'sdr record fsrec 1m -o /var/lib/sdr',
    "sdr record fsrec 1m --devices fsrec=/ --devices 'fsrec=/mnt/*'",
    "sdr record fsrec | awk -F, 'NR>1 && $6>90 {print $2, $6}'",
  ],
  open(machine: Machine, wanted: Wanted) {
    const read = mountsOf(machine);
    insist(read, wanted);
    const ask = asking(machine);
    return {
      ask(answered) {
        try {
          const { list, readOnly } = read();
          ask(fileSystems(list, wanted), (answers) => answered(filler(machine, answers, readOnly)));
        } catch (error) {
          answered(() => {
            throw error;
          });
        }
      },
    };
  },
});

/** Throws when there is nothing that could ever have a row. A list that is broken may be whole at the next tick. */
function insist(read: () => Mounted, wanted: Wanted): void {
  try {
    const possible: Wanted = (point, named) => !named || wanted(point, true);
    if (fileSystems(read().list, possible).length > 0) return;
  } catch (error) {
    if (error instanceof ParseError) return;
    throw error;
  }
  throw new SdrError('unavailable', 'This machine has no file system but pseudo ones: --devices names those');
}

/** What cannot be asked (no right to, gone meanwhile) has no row, nor has what has no size. */
const filler =
  (machine: Machine, answers: readonly Answer[], readOnly: (mount: Mount) => boolean): Reader =>
  (sample) => {
    for (const [mount, space] of answers) {
      if (typeof space === 'string') refused(machine, mount, space);
      else if (space.totalBytes > 0) fill(sample.row(mount.point), readOnly(mount), space);
    }
  };

function refused(machine: Machine, { point }: Mount, code: string): void {
  // Silence has been told already; what is gone is no fault.
  if (code === 'ETIMEDOUT' || code === 'ENOENT') return;
  machine.warn(`fsrec: ${point} ${code}`, `fsrec: Cannot ask ${point}: ${code}; it has no row`);
}

function fill(values: Float64Array | null, isReadOnly: boolean, space: Space): void {
  if (!values) return;
  values[at.size] = space.totalBytes;
  values[at.free] = space.freeBytes;
  values[at.available] = space.availableBytes;
  values[at.inodes] = space.inodes > 0 ? space.inodes : Number.NaN;
  values[at.inodes_free] = space.inodes > 0 ? space.inodesFree : Number.NaN;
  values[at.read_only] = isReadOnly ? 1 : 0;
}
