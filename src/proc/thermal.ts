/** Thermal zones: temperatures that the kernel itself acts upon. Kernel: Documentation/ABI/testing/sysfs-class-thermal. */
import type { Machine } from '../machine.ts';
import { limit } from './celsius.ts';
import type { Place } from './place.ts';

const root = '/sys/class/thermal';

export interface Zone {
  /** Its number depends on who came first; `type` says what it is. */
  readonly folder: string;
  /** `cpu-thermal`, `acpitz`, `x86_pkg_temp`; several may have the same. */
  readonly type: string;
  readonly place: Place;
}

/** The zones of this moment, in the order of their numbers. */
export function zones(machine: Machine): readonly Zone[] {
  return numbered(machine, root, 'thermal_zone').flatMap((folder) => {
    const path = `${folder}/type`;
    const type = machine.text(path) ?? '';
    return type === '' ? [] : [{ folder, type, place: { path, text: type } }];
  });
}

/** The folders `<prefix>N` in a folder, in the order of their numbers. */
export function numbered(machine: Machine, folder: string, prefix: string): readonly string[] {
  const numbers = (machine.names(folder) ?? [])
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  return numbers.sort((a, b) => a - b).map((n) => `${folder}/${prefix}${n}`);
}

/** Where this zone turns the machine off, m°C; NaN when it does not. */
export function criticalTrip(machine: Machine, { folder }: Zone): number {
  for (let n = 0; ; n++) {
    const type = machine.text(`${folder}/trip_point_${n}_type`);
    if (type === null) return Number.NaN;
    if (type === 'critical') return limit(machine.number(`${folder}/trip_point_${n}_temp`));
  }
}
