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
