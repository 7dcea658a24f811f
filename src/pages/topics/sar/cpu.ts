/** The CPU report, which sar, iostat, mpstat and vmstat share. */
import type { Field } from './answer.ts';

/** As `sar -u ALL` and mpstat have it. */
export const allTimes: readonly Field[] = [
  ['%usr', '`user_pct`'],
  ['%nice', '`nice_pct`'],
  ['%sys', '`sys_pct`'],
  ['%iowait', '`iowait_pct`'],
  ['%steal', '`steal_pct`'],
  ['%irq', '`irq_pct`'],
  ['%soft', '`softirq_pct`'],
  ['%guest, %gnice', '`guest_pct`, the sum of both'],
  ['%idle', '`idle_pct`'],
];

/** As `sar -u` and iostat have it, with interrupts in the system time and guests in the user time. */
export const shortTimes: readonly Field[] = [
  ['%user', '`user_pct` + `guest_pct`, where no guest is niced'],
  ['%nice', '`nice_pct`'],
  ['%system', '`sys_pct` + `irq_pct` + `softirq_pct`'],
  ['%iowait', '`iowait_pct`'],
  ['%steal', '`steal_pct`'],
  ['%idle', '`idle_pct`'],
];
