/** The items of the inventory: what there may be, in the order in which it is written. Pages and tests read this list. */
import { encodeId } from '../../src/parse.ts';
import { utf8 } from '../../src/text.ts';

/** Names with their meaning; NAME is that of the disk or interface. */
export const items = {
  hostname: 'name of the machine',
  machine: 'kind of machine, as uname -m',
  model: 'maker and model of the machine or board',
  board_revision: 'of a Raspberry Pi: the code of its revision',
  os: 'operating system',
  os_version: 'its version; of Debian the point release',
  kernel: 'release of the kernel',
  hypervisor:
    'what the machine runs on: kvm, qemu, xen (also in dom0), vmware, microsoft, virtualbox, amazon, google, apple, parallels, bhyve, wsl; unknown: there is one; none: there is none',
  container: 'what kind of container this is: docker, podman, lxc, systemd-nspawn, openvz',
  cpu_model: 'processor, of several kinds all',
  microcode: 'revision of its microcode',
  sockets: 'processors that one could pull out, of those online',
  cores: 'cores in them',
  threads: 'what the kernel calls a CPU: hardware threads',
  memory_bytes: 'memory that the kernel has at hand, its own code not included',
  swap_bytes: 'swap that is turned on',
  'disk:NAME:size_bytes': 'size of a physical disk',
  'disk:NAME:model': 'its maker and model',
  'disk:NAME:firmware': 'its firmware',
  'disk:NAME:rotational': '1 when it rotates, or the kernel takes it for one that does',
  'disk:NAME:serial': 'its serial number',
  'nic:NAME:mac': 'hardware address of a network interface',
  'nic:NAME:driver': 'its driver',
  'nic:NAME:speed_bits_per_s': 'speed of its link, while there is one',
  'nic:NAME:address': 'all its addresses, blanks between, IPv4 first',
  board: 'maker and name of the mainboard',
  firmware: 'maker and version of the firmware (BIOS, UEFI)',
  firmware_date: 'when it was made, as its maker writes dates',
  serial: 'serial number of the machine',
  uuid: 'UUID of the machine',
  sdr_version: 'version of sdr',
} as const;

type Name = keyof typeof items;
/** Of a disk or an interface: the word behind its name. */
type Detail<K extends string> = Name extends infer N ? (N extends `${K}:NAME:${infer W}` ? W : never) : never;

/** Something that is known of the machine. What cannot be read is no item. */
export type Item = readonly [name: string, value: string | number | null];

type Values<K extends string> = { readonly [name in K]?: string | number | null };

/** Items of the machine as a whole. */
export const whole = (values: Values<Exclude<Name, `${string}:NAME:${string}`>>): readonly Item[] =>
  Object.entries(values);

/** Items of one disk or interface. */
export const each = <K extends 'disk' | 'nic'>(kind: K, name: string, values: Values<Detail<K>>): readonly Item[] =>
  Object.entries<string | number | null | undefined>(values).map(([word, value]) => [
    `${kind}:${encodeId(utf8(name))}:${word}`,
    value ?? null,
  ]);
