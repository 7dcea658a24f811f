/** Programs that a build needs, and the Debian package of each: a build installs nothing, it says what is missing. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A build that cannot go on, with one line for a person. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Throws, naming the package, unless every program is there. */
export function need(debianPackage: string, ...programs: string[]): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const program of programs) {
    const found = program.includes('/')
      ? isProgram(program)
      : folders.some((folder) => isProgram(join(folder, program)));
    if (!found) throw new BuildError(`No ${program} here: install the Debian package ${debianPackage}`);
  }
}
