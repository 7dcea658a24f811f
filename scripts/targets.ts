/** The machines that binaries are made for: a compiler, a processor, and which of qemu's models stands for it in tests. */
import { withMusl } from './musl.ts';
import type { NodeMachine } from './node-source.ts';
import { type Target, x64 } from './quickjs.ts';

/** A kind of machine that a binary is shipped for. */
export interface Machine {
  readonly target: Target;
  /** The words that run a program of it on an x64 machine, as on the processor that it is made for. */
  readonly emulator: readonly string[];
  /** What `readelf -h` calls it. */
  readonly elf: string;
}

// A static program that is loaded where it was linked to needs no relocation at start, and no memory for it.
const fixed = ['-fno-pie', '-no-pie'];

function cross(name: string, triple: string, flags: readonly string[]): Target {
  return { name, package: `gcc-${triple}`, cc: `${triple}-gcc`, ar: `${triple}-ar`, flags: [...flags, ...fixed] };
}

/**
 * ARMv6 is the ARM1176 of the first Raspberry Pis and the Zeros: VFP registers hold the numbers, but calls pass them in
 * integer registers, as in Debian's armel, whose libgcc is the one without newer instructions.
 */
export const machines = {
  x64: {
    target: { ...x64, name: 'x64-musl', flags: fixed },
    emulator: ['/usr/bin/qemu-x86_64', '-cpu', 'qemu64'],
    elf: 'Advanced Micro Devices X86-64',
  },
  arm64: {
    target: cross('arm64', 'aarch64-linux-gnu', ['-march=armv8-a']),
    emulator: ['/usr/bin/qemu-aarch64', '-cpu', 'cortex-a53'],
    elf: 'AArch64',
  },
  armv7: {
    target: cross('armv7', 'arm-linux-gnueabihf', ['-march=armv7-a', '-mfpu=vfpv3-d16', '-mfloat-abi=hard', '-mthumb']),
    emulator: ['/usr/bin/qemu-arm', '-cpu', 'cortex-a7'],
    elf: 'ARM',
  },
  armv6: {
    target: cross('armv6', 'arm-linux-gnueabi', ['-march=armv6k', '-mfpu=vfp', '-mfloat-abi=softfp', '-marm']),
    emulator: ['/usr/bin/qemu-arm', '-cpu', 'arm1176'],
    elf: 'ARM',
  },
} as const satisfies Record<string, Machine>;

export type MachineName = keyof typeof machines;

/** The compiler of a machine with a static C library of its own. */
export function staticTarget(name: MachineName): Promise<Target> {
  return withMusl(machines[name].target);
}

/** In the order of what people ask for. */
export const machineNames = Object.keys(machines) as readonly MachineName[];

/** The recorder edition's file for a machine. */
export const binaryOf = (machine: MachineName): string => `sdr-linux-${machine}`;

/** The full edition's. */
export const fullBinaryOf = (machine: NodeMachine): string => `sdr-full-linux-${machine}`;
