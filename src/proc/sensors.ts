/**
 * The temperature sensors of a machine, thermal zones and hwmon chips, each once, by names that outlive the numbers in their paths.
 */
import type { Handle, Machine } from '../machine.ts';
import { bytesOf, encodeId } from '../parse.ts';
import { limit } from './celsius.ts';
import type { Chip } from './hwmon.ts';
import { addressOf, chipName, chips, temperaturesOf } from './hwmon.ts';
import type { Found } from './place.ts';
import { integers, kept } from './place.ts';
import type { Zone } from './thermal.ts';
import { criticalTrip, zones } from './thermal.ts';

/** Where a sensor is. */
interface Spot {
  /** `cpu-thermal`, `coretemp/Package_id_0`, `nvme0/Composite`: as a CSV cell. */
  readonly id: string;
  readonly path: string;
  /** Where the machine turns itself off, m°C; NaN when nobody says. */
  readonly critical: number;
}

export interface Sensor extends Spot {
  /** m°C, as the driver tells it; null when it tells nothing. */
  readonly read: Handle<{ value: number }>;
}

/** The sensors of each sample. */
export function sensors(machine: Machine): () => readonly Sensor[] {
  const read = integers(machine);
  return kept(machine, () => {
    const { value, places } = look(machine);
    return { value: value.map((spot) => ({ ...spot, read: read(spot.path) })), places };
  });
}

function look(machine: Machine): Found<readonly Spot[]> {
  const thermal = zones(machine);
  const all = chips(machine);
  // The kernel shows zones again as chips, with - as _: drivers/thermal/thermal_hwmon.c.
  const shown = new Set(thermal.map(({ type }) => type.replaceAll('-', '_')));
  const others = all.filter(({ name }) => !shown.has(name));
  const spots = [...thermal.map((zone) => ofZone(machine, zone, thermal, all)), ...ofChips(machine, others)];
  return {
    value: distinct(spots),
    places: [...thermal, ...all].map(({ place }) => place),
  };
}

/** Its limit is a trip point; else what the chip that shows it again says: zones of one type are the inputs of one chip, in their order. */
function ofZone(machine: Machine, zone: Zone, thermal: readonly Zone[], all: readonly Chip[]): Spot {
  const { type, folder } = zone;
  const trip = criticalTrip(machine, zone);
  const twin = all.find(({ name }) => name === type.replaceAll('-', '_'));
  const n = thermal.filter((each) => each.type === type).indexOf(zone) + 1;
  const critical = Number.isNaN(trip) && twin ? limit(machine.number(`${twin.folder}/temp${n}_crit`)) : trip;
  return { id: cell(type), path: `${folder}/temp`, critical };
}

/** Chips of one name are told apart by the devices that they sit on. */
function ofChips(machine: Machine, all: readonly Chip[]): readonly Spot[] {
  const known = all
    .map((chip) => ({ chip, inputs: temperaturesOf(machine, chip) }))
    .filter(({ inputs }) => inputs.length > 0);
  const names = known.map(({ chip, inputs }) => chipName(machine, chip, inputs));
  return known.flatMap(({ chip, inputs }, i) => {
    const name = names[i] as string;
    const isAlone = names.indexOf(name) === names.lastIndexOf(name);
    const address = isAlone ? '' : addressOf(machine, chip);
    const id = cell(address === '' ? name : `${name}@${address}`);
    return inputs.map(({ n, label }) => ({
      id: label !== '' ? `${id}/${cell(label)}` : inputs.length === 1 ? id : `${id}/temp${n}`,
      path: `${chip.folder}/temp${n}_input`,
      critical: limit(machine.number(`${chip.folder}/temp${n}_crit`)),
    }));
  });
}

/** A name that a driver or a vendor chose, as a cell; blanks are `_`. */
const cell = (name: string): string => encodeId(bytesOf(name.replaceAll(' ', '_')));

/** Equal names get a number, in their order: `~` is in no name, {@link cell} encodes it. */
function distinct(found: readonly Spot[]): readonly Spot[] {
  const seen = new Map<string, number>();
  return found.map((one) => {
    const n = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, n);
    return n === 1 ? one : { ...one, id: `${one.id}~${n}` };
  });
}
