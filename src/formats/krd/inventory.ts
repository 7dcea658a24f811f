/** The predecessor's hdwrec: one row of nineteen fields behind the time, made of our items. */
import type { Entry } from '../../series.ts';

type Items = ReadonlyMap<string, string>;

const missing = 'NA';
/** A colon within a field would be a separator. */
const plain = (text: string | undefined): string => (text ? text.replaceAll(':', ' ') : missing);
const named = (item: string) => (items: Items) => plain(items.get(item));
const megabytes = (item: string) => (items: Items) => {
  const bytes = Number(items.get(item) || Number.NaN);
  return Number.isNaN(bytes) ? missing : (bytes / 2 ** 20).toFixed(2);
};
/** How many things have an item `kind:NAME:what`. */
const count = (kind: string, what: string) => (items: Items) =>
  String([...items.keys()].filter((item) => item.startsWith(`${kind}:`) && item.endsWith(`:${what}`)).length);

/** `eth0_192.0.2.2` for each IPv4 address. */
function addresses(items: Items): string {
  const found = [...items].flatMap(([item, text]) => {
    const nic = /^nic:(.+):address$/.exec(item)?.[1];
    const ipv4 = text.split(' ').filter((each) => /^\d+\.\d+\.\d+\.\d+(\/|$)/.test(each));
    return nic === undefined || nic === 'lo' ? [] : ipv4.map((each) => `${nic}_${each.replace(/\/.*/, '')}`);
  });
  return found.join(' ') || missing;
}

/** Its fields in order, with what differs. */
const fields: readonly { readonly name: string; readonly spell: (items: Items) => string; readonly differs: string }[] =
  [
    { name: 'hostname', spell: (items) => plain(items.get('hostname')?.split('.')[0]), differs: '' },
    { name: 'hdw', spell: named('machine'), differs: '' },
    { name: 'model', spell: named('cpu_model'), differs: '' },
    { name: 'hypervisor', spell: named('hypervisor'), differs: 'a container was told as a hypervisor' },
    { name: 'os', spell: (items) => plain(items.get('os')?.toLowerCase()), differs: '' },
    { name: 'relos', spell: named('os_version'), differs: '' },
    { name: 'kernel', spell: named('kernel'), differs: '' },
    { name: 'pcpu', spell: named('sockets'), differs: 'was the number of CPUs on ARM' },
    { name: 'cores', spell: named('cores'), differs: 'was the number of threads' },
    { name: 'vcpu', spell: named('threads'), differs: '' },
    { name: 'ht', spell: () => missing, differs: 'was always NA' },
    { name: 'memtotal', spell: megabytes('memory_bytes'), differs: '' },
    { name: 'swaptotal', spell: megabytes('swap_bytes'), differs: '' },
    { name: 'disks', spell: count('disk', 'size_bytes'), differs: 'counts physical disks' },
    { name: 'diskspace', spell: () => missing, differs: 'is what fsrec records' },
    { name: 'nics', spell: count('nic', 'mac'), differs: '' },
    { name: 'uptime', spell: () => missing, differs: 'is what sysrec records' },
    { name: 'ips', spell: addresses, differs: '' },
    { name: 'version', spell: named('sdr_version'), differs: 'is the version of sdr' },
  ];

export const inventory = {
  recorder: 'hdwrec',
  fields,
  cells(rows: readonly Entry[]): readonly string[] {
    const items = new Map(rows.map(({ key, textNow }) => [key, [...(textNow?.values() ?? [])][0] ?? '']));
    return fields.map(({ spell }) => spell(items));
  },
};
