/** Memory, physical disks and network interfaces. */
import type { Machine } from '../../src/machine.ts';
import { joined, tidy, told } from '../../src/proc/words.ts';
import type { Item } from './item.ts';
import { each, whole } from './item.ts';
import { diskWords } from './udev.ts';

export function memory(machine: Machine): readonly Item[] {
  const text = machine.text('/proc/meminfo') ?? '';
  const bytes = (key: string): number | null => {
    const kB = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return kB === undefined ? null : exact(Number(kB) * 1024);
  };
  return whole({ memory_bytes: bytes('MemTotal'), swap_bytes: bytes('SwapTotal') });
}

/** Drives of discs and floppies have no size of their own, the boot parts of a card are no disks, hidden ones are ways to others. */
export const disks = (machine: Machine): readonly Item[] =>
  (machine.names('/sys/block') ?? [])
    .filter((name) => !/^(?:sr|fd)\d|^mmcblk\d+(?:boot|rpmb|gp)/.test(name))
    .filter((name) => machine.exists(`/sys/block/${name}/device`) && machine.number(`/sys/block/${name}/hidden`) !== 1)
    .flatMap((name) => diskOf(machine, name));

function diskOf(machine: Machine, name: string): readonly Item[] {
  const at = `/sys/block/${name}`;
  const { model, serial } = diskWords(machine, at);
  return each('disk', name, {
    size_bytes: exact(machine.number(`${at}/size`) * 512),
    model: joined(maker(told(machine, `${at}/device/vendor`)), model),
    firmware: told(machine, `${at}/device/firmware_rev`) ?? told(machine, `${at}/device/rev`),
    rotational: exact(machine.number(`${at}/queue/rotational`)),
    serial,
  });
}

/** SCSI calls all SATA disks ATA; PCI gives the vendor of virtio and NVMe as a number: 0x1af4. */
const maker = (vendor: string | null): string | null =>
  vendor === null || /^(?:ATA|0x[0-9a-f]+)$/.test(vendor) ? null : vendor;

/** What a kernel in its right mind would say. */
const exact = (value: number): number | null => (Number.isSafeInteger(value) ? value : null);

/** Physical interfaces, and others that somebody gave an address: a host of containers has dozens of its own that come and go. */
export function nics(machine: Machine): readonly Item[] {
  const addresses = addressesOf(machine);
  return (machine.names('/sys/class/net') ?? [])
    .filter((name) => name !== 'lo' && machine.exists(`/sys/class/net/${name}/address`))
    .filter((name) => machine.exists(`/sys/class/net/${name}/device`) || (addresses.get(name) ?? []).some(isGiven))
    .flatMap((name) => nicOf(machine, name, addresses.get(name) ?? []));
}

/** The kernel makes link-local addresses by itself. */
const isGiven = (address: string): boolean => !address.toLowerCase().startsWith('fe80:');

function nicOf(machine: Machine, name: string, addresses: readonly string[]): readonly Item[] {
  const at = `/sys/class/net/${name}`;
  const speed = machine.number(`${at}/speed`);
  return each('nic', name, {
    mac: told(machine, `${at}/address`),
    driver: tidy(/^DRIVER=(.*)$/m.exec(machine.text(`${at}/device/uevent`) ?? '')?.[1]),
    speed_bits_per_s: speed > 0 ? exact(speed * 1e6) : null,
    address: addresses.join(' ') || null,
  });
}

/** Lines `eth0 192.0.2.2/24`, by interface; IPv4 before IPv6. A label (`eth0:1`) is a name of an address, not of an interface. */
function addressesOf(machine: Machine): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of (machine.system.fact('addresses') ?? '').split('\n')) {
    const [label = '', address] = line.split(' ');
    const [name = ''] = label.split(':');
    if (address === undefined) continue;
    found.set(name, [...(found.get(name) ?? []), address]);
  }
  const family = (address: string): number => (address.includes(':') ? 6 : 4);
  for (const list of found.values()) list.sort((a, b) => family(a) - family(b));
  return found;
}
