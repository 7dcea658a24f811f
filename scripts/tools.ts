/** Programs that a build needs, and the Debian package of each: a build installs nothing, it says what is missing. */
import { type ExecFileOptions, execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

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

function isHere(program: string): boolean {
  if (program.includes('/')) return isProgram(program);
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isProgram(join(folder, program)));
}

/** Throws, naming the package, unless every program is there. */
export function need(debianPackage: string, ...programs: string[]): void {
  needAll(programs.map((program) => [debianPackage, program]));
}

/** The same of programs of several packages: one line names all that is missing. */
export function needAll(tools: readonly (readonly [debianPackage: string, program: string])[]): void {
  const missing = tools.filter(([, program]) => !isHere(program));
  if (missing.length === 0) return;
  const programs = new Set(missing.map(([, program]) => program));
  const packages = new Set(missing.map(([debianPackage]) => debianPackage));
  const noun = packages.size === 1 ? 'the Debian package' : 'the Debian packages';
  throw new BuildError(`No ${[...programs].join(', ')} here: install ${noun} ${[...packages].join(' ')}`);
}

/** Runs a tool of the build and returns what it printed; when it fails, what it said becomes the error. */
export async function execute(tool: string, args: readonly string[], options: ExecFileOptions = {}): Promise<string> {
  try {
    const { stdout } = await run(tool, [...args], { maxBuffer: 2 ** 28, ...options, encoding: 'utf8' });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new BuildError(`${tool} failed\n${said.trim() || String(error)}`);
  }
}
