/**
 * Devices of /sys/class whose number is only the order in which they came: what is at hwmon2 may become another device. Which one it is
 * stands in a file of its folder. A value under a wrong name is worse than none.
 */
import type { Handle, Machine } from '../machine.ts';
import { integer, line } from './attribute.ts';

/** How long what was found is taken for all there is, milliseconds. */
const every = 60_000;

/** A file that tells which device is there, and what it told. */
export interface Place {
  readonly path: string;
  readonly text: string;
}

/** What was found, and the places that it depends on. */
export interface Found<T> {
  readonly value: T;
  readonly places: readonly Place[];
}

/** Looks for something every 60 s, and whenever one of its places has become another device or is gone. */
export function kept<T>(machine: Machine, look: () => Found<T>): () => T {
  const names = remembered((path: string) => machine.source(line(path)));
  const isThere = ({ path, text }: Place): boolean => names(path)()?.text === text;
  let found: Found<T> | null = null;
  let due = 0;
  return () => {
    if (found === null || machine.now >= due || !found.places.every(isThere)) {
      found = look();
      due = machine.now + every - 1;
    }
    return found.value;
  };
}

/** Integers in small files, one descriptor for each path however often it is asked for. */
export const integers = (machine: Machine): ((path: string) => Handle<{ value: number }>) =>
  remembered((path) => machine.source(integer(path)));

function remembered<T>(make: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    const one = known.get(path) ?? make(path);
    known.set(path, one);
    return one;
  };
}
