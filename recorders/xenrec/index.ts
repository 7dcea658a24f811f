/** Domains of a Xen host, from xentop: asked beside the tick, because it needs a second and may never answer. */
import { indexes } from '../../src/formula.ts';
import type { Machine } from '../../src/machine.ts';
import type { Reader, Sample } from '../../src/recorder.ts';
import { defineRecorder } from '../../src/recorder.ts';
import type { Column } from '../../src/schema.ts';
import { counter, gauge, level, text, words } from '../../src/schema.ts';
import { findXentop } from './dom0.ts';
import { examples, notes } from './notes.ts';
import { args, bothTables, limit } from './run.ts';
import type { Domain, Table } from './table.ts';

const kib = { scale: 1024 };
/** xentop's sectors, whatever the disk's. */
const sectors = { scale: 512 };
const tenths = { digits: 1 };

/** STATE, then the columns of xentop in their order. */
const fields = {
  state: text('state', 'xentop STATE', 'flags that are set'),
  cpu_s: counter('cpu_s_total', 'xentop CPU(sec)', 'CPU time of all vcpus'),
  cpu: gauge('cpu_pct', 'xentop CPU(%)', 'CPU time over its second', tenths),
  mem: gauge('mem_bytes', 'xentop MEM(k)', 'memory', kib),
  mem_pct: gauge('mem_pct', 'xentop MEM(%)', 'memory as a share of the host', tenths),
  maxmem: gauge('maxmem_bytes', 'xentop MAXMEM(k)', 'limit of memory', kib),
  maxmem_pct: gauge('maxmem_pct', 'xentop MAXMEM(%)', 'limit as a share of the host', tenths),
  vcpus: gauge('vcpus', 'xentop VCPUS', 'virtual CPUs'),
  nets: gauge('nets', 'xentop NETS', 'network interfaces'),
  guest_rx: counter('guest_rx_bytes_total', 'xentop NETTX(k)', 'what dom0 sent to the guest', kib),
  guest_tx: counter('guest_tx_bytes_total', 'xentop NETRX(k)', 'what dom0 received from the guest', kib),
  vbds: gauge('vbds', 'xentop VBDS', 'block devices'),
  vbd_oo: counter('vbd_out_of_requests_total', 'xentop VBD_OO', 'requests that had to wait'),
  vbd_rd: counter('vbd_reads_total', 'xentop VBD_RD', 'read requests'),
  vbd_wr: counter('vbd_writes_total', 'xentop VBD_WR', 'write requests'),
  vbd_rsect: counter('vbd_read_bytes_total', 'xentop VBD_RSECT', 'sectors read', sectors),
  vbd_wsect: counter('vbd_written_bytes_total', 'xentop VBD_WSECT', 'sectors written', sectors),
  ssid: gauge('ssid', 'xentop SSID', 'security label'),
} as const;
const at = indexes(fields);
const inOrder = Object.values(fields);

/** More than this share of a CPU per vcpu, percent, is a wrong clock or another domain: twice what it can have. */
const most = 200;

/** Of one CPU: several vcpus have more than 100. */
const cpuInterval: Column<keyof typeof fields> = {
  formula: {
    kind: 'own',
    of: ['cpu_s'],
    words: `100 × Δcpu_s / interval_s; empty above ${most} × vcpus`,
    value(delta, now, seconds) {
      const percent = (100 * delta('cpu_s')) / seconds;
      return percent > most * now('vcpus') ? Number.NaN : percent;
    },
  },
  digits: 2,
  max: Number.POSITIVE_INFINITY,
  help: 'CPU time over the whole interval, 100 = one vcpu fully used; in steps of a second of CPU time',
};

export const xenrec = defineRecorder({
  name: 'xenrec',
  summary: 'domains of a Xen host, from xentop',
  key: 'domain',
  slow: 10_000,
  least: { milliseconds: 2000, why: 'xentop itself takes more than a second for each sample' },
  sources: ['/usr/sbin/xentop', '/sys/hypervisor/type', '/proc/xen/capabilities'],
  fields,
  columns: {
    state: words(
      'state',
      'letters of the flags that are set: d dying, s shut down, b blocked (idle), c crashed, p paused, r running; `none` = runnable but not on a CPU just then',
    ),
    cpu_s_total: level('cpu_s', 'CPU time that all vcpus have used since the domain came up, whole seconds'),
    cpu_pct: level(
      'cpu',
      'CPU time over the second that xentop measures, 100 = one vcpu fully used; empty for a domain younger than that',
      1,
    ),
    cpu_interval_pct: cpuInterval,
    mem_bytes: level('mem', 'memory that the domain has now'),
    mem_pct: level('mem_pct', 'the same as a share of the memory of the host', 1),
    maxmem_bytes: level('maxmem', 'most memory that the hypervisor lets it have now; empty = no limit'),
    maxmem_pct: level(
      'maxmem_pct',
      'the same as a share of the memory of the host, may exceed 100; empty = no limit',
      1,
    ),
    vcpus: level('vcpus', 'virtual CPUs configured, also those offline; 0 while the domain is being built'),
    nets: level('nets', 'network interfaces of the domain that dom0 serves'),
    guest_rx_bytes_total: level('guest_rx', 'bytes that the guest received: what dom0 transmitted to it, xentop NETTX'),
    guest_tx_bytes_total: level(
      'guest_tx',
      'bytes that the guest transmitted: what dom0 received from it, xentop NETRX',
    ),
    vbds: level('vbds', 'virtual block devices of the domain'),
    vbd_out_of_requests_total: level('vbd_oo', 'requests that had to wait because dom0 had no free request slot'),
    vbd_reads_total: level('vbd_rd', 'read requests of the guest'),
    vbd_writes_total: level('vbd_wr', 'write requests of the guest'),
    vbd_read_bytes_total: level('vbd_rsect', 'bytes that the guest read from its block devices'),
    vbd_written_bytes_total: level('vbd_wsect', 'bytes that the guest wrote to its block devices'),
    ssid: level('ssid', 'number of its security label; 0 without XSM'),
  },
  notes,
  examples,
  open(machine: Machine) {
    const path = findXentop(machine);
    return {
      ask: (answered: (fill: Reader) => void) =>
        machine.system.run(path, args, limit, (ran) =>
          answered((sample) => {
            const [first, second] = bothTables(ran, path);
            fill(sample, second, new Map(first.map(({ id, words }) => [id, Number(words[0])])));
          }),
        ),
    };
  },
});

/** `before` is the CPU time of each domain in the first table. */
function fill(sample: Sample, table: Table, before: ReadonlyMap<string, number>): void {
  for (const domain of table) {
    const values = sample.row(domain.id);
    if (!values) continue;
    sample.text(at.state, domain.state);
    putNumbers(sample, values, domain);
    if (!isMeasured(values, before.get(domain.id))) values[at.cpu] = Number.NaN;
  }
}

function putNumbers(sample: Sample, values: Float64Array, { words }: Domain): void {
  words.forEach((word, i) => {
    const index = i + 1;
    // A sign is a clock set back, or a dash; other words are no numbers.
    const value = word.startsWith('-') ? Number.NaN : Number(word);
    const field = inOrder[index];
    const isHuge = value * (field?.scale ?? 1) > Number.MAX_SAFE_INTEGER;
    if (isHuge && field?.kind === 'counter') sample.exact(index, word);
    // No host has that much memory: something was subtracted without a sign.
    values[index] = isHuge && field?.kind === 'gauge' ? Number.NaN : value;
  });
}

/**
 * Whether CPU(%) says anything. 0.0 stands there too for a domain that was not in the first table (`before`) or was started anew
 * since; too much comes from a clock set back, or a domain id used again.
 */
function isMeasured(values: Float64Array, before: number | undefined): boolean {
  const percent = values[at.cpu] as number;
  const isNew = before === undefined || before > (values[at.cpu_s] as number);
  return !(isNew && percent === 0) && !(percent > most * (values[at.vcpus] as number));
}
