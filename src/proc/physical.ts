/** Which devices are hardware: summing a partition, a RAID or a bridge beside its parts would count the same bytes twice. */
import type { Machine } from '../machine.ts';
import { decodeId } from '../parse.ts';

const every = 10_000;

/** Remembers an answer about a device for 10 s. */
function remembered(machine: Machine, ask: (name: string) => boolean): (id: string) => boolean {
  const known = new Map<string, { answer: boolean; due: number }>();
  return (id) => {
    const last = known.get(id);
    if (last && machine.now < last.due) return last.answer;
    const answer = ask(decodeId(id));
    known.set(id, { answer, due: machine.now + every - 1 });
    return answer;
  };
}

/** Disks that have a device behind them: not partitions, dm, md, loop, ram or zram. */
export function physicalDisk(machine: Machine): (id: string) => boolean {
  // The kernel writes / in a device's name as ! in /sys (cciss/c0d0).
  return remembered(machine, (name) => machine.exists(`/sys/block/${name.replaceAll('/', '!')}/device`));
}

/** Interfaces that have a device behind them; where there is none (a container), those without a master, and never lo. */
export function physicalNic(machine: Machine): (ids: readonly string[], count: number) => (id: string) => boolean {
  const hasDevice = remembered(machine, (name) => machine.exists(`/sys/class/net/${name}/device`));
  const stands = remembered(machine, (name) => name !== 'lo' && !machine.exists(`/sys/class/net/${name}/master`));
  return (ids, count) => {
    for (let i = 0; i < count; i++) if (hasDevice(ids[i] as string)) return hasDevice;
    return stands;
  };
}
