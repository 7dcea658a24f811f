/** What /proc/cpuinfo says beside numbers of processors. Kernel: arch/x86/kernel/cpu/proc.c, arch/arm64/kernel/cpuinfo.c, arch/arm/kernel/setup.c. */
import type { Machine } from '../../src/machine.ts';
import { topologyOf } from '../../src/proc/topology.ts';
import { decoded, tidy } from '../../src/proc/words.ts';
import type { Item } from './item.ts';
import { whole } from './item.ts';

/** Arm's own part numbers (MIDR_EL1): arm64 has no names. Those of boards and clouds. */
const arm: Readonly<Record<string, string>> = {
  '0xb76': 'ARM1176',
  '0xc05': 'Cortex-A5',
  '0xc07': 'Cortex-A7',
  '0xc08': 'Cortex-A8',
  '0xc09': 'Cortex-A9',
  '0xc0d': 'Cortex-A17',
  '0xc0f': 'Cortex-A15',
  '0xd03': 'Cortex-A53',
  '0xd04': 'Cortex-A35',
  '0xd05': 'Cortex-A55',
  '0xd07': 'Cortex-A57',
  '0xd08': 'Cortex-A72',
  '0xd09': 'Cortex-A73',
  '0xd0a': 'Cortex-A75',
  '0xd0b': 'Cortex-A76',
  '0xd0c': 'Neoverse-N1',
  '0xd0d': 'Cortex-A77',
  '0xd40': 'Neoverse-V1',
  '0xd41': 'Cortex-A78',
  '0xd46': 'Cortex-A510',
  '0xd47': 'Cortex-A710',
  '0xd49': 'Neoverse-N2',
  '0xd4d': 'Cortex-A715',
  '0xd4f': 'Neoverse-V2',
  '0xd80': 'Cortex-A520',
  '0xd81': 'Cortex-A720',
};

/** The beginning of cpuinfo, whole lines of it: the first processor of a PC, all of a board. */
export function headOf(machine: Machine): string {
  const text = machine.text('/proc/cpuinfo') ?? '';
  return decoded(text.length < 4000 ? text : text.slice(0, text.lastIndexOf('\n')));
}

/** The first value of a key that looks as it should; null without one. */
export function saying(cpuinfo: string, key: string, like = /./): string | null {
  return all(cpuinfo, key).find((value) => like.test(value)) ?? null;
}

const all = (cpuinfo: string, key: string): readonly string[] =>
  Array.from(cpuinfo.matchAll(new RegExp(`^${key}[ \\t]*:(.*)$`, 'gm')), ([, value]) => tidy(value) ?? '');

export function processors(machine: Machine): readonly Item[] {
  const cpuinfo = headOf(machine);
  const { sockets = null, cores = null, threads = null } = topologyOf(machine) ?? {};
  return whole({
    cpu_model: partsOf(cpuinfo) ?? named(cpuinfo),
    microcode: saying(cpuinfo, 'microcode'),
    sockets,
    cores,
    threads,
  });
}

const named = (cpuinfo: string): string | null =>
  ['model name', 'cpu model', 'Processor', 'uarch', 'cpu'].reduce<string | null>(
    (found, key) => found ?? saying(cpuinfo, key, /[A-Za-z]/),
    null,
  );

/** Where all parts are Arm's and known: a board may have several kinds of cores. */
function partsOf(cpuinfo: string): string | null {
  if (all(cpuinfo, 'CPU implementer').some((implementer) => implementer !== '0x41')) return null;
  const parts = [...new Set(all(cpuinfo, 'CPU part'))];
  if (parts.length === 0 || !parts.every((part) => part in arm)) return null;
  return parts.map((part) => arm[part]).join(' + ');
}
