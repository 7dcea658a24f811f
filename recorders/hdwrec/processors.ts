/**
 * Sockets, cores and threads told apart: what is online, from /sys/devices/system/cpu/cpuN/topology (kernel:
 * Documentation/admin-guide/cputopology.rst). ARM kernels say -1 for a package that they do not know.
 */
import type { Machine } from '../../src/machine.ts';
import type { Part } from './item.ts';

const cpus = '/sys/devices/system/cpu';

/** Arm's part numbers (MIDR_EL1), of the boards that we know. */
const parts: Readonly<Record<string, string>> = {
  '0xb76': 'ARM1176',
  '0xc07': 'Cortex-A7',
  '0xd03': 'Cortex-A53',
  '0xd04': 'Cortex-A35',
  '0xd05': 'Cortex-A55',
  '0xd07': 'Cortex-A57',
  '0xd08': 'Cortex-A72',
  '0xd0b': 'Cortex-A76',
  '0xd0c': 'Neoverse-N1',
  '0xd40': 'Neoverse-V1',
  '0xd49': 'Neoverse-N2',
  '0xd4f': 'Neoverse-V2',
};

export const processors: Part = (machine) => {
  const online = onlineOf(machine);
  const topology = online.map((cpu) => {
    const at = (name: string) => machine.number(`${cpus}/cpu${cpu}/topology/${name}`);
    return {
      socket: Math.max(0, at('physical_package_id')),
      core: at('core_id'),
      cluster: at('cluster_id'),
      die: at('die_id'),
    };
  });
  const isKnown = topology.length > 0 && topology.every(({ core }) => !Number.isNaN(core));
  const distinct = (keys: readonly string[]) => new Set(keys).size;
  const threads = online.length === 0 ? null : online.length;
  return [
    ['cpu_model', modelOf(machine.text('/proc/cpuinfo') ?? '')],
    ['sockets', threads === null ? null : Math.max(1, distinct(topology.map(({ socket }) => `${socket}`)))],
    [
      'cores',
      isKnown
        ? distinct(topology.map(({ socket, die, cluster, core }) => [socket, die, cluster, core].join(' ')))
        : threads,
    ],
    ['threads', threads],
  ];
};

/** `0-3,8` are five processors; a kernel for one has no such file. */
function onlineOf(machine: Machine): readonly number[] {
  const text = machine.text(`${cpus}/online`) ?? (machine.exists('/proc/cpuinfo') ? '0' : '');
  return text.split(',').flatMap((range) => {
    const [from = Number.NaN, to = from] = range.split('-').map((word) => Number.parseInt(word, 10));
    return from <= to && to - from < 65_536 ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : [];
  });
}

/** x86 and 32-bit ARM have a name; arm64 has a part number. */
function modelOf(cpuinfo: string): string | null {
  const named = /^(?:model name|cpu model|Processor)\s*:\s*(.+?)\s*$/m.exec(cpuinfo)?.[1];
  const part = /^CPU part\s*:\s*(0x[0-9a-f]+)/m.exec(cpuinfo)?.[1];
  return named ?? (part === undefined ? null : (parts[part] ?? `Arm part ${part}`));
}
