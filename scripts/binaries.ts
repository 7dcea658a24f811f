/**
 * Builds what is shipped for machines without Node, into dist/ or the folder that is named: sdr-linux-*, the recorder
 * edition, and sdr-full-linux-*, the full edition, with SHA256SUMS and LICENSES. The same sources give the same bytes,
 * wherever they lie.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fullEdition, strippers } from './full-edition.ts';
import { licences } from './licences.ts';
import { nodeMachines } from './node-source.ts';
import { root, x64 } from './quickjs.ts';
import { recorderEdition } from './recorder-edition.ts';
import { binaryOf, fullBinaryOf, type MachineName, machineNames, machines, staticTarget } from './targets.ts';
import { BuildError, execute, needAll } from './tools.ts';

/** Everything that some step needs, so that what is missing is said before the first one. */
const tools = [
  ...machineNames.map((name) => [machines[name].target.package, machines[name].target.cc] as const),
  ['gcc', x64.cc],
  ...Object.values(strippers),
  ['make', 'make'],
  ['apt', '/usr/lib/apt/apt-helper'],
  ['tar', 'tar'],
  ['xz-utils', 'xz'],
  ['npm', 'npm'],
] as const;

/** All of them, or only the recorder edition for the machines that are named. */
async function build(folder: string, named: readonly MachineName[]): Promise<void> {
  needAll(tools);
  mkdirSync(folder, { recursive: true });
  const made: string[] = [];
  const done = (name: string): void => {
    made.push(name);
    process.stdout.write(`${name} ${(statSync(join(folder, name)).size / 1e6).toFixed(2)} MB\n`);
  };
  for (const machine of named.length > 0 ? named : machineNames) {
    const name = binaryOf(machine);
    await recorderEdition({
      entry: 'bin/sdr-recorder.ts',
      out: join(folder, name),
      target: await staticTarget(machine),
    });
    done(name);
  }
  if (named.length > 0) return;
  await execute(process.execPath, [join('scripts', 'build.mjs')], { cwd: root });
  for (const machine of nodeMachines) {
    const name = fullBinaryOf(machine);
    await fullEdition(machine, join(folder, name));
    done(name);
  }
  writeFileSync(join(folder, 'LICENSES'), await licences());
  writeFileSync(join(folder, 'SHA256SUMS'), [...made, 'LICENSES'].map((name) => sum(folder, name)).join(''));
}

function machineOf(name: string): MachineName {
  const found = machineNames.find((known) => known === name);
  if (!found) throw new BuildError(`Unknown machine "${name}": expected one of ${machineNames.join(', ')}`);
  return found;
}

/** A line as sha256sum writes it. */
function sum(folder: string, name: string): string {
  return `${createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex')}  ${name}\n`;
}

if (import.meta.filename === process.argv[1]) {
  try {
    const [folder = join(root, 'dist'), ...names] = process.argv.slice(2);
    await build(resolve(folder), names.map(machineOf));
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
