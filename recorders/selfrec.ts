/** What sdr itself costs, and what it lost. */
import { indexes } from '../src/formula.ts';
import type { Machine } from '../src/machine.ts';
import { pageSize } from '../src/proc/page-size.ts';
import { selfMemory, selfStat } from '../src/proc/self.ts';
import { defineRecorder } from '../src/recorder.ts';
import { counter, gauge, level } from '../src/schema.ts';

const own = "sdr's own count";

const fields = {
  cpu_ms: counter('cpu_ms_total', '/proc/self/stat utime + stime + cutime + cstime', 'CPU time', { scale: 10 }),
  rss: gauge('rss_bytes', '/proc/self/statm resident × page size', 'resident memory'),
  missed_ticks: counter('missed_ticks_total', own, 'ticks at which nothing was read'),
  late_ms_max: gauge('late_ms_max', own, 'latest tick', { digits: 0 }),
  dropped_rows: counter('dropped_rows_total', own, 'rows that could not be written'),
  written_bytes: counter('written_bytes_total', own, 'bytes written'),
  forward_lag: gauge('forward_lag_bytes', own, 'bytes that a destination does not have yet'),
  failed_samples: counter('failed_samples_total', own, 'readings that failed'),
} as const;
const at = indexes(fields);

/** Counts that a recording tells of itself, by the field that takes them. */
const told = ['missed_ticks', 'late_ms_max', 'dropped_rows', 'written_bytes', 'failed_samples'] as const;
/** The row of the process itself; every destination has one of its own. */
const process = 'sdr';

export const selfrec = defineRecorder({
  name: 'selfrec',
  summary: 'what sdr itself costs, and what it lost',
  key: 'device',
  slow: 60_000,
  sources: ['/proc/self/stat', '/proc/self/statm'],
  fields,
  columns: {
    cpu_ms_total: level('cpu_ms', 'CPU time of sdr and the programs that it ran to their end, since it started'),
    rss_bytes: level('rss', 'resident memory, shared pages included'),
    missed_ticks_total: level(
      'missed_ticks',
      'ticks without a sample: sdr came too late or the sample before was not done',
    ),
    late_ms_max: level('late_ms_max', 'how late the latest tick was, since the start'),
    dropped_rows_total: level('dropped_rows', 'rows lost, because no output could take them'),
    written_bytes_total: level('written_bytes', 'bytes written to files and stdout, headers included'),
    forward_lag_bytes: level('forward_lag', 'bytes on this host that a destination does not have yet'),
    failed_samples_total: level('failed_samples', 'samples skipped, because something could not be read'),
  },
  notes: [
    {
      title: 'What it measures',
      text: 'The row "sdr" is the process that records. Its counters begin at 0 when it starts, so a value that falls is a restart. CPU time has the steps of the kernel, 10 ms, and contains the programs that sdr ran to their end (xentop, vcgencmd). Each destination of --to has a row of its own, under its URL, with forward_lag_bytes alone: what is on this host and not there yet.',
    },
    {
      title: 'What to watch',
      text: 'dropped_rows_total that grows means a full or failing disk, or files that had to go before a destination had them. forward_lag_bytes that grows means a destination that is down, slow or refuses. missed_ticks_total that grows means an interval too short for what is recorded, or a machine that was stopped; a suspended machine misses no ticks, it has none.',
    },
  ],
  examples: ['sdr record sysrec selfrec@60 10 -o /var/lib/sdr', 'sdr record selfrec 1 5'],
  open(machine: Machine) {
    const time = machine.required(selfStat);
    const memory = machine.source(selfMemory);
    const page = pageSize(machine);
    return (sample) => {
      const values = sample.row(process);
      if (!values) return;
      values[at.cpu_ms] = time().ticks;
      values[at.rss] = (memory()?.residentPages ?? Number.NaN) * page;
      const counts = countsOf(machine);
      for (const name of told) values[at[name]] = counts.get(name) ?? Number.NaN;
      for (const [destination, bytes] of lagsOf(machine)) {
        const row = sample.row(destination);
        if (row) row[at.forward_lag] = bytes;
      }
    };
  },
});

/** `forward_lag 4096 http://collector:7373`: bytes by destination. */
function lagsOf(machine: Machine): readonly (readonly [string, number])[] {
  const found = (machine.system.fact('counts') ?? '').matchAll(/^forward_lag (\d+) (.+)$/gm);
  return [...found].map(([, bytes, destination = '']) => [destination, Number(bytes)]);
}

/** `missed_ticks 3` and so on, as the recording says. */
function countsOf(machine: Machine): ReadonlyMap<string, number> {
  const lines = (machine.system.fact('counts') ?? '').split('\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), Number(line.slice(line.indexOf(' ') + 1))]));
}
