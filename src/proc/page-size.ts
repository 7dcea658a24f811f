/** The size of a page in bytes: 4 KiB on most machines, 16 KiB on a Raspberry Pi 5. From /proc/self/smaps, which says it in words. */
import type { Machine } from '../machine.ts';

/** NaN when the kernel does not tell. */
export function pageSize(machine: Machine): number {
  const kB = /^KernelPageSize:\s+(\d+) kB$/m.exec(machine.text('/proc/self/smaps') ?? '')?.[1];
  return kB === undefined ? Number.NaN : Number(kB) * 1024;
}

/** Whether `unsigned long` has 32 bits: only such a kernel has less than 4 GiB to map (VmallocTotal, kB). */
export const isNarrow = (vmallocTotal: number): boolean => vmallocTotal < 4 * 1024 * 1024;
