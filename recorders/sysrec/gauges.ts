/** The parts of sysrec that copy kernel files: memory, paging, load, pressure, TCP. */
import type { Machine } from '../../src/machine.ts';
import { meminfo } from '../../src/proc/meminfo.ts';
import { pageSize } from '../../src/proc/page-size.ts';
import { pressure } from '../../src/proc/pressure.ts';
import { fileNr, loadavg, snmp, softnet, uptime } from '../../src/proc/small.ts';
import { vmstat } from '../../src/proc/vmstat.ts';
import type { Filler } from './devices.ts';
import { at } from './fields.ts';

/** A part that is larger than the whole is no number: what is used would be less than nothing. */
const within = (part: number, whole: number): number => (part > whole ? Number.NaN : part);

export function memoryFiller(machine: Machine): Filler {
  const read = machine.source(meminfo);
  return (values) => {
    const memory = read();
    if (!memory) return;
    values[at.mem_total] = memory.MemTotal;
    values[at.mem_free] = memory.MemFree;
    values[at.mem_available] = within(memory.MemAvailable, memory.MemTotal);
    values[at.buffers] = memory.Buffers;
    values[at.cached] = memory.Cached;
    values[at.shmem] = memory.Shmem;
    values[at.slab] = memory.Slab;
    values[at.dirty] = memory.Dirty;
    values[at.writeback] = memory.Writeback;
    values[at.swap_total] = memory.SwapTotal;
    values[at.swap_free] = within(memory.SwapFree, memory.SwapTotal);
    values[at.swap_cached] = memory.SwapCached;
  };
}

export function pagingFiller(machine: Machine): Filler {
  const read = machine.source(vmstat);
  let page = Number.NaN;
  let asked = false;
  return (values) => {
    const paging = read();
    if (!paging) return;
    if (!asked) page = pageSize(machine);
    asked = true;
    values[at.page_in] = paging.pgpgin;
    values[at.page_out] = paging.pgpgout;
    values[at.swap_in] = paging.pswpin * page;
    values[at.swap_out] = paging.pswpout * page;
    values[at.major_faults] = paging.pgmajfault;
    values[at.oom_kills] = paging.oom_kill;
  };
}

export function pressureFiller(machine: Machine): Filler {
  const cpu = machine.source(pressure('cpu'));
  const memory = machine.source(pressure('memory'));
  const io = machine.source(pressure('io'));
  return (values) => {
    values[at.psi_cpu_some] = cpu()?.some ?? Number.NaN;
    const mem = memory();
    values[at.psi_mem_some] = mem?.some ?? Number.NaN;
    values[at.psi_mem_full] = mem?.full ?? Number.NaN;
    const disks = io();
    values[at.psi_io_some] = disks?.some ?? Number.NaN;
    values[at.psi_io_full] = disks?.full ?? Number.NaN;
  };
}

export function loadFiller(machine: Machine): Filler {
  const load = machine.source(loadavg);
  const files = machine.source(fileNr);
  const up = machine.source(uptime);
  return (values) => {
    const average = load();
    if (average) {
      values[at.load1] = average.one;
      values[at.load5] = average.five;
      values[at.load15] = average.fifteen;
      values[at.threads] = average.threads;
    }
    values[at.open_files] = files()?.open ?? Number.NaN;
    values[at.uptime] = up()?.seconds ?? Number.NaN;
  };
}

export function networkFiller(machine: Machine): Filler {
  const tcp = machine.source(snmp);
  const backlog = machine.source(softnet);
  let lines = -1;
  return (values) => {
    const connections = tcp();
    values[at.tcp_established] = connections?.established ?? Number.NaN;
    values[at.tcp_retransmits] = connections?.retransmits ?? Number.NaN;
    const queues = backlog();
    // A CPU that went or came took its line along: the sums have no base.
    if (queues && (lines === queues.lines || lines < 0)) {
      values[at.softnet_drops] = queues.drops;
      values[at.softnet_squeezes] = queues.squeezes;
    }
    if (queues) lines = queues.lines;
  };
}
