/** The mounts of a machine, and which of them are read-only in truth. */
import type { Machine } from '../machine.ts';
import type { Mount } from './mountinfo.ts';
import { firstMounts, ownMounts } from './mountinfo.ts';

export interface Mounted {
  readonly list: readonly Mount[];
  readonly readOnly: (mount: Mount) => boolean;
}

/**
 * The mounts of each tick. Throws as {@link Machine.required}, now and at a tick.
 *
 * systemd mounts everything read-only for a service (ProtectSystem=strict), so our own mounts tell nothing of that: those of the first
 * process do, and where they are hidden (hidepid, ProtectProc), the file system itself. Another machine's files (`--root`) come with
 * the mounts of its first process.
 */
export function mountsOf(machine: Machine): () => Mounted {
  const isReadable = machine.text(firstMounts.path) !== null;
  const isOthers = machine.isElsewhere || !machine.exists(ownMounts.path);
  const read = machine.required(isOthers && isReadable ? firstMounts : ownMounts);
  const first = isReadable ? machine.source(firstMounts) : () => null;
  return () => {
    const { list } = read();
    const theirs = new Set(
      first()
        ?.list.filter(({ isReadOnly }) => isReadOnly)
        .map(placeOf),
    );
    return { list, readOnly: (mount) => mount.isFrozen || theirs.has(placeOf(mount)) };
  };
}

const placeOf = ({ device, point }: Mount): string => `${device} ${point}`;
