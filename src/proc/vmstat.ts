/** /proc/vmstat: counters since boot. Kernel: mm/vmstat.c; pgpgin and pgpgout count KiB, pswpin and pswpout pages, oom_kill since 4.13. */
import { keyed } from './keys.ts';

const keys = ['pgpgin', 'pgpgout', 'pswpin', 'pswpout', 'pgmajfault', 'oom_kill'] as const;

export const vmstat = keyed('/proc/vmstat', keys, false, false);
