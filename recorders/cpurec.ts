/** Time per processor, from /proc/stat. CPUs come and go; their order is the kernel's, which is numeric. */
import { indexes } from '../src/formula.ts';
import type { Machine } from '../src/machine.ts';
import { cpuFields, shares } from '../src/proc/cpu-columns.ts';
import { mhz } from '../src/proc/mhz.ts';
import { stat } from '../src/proc/stat.ts';
import { defineRecorder } from '../src/recorder.ts';
import { gauge, level } from '../src/schema.ts';

const fields = {
  ...cpuFields,
  mhz: gauge('mhz', '/sys/devices/system/cpu/cpuN/cpufreq/scaling_cur_freq, else /proc/cpuinfo', 'clock frequency'),
} as const;
const at = indexes(fields);

export const cpurec = defineRecorder({
  name: 'cpurec',
  summary: 'time per processor',
  key: 'device',
  sources: ['/proc/stat', '/sys/devices/system/cpu/cpuN/cpufreq/scaling_cur_freq', '/proc/cpuinfo'],
  fields,
  columns: {
    cpu_pct: shares.cpu_pct,
    user_pct: shares.user_pct,
    nice_pct: shares.nice_pct,
    sys_pct: shares.sys_pct,
    iowait_pct: shares.iowait_pct,
    irq_pct: shares.irq_pct,
    softirq_pct: shares.softirq_pct,
    steal_pct: shares.steal_pct,
    idle_pct: shares.idle_pct,
    guest_pct: shares.guest_pct,
    mhz: level('mhz', 'clock frequency of this CPU (looked at every 10 s)'),
  },
  notes: [
    {
      title: 'What the shares add up to',
      text: 'Each is a share of the ticks of that CPU. user_pct, nice_pct, sys_pct, iowait_pct, irq_pct, softirq_pct, steal_pct, idle_pct and guest_pct add up to 100. The kernel counts the time of guests (of KVM on this host) as user time as well; here it is taken out, as mpstat does, so nothing is counted twice. cpu_pct is all of it but idle_pct and iowait_pct.',
    },
    {
      title: 'Waiting is not load',
      text: 'iowait_pct is idle time: nothing wanted to run while a task that last ran on this CPU waited for a disk. Any other task would have had that time, and starting one makes the number smaller. A task that waits runs on no CPU, so on several CPUs it says little about which of them, and the kernel may take it back. How long tasks really wait is in psi_io_some_pct of sysrec(1), and in the await of diskrec(1).',
    },
    {
      title: 'Stolen time',
      text: 'steal_pct is time in which this CPU of a guest wanted to run and the hypervisor ran somebody else. It counts as busy in cpu_pct, because it is not to be had: a guest at 100 with much of it stolen is starved, not overloaded. Xen and KVM tell it; other hypervisors and some clouds do not, and it is then 0.',
    },
    {
      title: 'How fine it is',
      text: 'The kernel counts in ticks of 1/100 s, so a share has steps of 1 at an interval of a second and of 10 at 100 ms; below that a cell may be empty, because no tick passed. Kernels that look at each timer tick who is running miss work that sleeps in step with it. Interrupts may be counted as sys_pct where the kernel was built without their accounting: irq_pct and softirq_pct are then 0 or nearly so.',
    },
    {
      title: 'Busy is not used up',
      text: 'Of two threads of one core each can be at 100 while both share the units of one. A CPU at a low clock is at 100 sooner than at a high one: see mhz.',
    },
    {
      title: 'Clock frequency',
      text: 'mhz is looked at every 10 s and is of that moment. Where the kernel has a driver for frequencies it is what that one says, which may be what it asked for; else, on x86, what /proc/cpuinfo says. An idle CPU may show the frequency that it had when it last ran. On a Raspberry Pi pirec(1) has the measured one.',
    },
    {
      title: 'CPUs that come and go',
      text: 'A CPU that is offline has no row. One that comes has shares from its second sample on. A container sees the CPUs of its host.',
    },
  ],
  examples: [
    'sdr cpurec 1',
    'sdr cpurec 100ms 50 --columns cpu_pct,sys_pct',
    'sdr cpurec 1 60 --devices cpurec=cpu[0-3]',
    'sdr cat cpurec --since 1h --columns cpu_pct,steal_pct',
    'sdr stats cpurec cpu_pct --since 1d --format table',
  ],
  open(machine: Machine) {
    const read = machine.required(stat);
    const frequency = mhz(machine);
    return (sample) => {
      const { cpus } = read();
      for (let row = 1; row < cpus.count; row++) {
        const id = cpus.ids[row] as string;
        const values = sample.row(id);
        if (!values) continue;
        cpus.copy(row, values, sample);
        values[at.mhz] = frequency(id);
      }
    };
  },
});
