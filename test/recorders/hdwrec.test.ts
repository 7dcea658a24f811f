/** The inventory of machines that say odd things. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hdwrec } from '../../recorders/hdwrec/index.ts';
import { Job } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import { everything } from '../../src/recorder.ts';
import { noSystem } from '../../src/tape-system.ts';
import { viewOf } from '../../src/view.ts';
import { FakeFiles } from '../fake/files.ts';
import { sampled } from '../fake/job.ts';
import { install } from '../fake/kernel.ts';

const dmi = '/sys/class/dmi/id';
const flagged = 'processor\t: 0\nflags\t\t: fpu hypervisor lm\n';

/** Items of a machine with these files. */
function itemsOf(files: Readonly<Record<string, string>>, addresses = ''): Record<string, string> {
  const kept = new FakeFiles();
  install(kept, files);
  const system = { ...noSystem, fact: (name: string) => (name === 'addresses' ? addresses : null) };
  const machine = new Machine(kept, '', () => {}, { system });
  const job = new Job(hdwrec, viewOf(hdwrec), machine, everything, () => {});
  const rows = sampled(job, 0, 0)?.rows ?? [];
  return Object.fromEntries(rows.map(({ key, textNow }) => [key, textNow?.get(0) ?? '']));
}

describe('the hypervisor', () => {
  test.each([
    ['VMware', { sys_vendor: 'VMware, Inc.', product_name: 'VMware Virtual Platform' }, 'vmware'],
    ['VirtualBox', { sys_vendor: 'innotek GmbH', product_name: 'VirtualBox' }, 'virtualbox'],
    ['Hyper-V', { sys_vendor: 'Microsoft Corporation', product_name: 'Virtual Machine' }, 'microsoft'],
    ['EC2', { sys_vendor: 'Amazon EC2', product_name: 't3.micro' }, 'amazon'],
    ['Google', { sys_vendor: 'Google', product_name: 'Google Compute Engine' }, 'google'],
    ['QEMU without KVM', { sys_vendor: 'QEMU', product_name: 'Standard PC' }, 'qemu'],
    ['nobody known', { sys_vendor: 'ACME' }, 'unknown'],
  ])('of %s', (_, words, name) => {
    const files = Object.fromEntries(Object.entries(words).map(([file, text]) => [`${dmi}/${file}`, `${text}\n`]));
    expect(itemsOf({ ...files, '/proc/cpuinfo': flagged })['hypervisor']).toBe(name);
  });

  test('is none on a Surface, whose maker makes hypervisors too', () => {
    const files = { [`${dmi}/sys_vendor`]: 'Microsoft Corporation\n', [`${dmi}/product_name`]: 'Surface Pro 7\n' };
    expect(itemsOf({ ...files, '/proc/cpuinfo': 'flags\t: fpu lm\n' })['hypervisor']).toBe('none');
  });

  test('of a device tree', () => {
    expect(itemsOf({ '/proc/device-tree/hypervisor/compatible': 'linux,kvm\0' })['hypervisor']).toBe('kvm');
  });
});

describe('processors', () => {
  const cpus = '/sys/devices/system/cpu';
  const counted = (online: string, topology: Readonly<Record<string, string>> = {}) => {
    const { sockets, cores, threads } = itemsOf({ [`${cpus}/online`]: `${online}\n`, ...topology });
    return [sockets, cores, threads];
  };

  test.each([
    ['0', ['1', '1', '1']],
    ['0-3', ['1', '4', '4']],
    ['0-1,4,6-7', ['1', '5', '5']],
  ])('%s online, without a topology, are cores of one socket', (online, found) => {
    expect(counted(online)).toEqual(found);
  });

  test('a core number that comes again in another die is another core', () => {
    const topology = Object.fromEntries(
      [0, 1].flatMap((cpu) => [
        [`${cpus}/cpu${cpu}/topology/core_id`, '0\n'],
        [`${cpus}/cpu${cpu}/topology/die_id`, `${cpu}\n`],
        [`${cpus}/cpu${cpu}/topology/physical_package_id`, '0\n'],
      ]),
    );
    expect(counted('0-1', topology)).toEqual(['1', '2', '2']);
  });

  test('ranges that are none are nothing', () => {
    expect(itemsOf({ [`${cpus}/online`]: '5-1,x,0-99999999\n' })['threads']).toBeUndefined();
  });
});

describe('interfaces', () => {
  const nic = (name: string, physical = true) => ({
    [`/sys/class/net/${name}/address`]: '02:00:00:00:00:01\n',
    ...(physical ? { [`/sys/class/net/${name}/device`]: '' } : {}),
  });

  test('have all their addresses, IPv4 first', () => {
    const items = itemsOf(nic('eth0'), 'eth0 2001:db8::1/64\neth0 192.0.2.1/24\neth0 192.0.2.2/24');
    expect(items['nic:eth0:address']).toBe('192.0.2.1/24 192.0.2.2/24 2001:db8::1/64');
  });

  test('of containers are no inventory, bridges with an address are', () => {
    const items = itemsOf({ ...nic('veth0', false), ...nic('br0', false) }, 'veth0 fe80::1/64\nbr0 192.0.2.1/24');
    expect(Object.keys(items)).toEqual(['nic:br0:mac', 'nic:br0:address']);
  });
});

test('whatever os-release says, a value is one line and what it says is not run', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { os = '' } = itemsOf({ '/etc/os-release': `NAME=${text}\n` });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
      expect(os).not.toMatch(/[\u0000-\u001f]/);
    }),
  );
  expect(itemsOf({ '/etc/os-release': 'NAME="a \\"b\\" \\$c"\n' })['os']).toBe('a "b" $c');
  expect(itemsOf({ '/etc/os-release': "NAME='it is'\n" })['os']).toBe('it is');
});
