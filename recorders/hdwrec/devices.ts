/** Memory, physical disks and network interfaces. */
import type { Machine } from '../../src/machine.ts';
import { encodeId } from '../../src/parse.ts';
import { utf8 } from '../../src/text.ts';
import type { Item, Part } from './item.ts';
import { joined, told } from './item.ts';

const id = (name: string): string => encodeId(utf8(name));

export const memory: Part = (machine) => {
  const text = machine.text('/proc/meminfo') ?? '';
  const bytes = (key: string): number | null => {
    const kB = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return kB === undefined ? null : Number(kB) * 1024;
  };
  return [
    ['memory_bytes', bytes('MemTotal')],
    ['swap_bytes', bytes('SwapTotal')],
  ];
};

/** Block devices that are somebody's hardware; drives of discs and floppies have no size of their own. */
export const disks: Part = (machine) =>
  (machine.names('/sys/block') ?? [])
    .filter((name) => !/^(sr|fd)\d/.test(name) && machine.exists(`/sys/block/${name}/device`))
    .flatMap((name) => diskOf(machine, name));

function diskOf(machine: Machine, name: string): readonly Item[] {
  const at = `/sys/block/${name}`;
  const item = (what: string) => `disk:${id(name)}:${what}`;
  const model = joined(
    told(machine, `${at}/device/vendor`),
    told(machine, `${at}/device/model`) ?? told(machine, `${at}/device/name`),
  );
  return [
    [item('size_bytes'), finite(machine.number(`${at}/size`) * 512)],
    // PCI gives virtio's vendor as a number: 0x1af4.
    [item('model'), model === null ? null : model.replace(/^0x[0-9a-f]+ ?/, '').replace(/\s+/g, ' ') || null],
    [item('rotational'), finite(machine.number(`${at}/queue/rotational`))],
    [item('serial'), told(machine, `${at}/device/serial`) ?? told(machine, `${at}/serial`)],
  ];
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Physical interfaces, and others that somebody gave an address: a host of containers has dozens of its own that come and go. */
export const nics: Part = (machine) => {
  const addresses = addressesOf(machine);
  return (machine.names('/sys/class/net') ?? [])
    .filter((name) => name !== 'lo' && machine.exists(`/sys/class/net/${name}/address`))
    .filter((name) => machine.exists(`/sys/class/net/${name}/device`) || (addresses.get(name) ?? []).some(isGiven))
    .flatMap((name) => nicOf(machine, name, addresses.get(name) ?? []));
};

/** The kernel makes link-local addresses by itself. */
const isGiven = (address: string): boolean => !address.toLowerCase().startsWith('fe80:');

function nicOf(machine: Machine, name: string, addresses: readonly string[]): readonly Item[] {
  const item = (what: string) => `nic:${id(name)}:${what}`;
  const speed = machine.number(`/sys/class/net/${name}/speed`);
  return [
    [item('mac'), told(machine, `/sys/class/net/${name}/address`)],
    [item('speed_bits_per_s'), speed > 0 ? speed * 1e6 : null],
    [item('address'), addresses.join(' ') || null],
  ];
}

/** Lines `eth0 192.0.2.2/24`, by interface; IPv4 before IPv6. */
function addressesOf(machine: Machine): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of (machine.system.fact('addresses') ?? '').split('\n')) {
    const [name = '', address] = line.split(' ');
    if (address === undefined) continue;
    found.set(name, [...(found.get(name) ?? []), address]);
  }
  const family = (address: string): number => (address.includes(':') ? 6 : 4);
  for (const list of found.values()) list.sort((a, b) => family(a) - family(b));
  return found;
}
