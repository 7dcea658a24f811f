/**
 * Chips that watch the hardware: coretemp, k10temp, nvme, drivetemp, rpi_volt … Kernel: Documentation/hwmon/sysfs-interface.rst. The N of
 * hwmonN is the order in which drivers came, another after each boot: a chip is known by its name and by the device that it sits on.
 */
import type { Machine } from '../machine.ts';
import type { Place } from './place.ts';
import { numbered } from './thermal.ts';

const root = '/sys/class/hwmon';

export interface Chip {
  readonly folder: string;
  /** `coretemp`, `nvme`; several may have the same. */
  readonly name: string;
  readonly place: Place;
}

/** The chips of this moment, in the order of their numbers. */
export function chips(machine: Machine): readonly Chip[] {
  return numbered(machine, root, 'hwmon').flatMap((folder) => {
    const path = `${folder}/name`;
    const name = machine.text(path) ?? '';
    return name === '' ? [] : [{ folder, name, place: { path, text: name } }];
  });
}

/** A tempN_input of a chip. */
export interface Input {
  readonly n: number;
  /** '' where the driver gives none. */
  readonly label: string;
}

/** The temperatures of a chip, in the order of their numbers. */
export function temperaturesOf(machine: Machine, { folder }: Chip): readonly Input[] {
  const numbers = (machine.names(folder) ?? []).flatMap((name) => {
    const n = /^temp(\d+)_input$/.exec(name)?.[1];
    return n === undefined ? [] : [Number(n)];
  });
  return numbers.sort((a, b) => a - b).map((n) => ({ n, label: machine.text(`${folder}/temp${n}_label`) ?? '' }));
}

/** What a chip is called when it is the only one of its name; a disk's is called as its disk. */
export function chipName(machine: Machine, chip: Chip, inputs: readonly Input[]): string {
  const { name, folder } = chip;
  if (name === 'nvme') return nvme(machine, folder) ?? name;
  if (name === 'drivetemp') {
    const disk = machine.names(`${folder}/device/block`)?.[0];
    return disk === undefined ? name : `${name}/${disk}`;
  }
  return name === 'coretemp' ? coretemp(name, inputs) : name;
}

/** `nvme0`: the device above is the controller itself; on older kernels it is its PCI device, with the controller in a folder. */
function nvme(machine: Machine, folder: string): string | null {
  const above = machine.names(`${folder}/device`) ?? [];
  const inside = above.includes('nvme') ? (machine.names(`${folder}/device/nvme`) ?? []) : [];
  for (const name of [...above, ...inside]) {
    const controller = /^(nvme\d+)(?:c\d+)?(?:n\d+)?$/.exec(name)?.[1];
    if (controller !== undefined) return controller;
  }
  return null;
}

/** One chip per socket; the kernel calls their devices coretemp.0, coretemp.1 …, which only the labels show from here. */
function coretemp(name: string, inputs: readonly Input[]): string {
  const socket = inputs
    .map(({ label }) => /^(?:Package|Physical) id (\d+)$/.exec(label)?.[1])
    .find((found) => found !== undefined);
  return socket === undefined || socket === '0' ? name : `${name}.${socket}`;
}

/** The address of the device that a chip sits on, as its uevent tells: a PCI address, or a node of the device tree; '' when it tells none. */
export function addressOf(machine: Machine, { folder }: Chip): string {
  const lines = (machine.text(`${folder}/device/uevent`) ?? '').split('\n');
  const value = (key: string) => lines.find((each) => each.startsWith(`${key}=`))?.slice(key.length + 1);
  return value('PCI_SLOT_NAME') ?? value('OF_FULLNAME')?.replace(/^.*\//, '') ?? '';
}
