/** Who the machine is: its name, its system, its model, its serial numbers where this user may read them. */
import type { Machine } from '../../src/machine.ts';
import type { Part } from './item.ts';
import { joined, told } from './item.ts';

const dmi = '/sys/class/dmi/id';
/** The same folder twice: /proc/device-tree is a link that older kernels do not have. */
const trees = ['/proc/device-tree', '/sys/firmware/devicetree/base'];

export const inTree = (machine: Machine, name: string): string | null =>
  trees.reduce<string | null>((found, tree) => found ?? told(machine, `${tree}/${name}`), null);

export const system: Part = (machine) => {
  const release = releaseOf(machine);
  return [
    ['hostname', told(machine, '/proc/sys/kernel/hostname')],
    ['machine', machine.system.fact('arch')],
    [
      'model',
      inTree(machine, 'model') ?? joined(told(machine, `${dmi}/sys_vendor`), told(machine, `${dmi}/product_name`)),
    ],
    ['os', release.get('NAME') ?? null],
    ['os_version', release.get('VERSION_ID') ?? null],
    ['kernel', told(machine, '/proc/sys/kernel/osrelease')],
  ];
};

export const firmware: Part = (machine) => [
  ['board', joined(told(machine, `${dmi}/board_vendor`), told(machine, `${dmi}/board_name`))],
  ['firmware', joined(told(machine, `${dmi}/bios_vendor`), told(machine, `${dmi}/bios_version`))],
  ['firmware_date', told(machine, `${dmi}/bios_date`)],
  ['serial', inTree(machine, 'serial-number') ?? told(machine, `${dmi}/product_serial`)],
  ['uuid', told(machine, `${dmi}/product_uuid`)],
];

/** os-release(5): lines `NAME="value"`, as a shell would read them. */
function releaseOf(machine: Machine): ReadonlyMap<string, string> {
  const text = machine.text('/etc/os-release') ?? machine.text('/usr/lib/os-release') ?? '';
  return new Map(
    [...text.matchAll(/^[ \t]*([A-Z_0-9]+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      unquoted(value.trim()),
    ]),
  );
}

/** In double quotes a backslash stands before what would mean something. */
function unquoted(value: string): string {
  if (value.startsWith("'")) return value.replace(/^'|'$/g, '');
  return value.replace(/^"|"$/g, '').replace(/\\(["$`\\])/g, '$1');
}
