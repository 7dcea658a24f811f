/** CPUs: Documentation/filesystems/proc.rst 1.7 (`/proc/stat`). Guest time is counted in user time too. */
import { level, type Oracle, type Oracles, share, theirs } from '../oracle.ts';
import { shareOf, type Truth, value } from '../view.ts';

const states = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];

/** The percentage of a CPU's own ticks spent so. */
export const cpuShare = (cpu: string, ...of: string[]): Truth =>
  shareOf(
    of.map((key) => (key.startsWith('-') ? `-${cpu}:${key.slice(1)}` : `${cpu}:${key}`)),
    states.map((state) => `${cpu}:${state}`),
  );

/** The share columns that the whole machine and each CPU have alike. `mpstat` is right to 1 point. */
export function cpuColumns(cpu: string, theirCpu: string): Record<string, Oracle> {
  const column = (name: string, ...of: string[]): Oracle =>
    share(cpuShare(cpu, ...of), { flat: true, sysstat: theirs(`mpstat:${theirCpu}:${name}`, 1, 1) });
  return {
    cpu_pct: share(cpuShare(cpu, 'user', 'nice', 'system', 'irq', 'softirq', 'steal'), {
      flat: true,
      sysstat: theirs(
        ['usr', 'nice', 'sys', 'irq', 'soft', 'steal', 'guest', 'gnice'].map((n) => `mpstat:${theirCpu}:${n}`),
        1,
        1,
      ),
    }),
    user_pct: column('usr', 'user', '-guest'),
    nice_pct: column('nice', 'nice', '-guest_nice'),
    sys_pct: column('sys', 'system'),
    idle_pct: column('idle', 'idle'),
    iowait_pct: column('iowait', 'iowait'),
    irq_pct: column('irq', 'irq'),
    softirq_pct: column('soft', 'softirq'),
    steal_pct: column('steal', 'steal'),
    guest_pct: share(cpuShare(cpu, 'guest', 'guest_nice'), {
      flat: true,
      sysstat: theirs([`mpstat:${theirCpu}:guest`, `mpstat:${theirCpu}:gnice`], 1, 1),
    }),
  };
}

export const cpuOracles: Oracles = {
  ...cpuColumns('{d}', '{d}'),
  mhz: level(value(['{d}:mhz']), { part: 0.01, old: 11, sysstat: theirs('sar:cpu-frequency:{d}:frequency', 1, 1) }),
};
