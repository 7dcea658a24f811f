/** The inventory: what the machine is made of, an item a row. Read from /proc, /sys, DMI and the device tree alone, so it is the same on every engine and can be replayed. */
import { indexes } from '../../src/formula.ts';
import type { Machine } from '../../src/machine.ts';
import { defineRecorder } from '../../src/recorder.ts';
import { text, words } from '../../src/schema.ts';
import { processors } from './cpuinfo.ts';
import { disks, memory, nics } from './devices.ts';
import { host } from './hypervisor.ts';
import type { Item } from './item.ts';
import { items, whole } from './item.ts';
import { firmware, system } from './system.ts';

const fields = { value: text('value', '/proc, /sys, /etc/os-release', 'what the machine says of the item') } as const;
const at = indexes(fields);

const version = (machine: Machine): readonly Item[] => whole({ sdr_version: machine.system.fact('version') });

/** In the order in which they are written. */
const parts: readonly ((machine: Machine) => readonly Item[])[] = [
  system,
  host,
  processors,
  memory,
  disks,
  nics,
  firmware,
  version,
];

export const hdwrec = defineRecorder({
  name: 'hdwrec',
  summary: 'inventory: system, processors, memory, disks, interfaces',
  key: 'item',
  slow: 1_800_000,
  sources: ['/proc/cpuinfo', '/proc/meminfo', '/sys/block', '/sys/class/net'],
  fields,
  columns: { value: words('value', 'what the machine says; quoted as RFC 4180 says when it holds a comma or a quote') },
  notes: [
    {
      title: 'Items',
      text: 'In this order, disks and interfaces by name:',
      terms: Object.entries(items),
    },
    {
      title: 'What is not there',
      text: 'An item that this machine does not have, or that this user may not read, has no row: uuid and the serial number of a PC are for root. What makers of boards left to be filled in is not there either. In a container most of it is that of the host.',
    },
    {
      title: 'Sockets, cores, threads',
      text: 'They are counted of processors that are online, from /sys/devices/system/cpu. A guest sees what its hypervisor made up, and dom0 of Xen only its own vcpus. A board of ARM has one socket, whatever its kernel calls its clusters.',
    },
    {
      title: 'Disks and interfaces',
      text: 'Disks are those with a device behind them: no partitions, LVM, RAID, loop. Interfaces are those with a device, and others that have an address which the kernel did not make by itself (bridges, VLANs, the interface of a container). Names are as in diskrec and nicrec. A SCSI model has 16 letters in the kernel; where udev knows the rest, it is there.',
    },
    {
      title: 'Changes',
      text: 'With --changes only items that differ from the sample before are written, and an item that vanished once more, with an empty value. The first sample of a run writes all; a single sample with --state or -o compares with the run before it, at most an hour ago and of the same boot.',
    },
    {
      title: 'Reading it',
      text: 'value is the last column and the only one that may have quotes, so the columns before it never move: awk finds the items whose value has neither comma nor quote, and `sdr cat --format json` all of them.',
    },
  ],
  examples: [
    'sdr record hdwrec --format table',
    'sdr record hdwrec 30m --changes -o /var/lib/sdr',
    'sdr record hdwrec --format json',
    'sdr record hdwrec | awk -F, \'$2 == "sockets" {print $3}\'',
  ],
  open: (machine: Machine) => (sample) => {
    for (const [name, value] of parts.flatMap((part) => part(machine))) {
      if (value === null || value === '' || !sample.row(name)) continue;
      sample.text(at.value, String(value));
    }
  },
});
