/**
 * How CPU time is counted and shown, for one CPU and for all of them. The kernel counts guest time in user and in nice as well
 * (kernel/sched/cputime.c), so it is taken out of both, as mpstat does. Idle and iowait may go back a little: the kernel
 * computes them on tickless CPUs (kernel/time/tick-sched.c).
 */
import { counter, share } from '../schema.ts';
import { cpuTimes } from './stat.ts';

/** Ticks of 1/100 s (USER_HZ, on every architecture that Linux has left). */
const tick = { scale: 0.01, digits: 2, slack: 100 } as const;

const words: Readonly<Record<(typeof cpuTimes)[number], string>> = {
  user: 'user mode, guests included',
  nice: 'user mode at low priority, guests included',
  system: 'kernel mode',
  idle: 'nothing to do',
  iowait: 'idle while a task of this CPU waited for I/O',
  irq: 'hardware interrupts',
  softirq: 'software interrupts',
  steal: 'another guest of the hypervisor ran',
  guest: 'running a guest',
  guest_nice: 'running a guest at low priority',
};

type Times = Record<(typeof cpuTimes)[number], ReturnType<typeof counter>>;

export const cpuFields = Object.fromEntries(
  cpuTimes.map((name, i) => [name, counter(`${name}_s_total`, `/proc/stat cpu, number ${i + 1}`, words[name], tick)]),
) as Times;

const all = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;

export const shares = {
  cpu_pct: share(
    ['user', 'nice', 'system', 'irq', 'softirq', 'steal'],
    all,
    'busy: 100 − idle − iowait; waiting for a disk is not busy, stolen time is not available',
  ),
  user_pct: share(['user', '-guest'], all, 'in user mode, without guests'),
  nice_pct: share(['nice', '-guest_nice'], all, 'in user mode at low priority, without guests'),
  sys_pct: share('system', all, 'in the kernel'),
  idle_pct: share('idle', all, 'nothing to do'),
  iowait_pct: share('iowait', all, 'idle while a task waited for I/O'),
  irq_pct: share('irq', all, 'serving hardware interrupts'),
  softirq_pct: share('softirq', all, 'serving software interrupts'),
  steal_pct: share('steal', all, 'taken by the hypervisor for others'),
  guest_pct: share(['guest', 'guest_nice'], all, 'running guests'),
} as const;
