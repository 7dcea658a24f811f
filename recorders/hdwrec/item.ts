/** The contract of a part of the inventory. */
import type { Machine } from '../../src/machine.ts';

/** Something that is known of the machine. What cannot be read is no item. */
export type Item = readonly [name: string, value: string | number | null];

export type Part = (machine: Machine) => readonly Item[];

/** The text of a file of /sys or the device tree (whose texts end in NUL), without what boards write into unset fields; null without one. */
export function told(machine: Machine, path: string): string | null {
  const text = (machine.text(path) ?? '').split('\0')[0]?.trim() ?? '';
  return text === '' || unset.test(text) ? null : text;
}

const unset =
  /^(to be filled by o\.?e\.?m\.?|default string|system (product name|manufacturer|serial number|version)|not (specified|applicable|available)|none|n\/a|0+|o\.?e\.?m\.?|unknown)$/i;

/** Words that are there, with blanks between; null when none is. */
export const joined = (...words: readonly (string | null)[]): string | null =>
  words.filter((word) => word !== null).join(' ') || null;
