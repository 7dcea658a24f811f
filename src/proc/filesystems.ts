/**
 * Which of the mounts are file systems that people mean, and which of those may never answer. Where lists end, doubt decides: what is
 * on a block device is a disk, what is not and has a name that we do not know is somebody else's and may hang.
 */
import type { Wanted } from '../recorder.ts';
import type { Mount } from './mountinfo.ts';

/** A mount that can be seen, and whether statfs(2) of it may never return. */
export interface Seen extends Mount {
  readonly isSlow: boolean;
}

const set = (types: string): ReadonlySet<string> => new Set(types.split(' '));

/** They hold data and have no block device of their own. */
const holding = set('tmpfs btrfs zfs bcachefs ubifs jffs2 yaffs yaffs2');
/** Layers over another file system, whose space this is. */
const layers = set('overlay aufs');
/** Read-only by nature, so always full. */
const images = set('squashfs iso9660 erofs cramfs romfs');
/** The kernel itself answers for these, at once; they hold nothing, or nothing that people mean. */
const pseudo = set(
  'bdev binder binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devfs devpts devtmpfs dmabuf drm efivarfs functionfs ' +
    'fusectl hugetlbfs mqueue none nsfs openpromfs pipefs proc pstore ramfs resctrl rootfs rpc_pipefs securityfs selinuxfs ' +
    'smackfs sockfs spufs sysfs tracefs usbfs usbdevfs xenfs',
);
/** Clusters: on a block device, but other machines hold the locks. */
const clusters = set('gfs gfs2 ocfs2');

/** What the machine or container puts over single files and into folders of its own. */
const privateFile = /^\/(?:etc\/(?:hosts|hostname|resolv\.conf)|run\/\.containerenv|dev\/termination-log)$/;
const privateFolder =
  /^\/(?:dev$|(?:proc|sys|run\/(?:credentials|secrets|netns|docker|containerd)|var\/lib\/(?:docker|containers|containerd|kubelet))\/)/;

const isOnDevice = ({ device }: Mount): boolean => !device.startsWith('0:');

/** Whether people who look at file systems mean it; who wants another one names it. */
function isCommon(mount: Mount): boolean {
  const { type, point } = mount;
  // Whatever it is: layers in a container, a host's folder in a virtual machine, an image on a router.
  if (point === '/') return true;
  if (privateFile.test(point) || [layers, images, clusters].some((types) => types.has(type))) return false;
  if (type === 'tmpfs') return !privateFolder.test(point);
  return isOnDevice(mount) || holding.has(type);
}

/** Whether somebody else answers for it: a server, a cluster, a process. */
function isForeign(mount: Mount): boolean {
  const { type, point } = mount;
  if (point === '/') return false;
  if (type === 'fuseblk' || clusters.has(type)) return true;
  return !isOnDevice(mount) && ![holding, layers, images, pseudo].some((types) => types.has(type));
}

/**
 * Each wanted file system once, in the kernel's order: of several mounts of one (bind mounts, btrfs subvolumes) the one that was
 * named, else that with the shortest path. Looking at autofs would mount what it stands for.
 */
export function fileSystems(mounts: readonly Mount[], wanted: Wanted): readonly Seen[] {
  const found = new Map<string, Seen>();
  const isNamed = ({ point }: Mount): boolean => wanted(point, true);
  const better = (a: Mount, b: Mount): boolean => {
    const first = Number(isNamed(b)) - Number(isNamed(a));
    return first < 0 || (first === 0 && a.point.length < b.point.length);
  };
  for (const mount of seen(mounts)) {
    if (mount.type === 'autofs' || !(isCommon(mount) || isNamed(mount))) continue;
    const known = found.get(mount.device);
    if (!known || better(mount, known)) found.set(mount.device, mount);
  }
  return [...found.values()].filter(({ point }) => wanted(point));
}

/** Whether a path leads to a mount's place, and through whose hands. */
interface Way {
  isOpen: boolean;
  isSlow: boolean;
}

/** The mounts that can be seen: not those below another at their place, nor those below another further up. */
function seen(mounts: readonly Mount[]): readonly Seen[] {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  const on = new Map<number, Mount[]>(mounts.map(({ parent }) => [parent, []]));
  for (const mount of mounts) on.get(mount.parent)?.push(mount);
  const isCovered = (mount: Mount): boolean =>
    on.get(mount.id)?.some((other) => other !== mount && other.point === mount.point) ?? false;
  const isBehind = (mount: Mount): boolean =>
    on.get(mount.parent)?.some(({ point }) => mount.point.startsWith(`${point}/`)) ?? false;
  const ways = new Map<Mount, Way>();
  const wayTo = (mount: Mount): Way => {
    const known = ways.get(mount);
    if (known) return known;
    const way = { isOpen: true, isSlow: isForeign(mount) };
    ways.set(mount, way);
    const parent = byId.get(mount.parent);
    if (!parent || parent === mount) return way;
    const before = wayTo(parent);
    way.isSlow ||= before.isSlow;
    way.isOpen = before.isOpen && (mount.point === parent.point || !(isCovered(parent) || isBehind(mount)));
    return way;
  };
  const open = mounts.filter((mount) => wayTo(mount).isOpen && !isCovered(mount));
  // Kernels before 4.12 could hide a mount behind another of the same parent and place.
  const last = new Map(open.map((mount) => [mount.point, mount]));
  return [...last.values()].map((mount) => ({ ...mount, isSlow: wayTo(mount).isSlow }));
}
