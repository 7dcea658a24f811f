/** Space and inodes per file system, from statfs(2). One that may never answer is asked beside the tick, and only if somebody wants it. */
import { indexes } from '../src/formula.ts';
import type { Space } from '../src/host.ts';
import type { Machine } from '../src/machine.ts';
import { decodeId } from '../src/parse.ts';
import type { Mount } from '../src/proc/mountinfo.ts';
import { mountinfo, visible } from '../src/proc/mountinfo.ts';
import type { Reader } from '../src/recorder.ts';
import { defineRecorder } from '../src/recorder.ts';
import { gauge, level, part } from '../src/schema.ts';

const fields = {
  size: gauge('size_bytes', 'statfs f_blocks × f_frsize', 'size'),
  free: gauge('free_bytes', 'statfs f_bfree × f_frsize', 'free, what only root may use included'),
  available: gauge('available_bytes', 'statfs f_bavail × f_frsize', 'free for everybody'),
  inodes: gauge('inodes', 'statfs f_files', 'inodes'),
  inodes_free: gauge('inodes_free', 'statfs f_ffree', 'free inodes'),
  read_only: gauge('read_only', '/proc/self/mountinfo, options', '1 when it is mounted read-only'),
} as const;
const at = indexes(fields);

/** How long a file system may take that may never answer, milliseconds. */
const limit = 2000;

/** These hold nothing that could fill up; images are full by nature, an overlay is counted where its upper layer lies. */
const pseudo = new Set(
  (
    'autofs bdev binder binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devfs devpts devtmpfs dmabuf drm efivarfs ' +
    'fuse.lxcfs fuse.gvfsd-fuse fuse.portal fusectl hugetlbfs mqueue nfsd nsfs overlay pipefs proc pstore ramfs ' +
    'resctrl rootfs rpc_pipefs securityfs selinuxfs smackfs sockfs squashfs sysfs tracefs usbfs vboxsf xenfs'
  ).split(' '),
);

/** Somebody else answers for these: a server, a cluster, a process. */
const remote =
  /^(nfs\d*|cifs|smb\w*|ncpfs|afs|9p|ceph|glusterfs|lustre|gfs2?|ocfs2|orangefs|virtiofs|beegfs|davfs|coda|fuse(\..*)?|fuseblk)$/;

type Answer = readonly [mount: Mount, space: Space | string];

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
    read_only: level('read_only', '1 when it is mounted read-only'),
  },
  notes: [
    {
      title: 'Which file systems',
      text: 'Each file system once: of bind mounts and btrfs subvolumes the shortest mount point, of several at one point the last, which hides the others. Pseudo file systems, squashfs and overlays (but the root of a container) are left out unless --devices names their mount point; autofs always, because looking would mount it.',
    },
    {
      title: 'Network and FUSE',
      text: 'nfs, cifs, ceph, sshfs and others whose answer comes from a server or a process are recorded only when --devices names them, such as --devices fsrec=/mnt/*. They are asked beside the tick with a limit of 2 s. One that does not answer is skipped with a warning until it is mounted anew; the others are not held up any longer.',
    },
    {
      title: 'Used',
      text: 'used_pct is (size - free) / (size - free + available): what root keeps back counts neither as used nor as available. df prints the same rounded up to a whole percent. btrfs, ZFS and thin volumes know only an estimate of what will fit.',
    },
  ],
  examples: ['sdr record fsrec 60 -o /var/lib/sdr', "sdr record fsrec --devices 'fsrec=/mnt/*' --format table"],
  open(machine: Machine, isAsked: (mount: string) => boolean) {
    const read = machine.required(mountinfo);
    const dead = new Set<string>();
    const isShown = (mount: Mount): boolean => {
      if (mount.type === 'autofs' || dead.has(mount.id)) return false;
      const isQuiet = remote.test(mount.type) || (pseudo.has(mount.type) && !isContainerRoot(mount));
      return !isQuiet || isAsked(mount.point);
    };
    return {
      ask(answered) {
        let shown: readonly Mount[];
        try {
          shown = visible(read().mounts).filter(isShown);
        } catch (error) {
          answered(() => {
            throw error;
          });
          return;
        }
        askAll(machine, shown, (answers) => {
          for (const [mount, space] of answers) if (space === 'ETIMEDOUT') bury(machine, mount, dead);
          answered(filler(answers));
        });
      },
    };
  },
});

const isContainerRoot = ({ type, point }: Mount): boolean => type === 'overlay' && point === '/';

/** The space of all, in their order, when the last has answered. */
function askAll(machine: Machine, mounts: readonly Mount[], then: (answers: readonly Answer[]) => void): void {
  const answers: Answer[] = [];
  let left = mounts.length;
  const done = (i: number, mount: Mount, space: Space | string): void => {
    answers[i] = [mount, space];
    left--;
    if (left === 0) then(answers);
  };
  mounts.forEach((mount, i) => {
    const path = decodeId(mount.point);
    if (remote.test(mount.type)) machine.askSpace(path, limit, (space) => done(i, mount, space));
    else done(i, mount, machine.space(path));
  });
  if (mounts.length === 0) then(answers);
}

function bury(machine: Machine, { id, point, type }: Mount, dead: Set<string>): void {
  dead.add(id);
  machine.warn(
    `fsrec: ${point}`,
    `fsrec: ${point} (${type}) does not answer within ${limit / 1000} s: skipped until it is mounted anew`,
  );
}

/** What cannot be asked (no right, gone meanwhile) has no row. */
const filler =
  (answers: readonly Answer[]): Reader =>
  (sample) => {
    for (const [mount, space] of answers) {
      if (typeof space === 'string' || space.totalBytes === 0) continue;
      const values = sample.row(mount.point);
      if (values) fill(values, mount, space);
    }
  };

function fill(values: Float64Array, { isReadOnly }: Mount, space: Space): void {
  values[at.size] = space.totalBytes;
  values[at.free] = space.freeBytes;
  values[at.available] = space.availableBytes;
  values[at.inodes] = space.inodes > 0 ? space.inodes : Number.NaN;
  values[at.inodes_free] = space.inodes > 0 ? space.inodesFree : Number.NaN;
  values[at.read_only] = isReadOnly ? 1 : 0;
}
