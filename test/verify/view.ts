/** Two instants of a machine, and the ways in which a column can follow from them. */
import { cpus, type Machine, things } from './machine.ts';

export interface View {
  readonly seconds: number;
  /** Which disks, interfaces and CPUs there are. */
  readonly machine: Machine;
  now(key: string): number;
  delta(key: string): number;
}

/** What the kernel says that a column is, for one device; NaN when it says nothing: then the cell must be empty. */
export type Truth = (view: View, device: string) => number;

/** Two readings of one machine, `seconds` apart: what a tape gives. */
export function viewOf(before: Machine, after: Machine, seconds: number): View {
  const now = (key: string): number => after.get(key) ?? Number.NaN;
  return { seconds, machine: after, now, delta: (key) => now(key) - (before.get(key) ?? Number.NaN) };
}

/** Interfaces that stand for wires: those with hardware, or without any all that no other one contains. */
export function nics(m: Machine): string[] {
  const all = things(m, 'net');
  const physical = all.filter((name) => m.get(`net:${name}:physical`) === 1);
  if (physical.length > 0) return physical;
  return all.filter((name) => name !== 'lo' && m.get(`net:${name}:enslaved`) !== 1);
}

export function disks(m: Machine): string[] {
  return things(m, 'disk').filter((name) => m.get(`disk:${name}:physical`) === 1);
}

/** The counters that a key such as `disk:{d}:reads` or `net:{nics}:rx_bytes` stands for. */
function expand(key: string, m: Machine, device: string): string[] {
  if (key.includes('{disks}')) return disks(m).map((name) => key.replace('{disks}', name));
  if (key.includes('{nics}')) return nics(m).map((name) => key.replace('{nics}', name));
  return [key.replace('{d}', device)];
}

/** Σ of counters; a key that starts with `-` is subtracted. */
function sum(keys: readonly string[], m: Machine, device: string, value: (key: string) => number): number {
  let total = 0;
  for (const signed of keys) {
    const minus = signed.startsWith('-');
    const names = expand(minus ? signed.slice(1) : signed, m, device);
    if (names.length === 0) return Number.NaN;
    for (const name of names) total += minus ? -value(name) : value(name);
  }
  return total;
}

/** Growth a second, of counters whose unit is `scale` base units. */
export const perSecond =
  (keys: readonly string[], scale = 1): Truth =>
  (view, device) =>
    (sum(keys, view.machine, device, view.delta) * scale) / view.seconds;

/** Percentage of the growth of others. */
export const shareOf =
  (keys: readonly string[], whole: readonly string[]): Truth =>
  (view, device) =>
    (100 * sum(keys, view.machine, device, view.delta)) / sum(whole, view.machine, device, view.delta);

/** Growth of one per growth of another; nothing when the other stood still. */
export const ratio =
  (keys: readonly string[], per: readonly string[]): Truth =>
  (view, device) => {
    const count = sum(per, view.machine, device, view.delta);
    return count > 0 ? sum(keys, view.machine, device, view.delta) / count : Number.NaN;
  };

/** A value now. */
export const value =
  (keys: readonly string[], scale = 1): Truth =>
  (view, device) =>
    sum(keys, view.machine, device, view.now) * scale;

/** Percentage of another value now. */
export const portion =
  (keys: readonly string[], whole: string): Truth =>
  (view, device) =>
    view.now(whole) > 0 ? (100 * sum(keys, view.machine, device, view.now)) / view.now(whole) : Number.NaN;

/** Σ or greatest of a truth over CPUs or disks. */
export const over =
  (which: 'cpus' | 'disks', truth: Truth, join: (values: number[], count: number) => number): Truth =>
  (view) => {
    const names = which === 'cpus' ? cpus(view.machine) : disks(view.machine);
    return names.length === 0
      ? Number.NaN
      : join(
          names.map((name) => truth(view, name)),
          names.length,
        );
  };
