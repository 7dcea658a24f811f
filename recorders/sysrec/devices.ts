/** The parts of sysrec that sum over devices: CPUs, physical disks, physical network interfaces. */
import type { Guard, Guards } from '../../src/growth.ts';
import { guardOf, packed } from '../../src/growth.ts';
import type { Machine } from '../../src/machine.ts';
import { cpuFields } from '../../src/proc/cpu-columns.ts';
import { diskNumbers, diskstats } from '../../src/proc/diskstats.ts';
import { netdev, netNumbers } from '../../src/proc/netdev.ts';
import { physicalDisk, physicalNic } from '../../src/proc/physical.ts';
import { cpuTimes, stat } from '../../src/proc/stat.ts';
import { native, Sums } from '../../src/proc/sums.ts';
import type { Table } from '../../src/proc/table.ts';
import type { Width } from '../../src/schema.ts';
import { at } from './fields.ts';

/** Fills its fields of a sample; `now` is the tick in monotonic milliseconds. */
export type Filler = (values: Float64Array, now: number) => void;

const guard = (width: Width, narrow: boolean): Guard => guardOf({ slack: 0, width }, narrow);

export function diskFiller(machine: Machine, narrow: boolean): Filler {
  const read = machine.source(diskstats);
  const isPhysical = physicalDisk(machine);
  const columns = ['reads', 'read_sectors', 'writes', 'written_sectors'] as const;
  const places = columns.map((name) => at[name]);
  const numbers = [...columns.map((name) => diskNumbers.indexOf(name)), diskNumbers.indexOf('io_ms')];
  const ulong = guard('ulong', narrow);
  const sums = new Sums(numbers, [ulong, ulong, ulong, ulong, guard('u32', narrow)], columns.length);
  return (values) => {
    const disks = read();
    if (!disks) return;
    sums.take(disks, isPhysical);
    sums.put(places, values);
    values[at.busiest_ms] = sums.some ? sums.busiest : Number.NaN;
  };
}

export function nicFiller(machine: Machine, narrow: boolean): Filler {
  const read = machine.source(netdev);
  const chosen = physicalNic(machine);
  const columns = [
    'rx_bytes',
    'rx_packets',
    'rx_errors',
    'rx_drops',
    'tx_bytes',
    'tx_packets',
    'tx_errors',
    'tx_drops',
  ] as const;
  const places = columns.map((name) => at[name]);
  const sums = new Sums(
    columns.map((name) => netNumbers.indexOf(name)),
    columns.map(() => guard('ulong', narrow)),
  );
  return (values) => {
    const nics = read();
    if (!nics) return;
    sums.take(nics, chosen(nics.ids, nics.count));
    sums.put(places, values);
  };
}

const idle = cpuTimes.indexOf('idle');
const iowait = cpuTimes.indexOf('iowait');
/** Guest time is in user and nice already. */
const counted = cpuTimes.indexOf('guest');

/** The line of all CPUs, the scheduler's counters, and the busy time of all online CPUs by their own shares. */
export function cpuFiller(machine: Machine): Filler {
  const read = machine.source(stat);
  const guards = packed(cpuTimes.map((name) => guardOf(cpuFields[name], false)));
  const bases = new Map<string, Float64Array>();
  let total = 0;
  let before = Number.NaN;
  return (values, now) => {
    const kernel = read();
    if (!kernel) return;
    const { cpus } = kernel;
    cpus.numbersOf(0, values);
    const { busy, online } = busyCpus(cpus, bases, guards);
    const grown = Number.isNaN(before) ? 0 : (busy * (now - before)) / 1000;
    before = now;
    // A CPU without a tick to divide by (short intervals) leaves this sample empty, not the sum.
    if (!Number.isNaN(grown)) total += grown;
    values[at.cpu_busy] = Number.isNaN(grown) ? grown : total;
    values[at.cpus] = online;
    values[at.interrupts] = kernel.interrupts;
    values[at.context_switches] = kernel.contextSwitches;
    values[at.forks] = kernel.forks;
    values[at.running] = Math.max(kernel.running, 1);
    values[at.ourselves] = 1;
    values[at.blocked] = kernel.blocked;
  };
}

/** How many CPUs' worth was busy since the tick before, of those that were online at both. NaN when none had a tick. */
function busyCpus(
  cpus: Table,
  bases: Map<string, Float64Array>,
  { slack, wraps }: Guards,
): { busy: number; online: number } {
  let busy = 0;
  let online = 0;
  for (let row = 1; row < cpus.count; row++) {
    const id = cpus.ids[row] as string;
    let base = bases.get(id);
    const isNew = base === undefined;
    if (base === undefined) {
      base = new Float64Array(counted);
      bases.set(id, base);
    }
    const share = native.share(cpus.values, cpus.at(row), base, slack, wraps, idle, iowait);
    if (isNew) continue;
    busy += share;
    online++;
  }
  if (cpus.count - 1 < bases.size) forget(cpus, bases);
  return { busy: online > 0 ? busy : Number.NaN, online };
}

function forget(cpus: Table, bases: Map<string, Float64Array>): void {
  const online = new Set(cpus.ids.slice(1, cpus.count));
  for (const id of bases.keys()) if (!online.has(id)) bases.delete(id);
}
