/**
 * What the machine runs in: a hypervisor by what it says of itself (/sys/hypervisor, DMI, device tree, the CPU's flag), and a
 * container, which is something else: a container in a virtual machine has both.
 */
import type { Machine } from '../../src/machine.ts';
import type { Part } from './item.ts';
import { told } from './item.ts';
import { inTree } from './system.ts';

const dmi = '/sys/class/dmi/id';

/** What DMI says, and whose words they are; the first that fits. */
const vendors: readonly (readonly [words: RegExp, name: string])[] = [
  [/VMware|VMW/, 'vmware'],
  [/innotek|VirtualBox/i, 'virtualbox'],
  [/Xen/, 'xen'],
  [/Parallels/, 'parallels'],
  [/BHYVE/i, 'bhyve'],
  [/Microsoft Corporation.*Virtual Machine|Hyper-V/s, 'microsoft'],
  [/Apple Virtualization/, 'apple'],
  [/Amazon EC2/, 'amazon'],
  [/Google/, 'google'],
  [/KVM|OpenStack|DigitalOcean|oVirt|RHEV/, 'kvm'],
  [/QEMU|Bochs/, 'qemu'],
];

export const hypervisor: Part = (machine) => {
  const cpuinfo = machine.text('/proc/cpuinfo') ?? '';
  return [
    ['hypervisor', bySelf(machine) ?? byTree(machine) ?? byCpu(machine, cpuinfo)],
    ['container', containerOf(machine)],
  ];
};

function bySelf(machine: Machine): string | null {
  if (/microsoft/i.test(told(machine, '/proc/sys/kernel/osrelease') ?? '')) return 'wsl';
  return told(machine, '/sys/hypervisor/type');
}

/** Device trees name the hypervisor in a node of its own. */
function byTree(machine: Machine): string | null {
  const compatible = inTree(machine, 'hypervisor/compatible');
  if (compatible === null) return inTree(machine, 'fw-cfg/compatible') === null ? null : 'qemu';
  return compatible.split(',').at(-1) ?? null;
}

/** A CPU with the flag runs below a hypervisor: whose, DMI tells. Without it the same words are those of a real machine. */
function byCpu(machine: Machine, cpuinfo: string): string | null {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1];
  if (flags === undefined) return null;
  if (!/ hypervisor( |$)/.test(flags)) return 'none';
  const words = ['sys_vendor', 'product_name', 'board_vendor', 'bios_vendor']
    .map((name) => told(machine, `${dmi}/${name}`) ?? '')
    .join(' ');
  return vendors.find(([pattern]) => pattern.test(words))?.[1] ?? 'unknown';
}

function containerOf(machine: Machine): string | null {
  const named =
    told(machine, '/run/systemd/container') ??
    /(?:^|\0)container=([^\0]+)/.exec(machine.text('/proc/1/environ') ?? '')?.[1];
  if (named) return named;
  if (machine.exists('/.dockerenv')) return 'docker';
  if (machine.exists('/run/.containerenv')) return 'podman';
  return machine.exists('/proc/vz') && !machine.exists('/proc/bc') ? 'openvz' : null;
}
