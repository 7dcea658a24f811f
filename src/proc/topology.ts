/**
 * Sockets, cores and threads told apart, of the processors that are online: /sys/devices/system/cpu/cpuN/topology (kernel:
 * Documentation/admin-guide/cputopology.rst), and /proc/cpuinfo where /sys is not there.
 */
import type { Machine, Source } from '../machine.ts';
import { ascii } from '../parse.ts';

export interface Topology {
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

const cpus = '/sys/devices/system/cpu';
/** The same folder twice: /proc/device-tree is a link that older kernels do not have. */
const trees = ['/proc/device-tree', '/sys/firmware/devicetree/base'];

/** The device tree of a machine without ACPI: boards; null without one. */
export const treeOf = (machine: Machine): string | null => trees.find((tree) => machine.names(tree) !== null) ?? null;

/** Null when nothing is known. */
export function topologyOf(machine: Machine): Topology | null {
  const online = onlineOf(machine);
  if (online.length === 0) return fromCpuinfo(machine);
  const places = online.map((cpu) => placeOf(machine, `${cpus}/cpu${cpu}/topology`));
  const cores = places.some(({ core }) => core === null) ? online.length : distinct(places.map(({ core }) => core));
  const sockets = boardSockets(machine) ?? distinct(places.map(({ socket }) => socket));
  return { sockets, cores, threads: online.length };
}

const distinct = (of: readonly unknown[]): number => new Set(of).size;

/** `0-3,8` are five processors. */
function onlineOf(machine: Machine): readonly number[] {
  return (machine.text(`${cpus}/online`) ?? '').split(',').flatMap((range) => {
    const [from = Number.NaN, to = from] = range
      .split('-')
      .map((word) => (/^\d+$/.test(word) ? Number(word) : Number.NaN));
    return from <= to && to - from < 65_536 ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : [];
  });
}

/** Numbers of cores come again in each die, cluster and socket. A kernel that does not know them says -1, an old one nothing. */
function placeOf(machine: Machine, folder: string): { readonly socket: number; readonly core: string | null } {
  const [socket = 0, die = 0, cluster = 0, core = 0] = ['physical_package_id', 'die_id', 'cluster_id', 'core_id'].map(
    (name) => machine.number(`${folder}/${name}`),
  );
  return { socket: Math.max(0, socket || 0), core: core >= 0 ? [socket, die, cluster, core].join(' ') : null };
}

/** Boards of ARM have one socket: what older kernels call a package is a cluster of cores. Null on all else. */
function boardSockets(machine: Machine): number | null {
  const tree = treeOf(machine);
  if (tree === null || !/^(?:arm|aarch64)/.test(machine.system.fact('arch') ?? '')) return null;
  if (machine.exists('/sys/class/dmi/id')) return null;
  const map = machine.names(`${tree}/cpus/cpu-map`) ?? [];
  return Math.max(1, map.filter((name) => /^socket\d+$/.test(name)).length);
}

const cpuinfo: Source<{ text: string }> = {
  path: '/proc/cpuinfo',
  make: () => ({ text: '' }),
  parse(scan, into) {
    into.text = ascii(scan.bytes, 0, scan.end);
  },
};

function fromCpuinfo(machine: Machine): Topology | null {
  const blocks = (machine.source(cpuinfo)()?.text ?? '')
    .split(/\n\n+/)
    .filter((block) => /^processor\s*:/im.test(block));
  if (blocks.length === 0) return null;
  const says = (block: string, key: string): string => new RegExp(`^${key}\\s*: *(\\d+)$`, 'm').exec(block)?.[1] ?? '';
  const sockets = blocks.map((block) => says(block, 'physical id'));
  const cores = blocks.map((block, i) => [sockets[i], says(block, 'core id') || `none ${i}`].join(' '));
  return { sockets: distinct(sockets), cores: distinct(cores), threads: blocks.length };
}
