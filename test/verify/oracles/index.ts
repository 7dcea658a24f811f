/** Every numeric column of every recorder that `verify` drives. */
import type { Oracles } from '../oracle.ts';
import { cpuOracles } from './cpu.ts';
import { diskOracles } from './disk.ts';
import { nicOracles } from './nic.ts';
import { sysOracles } from './sys.ts';

export const oracles: Readonly<Record<string, Oracles>> = {
  sysrec: sysOracles,
  cpurec: cpuOracles,
  diskrec: diskOracles,
  nicrec: nicOracles,
};
