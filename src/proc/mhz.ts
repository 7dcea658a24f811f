/**
 * The clock frequency of each CPU. cpufreq where the kernel has a driver (kHz; some drivers ask the firmware, which can take
 * 20 ms), else what /proc/cpuinfo prints on x86. Dear, so every 10 s.
 */
import type { Machine, Source } from '../machine.ts';
import type { Scan } from '../parse.ts';
import { bytesOf } from '../parse.ts';

const every = 10_000;
const processor = bytesOf('processor');
const cpuMhz = bytesOf('cpu MHz');
const LF = 10;
const COLON = 58;

const cpuinfo: Source<Map<string, number>> = {
  path: '/proc/cpuinfo',
  every,
  make: () => new Map(),
  parse(scan, into) {
    into.clear();
    let id = '';
    while (!scan.done) {
      const isProcessor = scan.at(processor, scan.pos);
      if (isProcessor || scan.at(cpuMhz, scan.pos)) {
        const value = behindColon(scan);
        if (isProcessor) id = `cpu${value}`;
        else if (value >= 0) into.set(id, value);
      }
      scan.nextLine();
    }
  },
};

/** The number behind the colon of this line; NaN without one. */
function behindColon(scan: Scan): number {
  while (!scan.done && scan.bytes[scan.pos] !== LF && scan.bytes[scan.pos] !== COLON) scan.pos++;
  if (scan.bytes[scan.pos] !== COLON) return Number.NaN;
  scan.pos++;
  return scan.decimal();
}

/** The frequency of a CPU by its name in /proc/stat, MHz; NaN when this machine does not say. */
export function mhz(machine: Machine): (cpu: string) => number {
  const info = machine.source(cpuinfo);
  const known = new Map<string, { value: number; due: number }>();
  let hasDriver = true;
  return (cpu) => {
    const last = known.get(cpu);
    if (last && machine.now < last.due) return last.value;
    let value = hasDriver
      ? machine.number(`/sys/devices/system/cpu/${cpu}/cpufreq/scaling_cur_freq`) / 1000
      : Number.NaN;
    if (!(value >= 0)) {
      hasDriver = machine.exists(`/sys/devices/system/cpu/${cpu}/cpufreq`);
      value = info()?.get(cpu) ?? Number.NaN;
    }
    known.set(cpu, { value, due: machine.now + every - 1 });
    return value;
  };
}
