/** The claims in `.sdr`: `<recorder>.N`, of which the highest N holds. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const numberOf = (name: string): number => Number(name.split('.').at(-1));

/** All claims of a recorder, as paths, the highest first: the one that holds, and perhaps the last one that a power cut leaves. */
export const claims = (directory: string, recorder: string): string[] =>
  readdirSync(join(directory, '.sdr'))
    .filter((name) => name.startsWith(`${recorder}.`))
    .sort((a, b) => numberOf(b) - numberOf(a))
    .map((name) => join(directory, '.sdr', name));

/** The claim that holds. */
export function claimOf(directory: string, recorder: string): string {
  const [path] = claims(directory, recorder);
  if (path === undefined) throw new Error(`No claim of ${recorder} in ${directory}`);
  return path;
}

/** Changes what the claim says. */
export function rewriteClaim(directory: string, recorder: string, change: (text: string) => string): void {
  const path = claimOf(directory, recorder);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
