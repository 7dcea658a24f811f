/** Whether this is a Raspberry Pi, and what of it the kernel tells by itself. */
import type { Machine } from '../machine.ts';
import type { Chip } from './hwmon.ts';
import { chips } from './hwmon.ts';
import type { Place } from './place.ts';
import { integers, kept } from './place.ts';
import { zones } from './thermal.ts';

/** `Raspberry Pi 4 Model B Rev 1.4`: what the device tree calls the machine, NUL at its end; '' without one (every PC). */
export function modelOf(machine: Machine): string {
  const text = machine.text('/proc/device-tree/model') ?? machine.text('/sys/firmware/devicetree/base/model') ?? '';
  return (text.split('\0')[0] ?? '').trim();
}

export const isPi = (model: string): boolean => model.startsWith('Raspberry Pi');

/** The processor's zone; the second on older kernels. */
const processor = /^(?:cpu-thermal|bcm2835_thermal|soc-thermal)$/;

/** An integer where a file of it was found; null where there is none. */
type Maybe = () => { readonly value: number } | null;

/** The processor's temperature, m°C. */
export function processorTemperature(machine: Machine): Maybe {
  return following(machine, () => {
    const zone = zones(machine).find(({ type }) => processor.test(type));
    return zone ? { path: `${zone.folder}/temp`, place: zone.place } : null;
  });
}

/**
 * Whether the voltage fell too low within the last 2 s or so, 0 or 1: the driver asks the firmware that often, and only of this.
 * Kernel: Documentation/hwmon/raspberrypi-hwmon.rst.
 */
export const underVoltage = (machine: Machine): Maybe => voltage(machine, ({ folder }) => `${folder}/in0_lcrit_alarm`);

/** The core's voltage, mV: of new kernels, whose driver tells it. */
export const coreVoltage = (machine: Machine): Maybe =>
  voltage(machine, ({ folder }) => (machine.text(`${folder}/in0_label`) === 'core' ? `${folder}/in0_input` : null));

function voltage(machine: Machine, file: (chip: Chip) => string | null): Maybe {
  return following(machine, () => {
    const chip = chips(machine).find(({ name }) => name === 'rpi_volt');
    const path = chip ? file(chip) : null;
    return chip && path !== null ? { path, place: chip.place } : null;
  });
}

function following(machine: Machine, look: () => { readonly path: string; readonly place: Place } | null): Maybe {
  const read = integers(machine);
  const path = kept(machine, () => {
    const found = look();
    return { value: found?.path ?? null, places: found ? [found.place] : [] };
  });
  return () => {
    const now = path();
    return now === null ? null : read(now)();
  };
}
