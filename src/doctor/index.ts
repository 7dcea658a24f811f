/** All checks, in the order in which they are printed. */
import type { Check, Scene } from './check.ts';
import { clockCheck } from './clock.ts';
import { spaceCheck, writableCheck } from './directory.ts';
import { flushCheck } from './flush.ts';
import { kernelChecks } from './kernel.ts';
import { piChecks } from './pi.ts';
import { recorderChecks } from './recorders.ts';
import { tailCheck } from './tails.ts';
import { writerCheck } from './writers.ts';

export async function checksOf(scene: Scene): Promise<readonly Check[]> {
  return [
    ...(await recorderChecks(scene)),
    ...(await piChecks(scene)),
    ...kernelChecks(scene),
    clockCheck(scene),
    ...directoryChecks(scene),
  ];
}

function directoryChecks(scene: Scene): readonly Check[] {
  const { directory } = scene;
  if (directory === null) return [];
  const writable = writableCheck(scene, directory);
  if (!isDirectory(scene, directory)) return [writable];
  return [writable, ...[spaceCheck, flushCheck, tailCheck, writerCheck].map((check) => check(scene, directory))];
}

function isDirectory({ engine }: Scene, path: string): boolean {
  try {
    return engine.files.stat(path).kind === 'directory';
  } catch {
    return false;
  }
}
