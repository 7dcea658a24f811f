/** /proc/meminfo, kB. Kernel: fs/proc/meminfo.c; MemAvailable since 3.14, VmallocTotal tells a 32-bit kernel. */
import { keyed } from './keys.ts';

const keys = [
  'MemTotal',
  'MemFree',
  'MemAvailable',
  'Buffers',
  'Cached',
  'SwapCached',
  'SwapTotal',
  'SwapFree',
  'Dirty',
  'Writeback',
  'Shmem',
  'Slab',
  'VmallocTotal',
] as const;

export const meminfo = keyed('/proc/meminfo', keys, true, true);
