/**
 * What the machine runs on: a hypervisor by what it says of itself (/sys/hypervisor, DMI, device tree, its clock, the CPU's flag), and
 * a container, which is something else: a container in a virtual machine has both.
 */
import type { Machine } from '../../src/machine.ts';
import { treeOf } from '../../src/proc/topology.ts';
import { told } from '../../src/proc/words.ts';
import { headOf, saying } from './cpuinfo.ts';
import type { Item } from './item.ts';
import { whole } from './item.ts';

const dmi = '/sys/class/dmi/id';

/** What DMI says of a virtual machine; the first that fits. */
const makers: readonly (readonly [words: RegExp, name: string])[] = [
  [/VMware|VMW/, 'vmware'],
  [/innotek|VirtualBox/i, 'virtualbox'],
  [/Xen/, 'xen'],
  [/Parallels/, 'parallels'],
  [/BHYVE/i, 'bhyve'],
  [/Microsoft Corporation.*Virtual Machine|Hyper-V/, 'microsoft'],
  [/Apple Virtualization/, 'apple'],
  [/Amazon EC2/, 'amazon'],
  [/Google Compute Engine|Google/, 'google'],
  [/KVM|OpenStack|DigitalOcean|oVirt|RHEV/, 'kvm'],
  [/QEMU|Bochs/, 'qemu'],
];

/** Clocks that only a guest has. */
const clocks: readonly (readonly [clock: string, name: string])[] = [
  ['kvm-clock', 'kvm'],
  ['hyperv_clocksource_tsc_page', 'microsoft'],
  ['xen', 'xen'],
];

export const host = (machine: Machine): readonly Item[] =>
  whole({
    hypervisor: bySelf(machine) ?? byTree(machine) ?? byWords(machine),
    container: containerOf(machine),
  });

function bySelf(machine: Machine): string | null {
  if (/microsoft/i.test(told(machine, '/proc/sys/kernel/osrelease') ?? '')) return 'wsl';
  return told(machine, '/sys/hypervisor/type');
}

/** A device tree names the hypervisor in a node of its own: `linux,kvm`, `xen,xen-4.17`. */
function byTree(machine: Machine): string | null {
  const tree = treeOf(machine);
  if (tree === null) return null;
  const name = told(machine, `${tree}/hypervisor/compatible`);
  if (name !== null) return /kvm|xen|vmware/.exec(name)?.[0] ?? name;
  const isQemu = machine.names(tree)?.some((node) => node.startsWith('fw-cfg')) ?? false;
  return isQemu ? 'qemu' : null;
}

/**
 * A CPU of a PC has a flag below a hypervisor; without it, words that a guest has too are those of a real machine. ARM has no such
 * flag, but names its guests plainly.
 */
function byWords(machine: Machine): string | null {
  const flags = saying(headOf(machine), 'flags');
  if (flags !== null && !flags.split(' ').includes('hypervisor')) return 'none';
  const words = ['sys_vendor', 'product_name', 'board_vendor', 'bios_vendor']
    .map((name) => told(machine, `${dmi}/${name}`) ?? '')
    .join(' ');
  const maker = /\.metal\b/.test(words) ? null : (makers.find(([pattern]) => pattern.test(words))?.[1] ?? null);
  if (maker !== null && maker !== 'qemu') return maker;
  // QEMU's board with KVM's clock is a guest of KVM.
  return byClock(machine) ?? maker ?? (flags === null ? null : 'unknown');
}

function byClock(machine: Machine): string | null {
  const path = '/sys/devices/system/clocksource/clocksource0/available_clocksource';
  const known = (told(machine, path) ?? '').split(' ');
  return clocks.find(([clock]) => known.includes(clock))?.[1] ?? null;
}

function containerOf(machine: Machine): string | null {
  if (machine.exists('/proc/vz') && !machine.exists('/proc/bc')) return 'openvz';
  // A machine that was made of an image has its marks, but no container has threads of the kernel.
  if (told(machine, '/proc/2/comm') === 'kthreadd') return null;
  const named =
    told(machine, '/run/systemd/container') ??
    /(?:^|\0)container=([^\0]+)/.exec(machine.text('/proc/1/environ') ?? '')?.[1];
  if (named) return named;
  if (machine.exists('/.dockerenv')) return 'docker';
  return machine.exists('/run/.containerenv') ? 'podman' : null;
}
