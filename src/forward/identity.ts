/** Whose rows these are: the name that a collector knows the host by, and which machine it is. */
import type { Engine, Files } from '../host.ts';
import { readText } from '../store.ts';
import { machineOf } from '../wire/machine.ts';

export interface Identity {
  readonly host: string;
  readonly machine: string;
}

/** `name` is what the user calls it, '' = as the machine does. */
export function identityOf({ files }: Pick<Engine, 'files'>, name: string): Identity {
  return { host: name === '' ? hostName(files) : name, machine: machineOf(files) };
}

/** The whole name of the machine, as a name of a directory may be. */
function hostName(files: Files): string {
  const name = (readText(files, '/proc/sys/kernel/hostname') ?? '').trim();
  return (
    name
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 200) || 'localhost'
  );
}

/** The URL that a host belongs to: one that comes or goes moves only its share of the hosts (rendezvous hashing). */
export function shareOf(urls: readonly string[], host: string): string {
  const scored = urls.map((url) => ({ url, score: score(`${host} ${url}`) }));
  return scored.reduce((best, each) => (each.score > best.score ? each : best)).url;
}

/** FNV-1a of 32 bits, and the end of MurmurHash3, which spreads names that differ in one digit. */
export function score(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
