/** The packages that are tested: those of the programs that are built. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Architecture, Wish } from '../../scripts/packages.ts';
import { debianPackage, programs } from '../../scripts/packages.ts';
import { BuildError } from '../../scripts/tools.ts';

export const toml = readFileSync('packaging/sdr.toml', 'utf8');

/** What the second version changes in the configuration. */
export const newToml = `${toml}\n# A key of the next version.\n`;

/** Where packages are made; it goes with the process. */
export const place = mkdtempSync(join(tmpdir(), 'sdr-debs-'));
process.on('exit', () => rmSync(place, { recursive: true, force: true }));

/** The folder of the programs; `npm run build:recorder` makes one that does for amd64. */
export const binaries = process.env['SDR_BINARIES'] ?? 'dist';

function programOf(architecture: Architecture): string {
  const program = join(binaries, programs[architecture]);
  const other = 'dist/sdr-recorder';
  return !existsSync(program) && architecture === 'amd64' && existsSync(other) ? other : program;
}

/** A package of a program that is built; null, and a sentence on stderr, when it is not. In CI it has to be. */
export async function deb(architecture: Architecture, wish: Omit<Wish, 'architecture'> = {}): Promise<string | null> {
  try {
    return await debianPackage({ architecture, folder: place, program: programOf(architecture), ...wish });
  } catch (error) {
    if (!(error instanceof BuildError) || process.env['CI']) throw error;
    process.stderr.write(`The package of ${architecture} is not tested: ${error.message}\n`);
    return null;
  }
}

/** One that is there, or the end of the test file. */
export function there(path: string | null): string {
  if (path === null) throw new Error('Nothing is built: npm run binaries, or npm run build:recorder');
  return path;
}
