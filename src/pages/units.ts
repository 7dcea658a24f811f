/** Names carry their units, so one table tells the unit of every column of every recorder. */

/** Endings of names and what they mean; a longer ending stands before the one that it ends in. */
export const units: readonly (readonly [ending: string, unit: string])[] = [
  ['bits_per_s', 'bit/s'],
  ['bytes_per_s', 'bytes/s'],
  ['per_s', '1/s'],
  ['iops', '1/s'],
  ['bytes_total', 'bytes'],
  ['ms_total', 'ms'],
  ['ms_max', 'ms'],
  ['s_total', 's'],
  ['total', 'count'],
  ['pct', '%'],
  ['bytes', 'bytes'],
  ['ms', 'ms'],
  ['s', 's'],
  ['c', '°C'],
  ['mhz', 'MHz'],
  ['v', 'V'],
  ['tasks', 'tasks'],
];

/** The unit of a column by the end of its name; null when it has none (a load, a flag, a number of things). */
export function unitOf(name: string): string | null {
  const found = units.find(([ending]) => name === ending || name.endsWith(`_${ending}`));
  return found ? found[1] : null;
}
