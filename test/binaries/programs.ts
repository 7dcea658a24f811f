/** The binaries of `npm run binaries`, and the words that run each on this machine. */
import { resolve } from 'node:path';
import { type NodeMachine, nodeMachines } from '../../scripts/node-source.ts';
import { binaryOf, fullBinaryOf, type MachineName, machineNames, machines } from '../../scripts/targets.ts';

/** One of the files, and how it runs here. */
export interface Binary {
  readonly file: string;
  readonly machine: MachineName;
  readonly edition: 'recorder edition' | 'full edition';
  /** What runs it, the file itself last. */
  readonly words: readonly string[];
}

/** The folder of the binaries. */
export const folderOfBinaries = resolve('dist');

/** What Node needs of the machine's libraries lies elsewhere; what is preloaded for the emulator is none of them. */
const libraries = ['-L', '/usr/aarch64-linux-gnu', '-U', 'LD_PRELOAD'];

function binary(file: string, machine: MachineName, edition: Binary['edition'], emulator: readonly string[]): Binary {
  return { file, machine, edition, words: [...(machine === 'x64' ? [] : emulator), resolve(folderOfBinaries, file)] };
}

/** The recorder edition's. */
export const recorderBinaries: readonly Binary[] = machineNames.map((machine) =>
  binary(binaryOf(machine), machine, 'recorder edition', machines[machine].emulator),
);

/** The full edition's. */
export const fullBinaries: readonly Binary[] = nodeMachines.map((machine: NodeMachine) =>
  binary(fullBinaryOf(machine), machine, 'full edition', [...machines[machine].emulator, ...libraries]),
);

export const binaries: readonly Binary[] = [...recorderBinaries, ...fullBinaries];
