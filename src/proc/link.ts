/**
 * Speed, duplex and carrier of network interfaces, from /sys/class/net. Kernel: Documentation/ABI/testing/sysfs-class-net.
 * `speed` is -1 or EINVAL when the driver does not know; `carrier` is EINVAL while the interface is down. Three small files a
 * device cost more than the whole of /proc/net/dev, so every 10 s, not all devices at the same tick.
 */
import type { Machine } from '../machine.ts';
import { decodeId } from '../parse.ts';

export interface Link {
  /** Mbit/s; NaN when unknown. */
  readonly speed: number;
  /** 1 or 0. */
  readonly halfDuplex: number;
  /** 1 or 0; NaN without /sys. */
  readonly up: number;
}

const every = 10_000;

export function links(machine: Machine): (id: string) => Link {
  const known = new Map<string, { link: Link; due: number }>();
  let turn = 0;
  return (id) => {
    const last = known.get(id);
    if (last && machine.now < last.due) return last.link;
    const link = look(machine, `/sys/class/net/${decodeId(id)}`);
    // The first look is due at once; the second one at a time of its own, so that thousands of devices spread out.
    const wait = last ? every : every * (0.5 + ((turn++ * 0.618) % 0.5));
    known.set(id, { link, due: machine.now + wait - 1 });
    return link;
  };
}

function look(machine: Machine, path: string): Link {
  const speed = machine.number(`${path}/speed`);
  const carrier = machine.number(`${path}/carrier`);
  const up = Number.isNaN(carrier) && machine.exists(path) ? 0 : carrier;
  return {
    speed: speed > 0 ? speed : Number.NaN,
    halfDuplex: speed > 0 && machine.text(`${path}/duplex`) === 'half' ? 1 : 0,
    up: up === 0 || up === 1 ? up : Number.NaN,
  };
}
