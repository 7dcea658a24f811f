/** Who the machine is: its name, its system, its model, its serial numbers where this user may read them. */
import type { Machine } from '../../src/machine.ts';
import { releaseOf } from '../../src/proc/os-release.ts';
import { treeOf } from '../../src/proc/topology.ts';
import { filledIn, joined, told } from '../../src/proc/words.ts';
import { headOf, saying } from './cpuinfo.ts';
import type { Item } from './item.ts';
import { whole } from './item.ts';

const dmi = '/sys/class/dmi/id';

export function system(machine: Machine): readonly Item[] {
  const { name, version } = releaseOf(machine);
  const cpuinfo = headOf(machine);
  const model = boardModel(machine, cpuinfo) ?? made(machine, 'sys_vendor', 'product_name');
  const isPi = model?.startsWith('Raspberry Pi') || saying(cpuinfo, 'Hardware', /^BCM2/) !== null;
  return whole({
    hostname: told(machine, '/proc/sys/kernel/hostname'),
    machine: machine.system.fact('arch'),
    model,
    board_revision: isPi ? saying(cpuinfo, 'Revision', /^[0-9a-f]{4,8}$/) : null,
    os: name,
    os_version: version,
    kernel: told(machine, '/proc/sys/kernel/osrelease'),
  });
}

export function firmware(machine: Machine): readonly Item[] {
  const tree = treeOf(machine);
  return whole({
    board: made(machine, 'board_vendor', 'board_name'),
    firmware: made(machine, 'bios_vendor', 'bios_version'),
    firmware_date: filledIn(machine, `${dmi}/bios_date`),
    serial:
      (tree && told(machine, `${tree}/serial-number`)) ??
      filledIn(machine, `${dmi}/product_serial`) ??
      saying(headOf(machine), 'Serial', /^0*[1-9a-f]/),
    uuid: filledIn(machine, `${dmi}/product_uuid`),
  });
}

/** `Raspberry Pi 4 Model B Rev 1.4`: the device tree's name for the board; older kernels of Pis say it in cpuinfo. */
function boardModel(machine: Machine, cpuinfo: string): string | null {
  const tree = treeOf(machine);
  return (tree && told(machine, `${tree}/model`)) ?? saying(cpuinfo, 'Model', /^Raspberry Pi/);
}

/** Maker and name; many makers write themselves into the name as well. Lenovo's names are numbers, its versions are names. */
function made(machine: Machine, makerField: string, nameField: string): string | null {
  const maker = filledIn(machine, `${dmi}/${makerField}`);
  const name = filledIn(machine, `${dmi}/${nameField}`);
  const more = maker === 'LENOVO' && nameField === 'product_name' ? filledIn(machine, `${dmi}/product_version`) : null;
  const isTwice = maker !== null && name?.toLowerCase().startsWith(maker.toLowerCase());
  return isTwice ? joined(name, more) : joined(maker, name, more);
}
