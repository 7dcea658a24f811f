/** The inventory: what the machine is made of, an item a row. Read from /proc, /sys, DMI and the device tree alone, so it is the same on every engine and can be replayed. */
import { indexes } from '../../src/formula.ts';
import type { Machine } from '../../src/machine.ts';
import { defineRecorder } from '../../src/recorder.ts';
import { text, words } from '../../src/schema.ts';
import { disks, memory, nics } from './devices.ts';
import { hypervisor } from './hypervisor.ts';
import type { Item, Part } from './item.ts';
import { processors } from './processors.ts';
import { firmware, system } from './system.ts';

const fields = { value: text('value', '/proc, /sys, /etc/os-release', 'what the machine says of the item') } as const;
const at = indexes(fields);

const version: Part = (machine) => [['sdr_version', machine.system.fact('version')]];

/** In the order in which they are written. */
const parts: readonly Part[] = [system, hypervisor, processors, memory, disks, nics, firmware, version];

export const hdwrec = defineRecorder({
  name: 'hdwrec',
  summary: 'inventory: system, processors, memory, disks, interfaces',
  key: 'item',
  slow: 1_800_000,
  sources: ['/proc/cpuinfo', '/proc/meminfo', '/sys/block', '/sys/class/net', '/sys/class/dmi/id', '/etc/os-release'],
  fields,
  columns: { value: words('value', 'what the machine says; quoted as RFC 4180 says when it holds a comma or a quote') },
  notes: [
    {
      title: 'Items',
      text: 'hostname, machine (as uname -m), model, os, os_version, kernel; hypervisor (xen, kvm, vmware, microsoft … by DMI, none on a CPU without the flag, unknown with it) and container (docker, lxc …); cpu_model, sockets, cores, threads (online processors); memory_bytes, swap_bytes; disk:NAME:size_bytes, model, rotational, serial of each physical disk; nic:NAME:mac, speed_bits_per_s, address (all, blanks between, IPv4 first) of each physical interface and of others that have an address; board, firmware, firmware_date, serial, uuid; sdr_version.',
    },
    {
      title: 'What is not there',
      text: 'An item that this machine does not have, or that this user may not read (serial and uuid are for root), has no row. Fields that a board maker left as "To Be Filled By O.E.M." are not there either.',
    },
    {
      title: 'Changes',
      text: 'With --changes only items that differ from the sample before are written, and an item that vanished once more, with an empty value. The first sample of a run writes all; a single sample with --state or -o compares with the run before it, at most an hour ago and of the same boot.',
    },
    {
      title: 'Reading it',
      text: 'value is the last column, so awk finds it whole behind the second comma unless it is quoted. The columns before it never need quotes.',
    },
  ],
  examples: ['sdr record hdwrec', 'sdr record hdwrec 30m --changes -o /var/lib/sdr', 'sdr record hdwrec --format json'],
  open: (machine: Machine) => (sample) => {
    for (const [name, value] of parts.flatMap((part): readonly Item[] => part(machine))) {
      if (value === null || value === '' || !sample.row(name)) continue;
      sample.text(at.value, String(value));
    }
  },
});
