/** The kernel files of one line or two: load, uptime, open files, TCP, the network's backlog. */
import type { Source } from '../machine.ts';
import { bytesOf, Scan } from '../parse.ts';
import { inOnePage } from './table.ts';

const LF = 10;

/** /proc/loadavg: three averages, then running/all scheduling entities. Kernel: fs/proc/loadavg.c. */
export interface Load {
  one: number;
  five: number;
  fifteen: number;
  threads: number;
}

export const loadavg: Source<Load> = {
  path: '/proc/loadavg',
  whole: true,
  make: () => ({ one: Number.NaN, five: Number.NaN, fifteen: Number.NaN, threads: Number.NaN }),
  parse(scan, into) {
    into.one = scan.decimal();
    into.five = scan.decimal();
    into.fifteen = scan.decimal();
    const isLoad = into.one >= 0 && into.five >= 0 && into.fifteen >= 0;
    if (!isLoad || Number.isNaN(scan.number()) || scan.bytes[scan.pos] !== 47) scan.fail('a load');
    scan.pos++;
    into.threads = scan.number();
  },
};

/** /proc/uptime: seconds since boot, suspend included. Kernel: fs/proc/uptime.c. */
export const uptime: Source<{ seconds: number }> = {
  path: '/proc/uptime',
  whole: true,
  make: () => ({ seconds: Number.NaN }),
  parse(scan, into) {
    into.seconds = scan.decimal();
    if (!(into.seconds >= 0)) scan.fail('a number');
  },
};

/** /proc/sys/fs/file-nr: open files of the whole system. Summing them up costs the kernel 0.2 ms, so rarely. */
export const fileNr: Source<{ open: number }> = {
  path: '/proc/sys/fs/file-nr',
  whole: true,
  every: 10_000,
  make: () => ({ open: Number.NaN }),
  parse(scan, into) {
    into.open = scan.number();
    if (Number.isNaN(into.open)) scan.fail('a number');
  },
};

/** /proc/net/snmp, the two lines `Tcp:`: names, then numbers. Kernel: net/ipv4/proc.c. Never /proc/net/tcp: 3 ms. */
export interface Tcp {
  established: number;
  retransmits: number;
}

const tcp = bytesOf('Tcp: ');
const names = bytesOf('\nCurrEstab\nRetransSegs');
const found = new Float64Array(2);

export const snmp: Source<Tcp> = {
  path: '/proc/net/snmp',
  whole: true,
  make: () => ({ established: Number.NaN, retransmits: Number.NaN }),
  parse(scan, into) {
    if (!native.under(scan.bytes, scan.pos, scan.end, tcp, names, found)) {
      behind(scan, tcp);
      scan.fail('"Tcp:"');
    }
    into.established = found[0] as number;
    into.retransmits = found[1] as number;
  },
};

/** /proc/net/softnet_stat: a line per online CPU, hexadecimal. Kernel: net/core/net-procfs.c softnet_seq_show. */
export interface Softnet {
  /** CPUs with a line: when it changes, the sums have no base. */
  lines: number;
  /** Packets dropped because the backlog was full. */
  drops: number;
  /** Times that net_rx_action ran out of budget with work left. */
  squeezes: number;
}

export const softnet: Source<Softnet> = {
  path: '/proc/net/softnet_stat',
  whole: inOnePage,
  make: () => ({ lines: 0, drops: Number.NaN, squeezes: Number.NaN }),
  parse(scan, into) {
    const lines = native.backlog(scan.bytes, scan.pos, scan.end, sums);
    if (lines < 0) failed(scan);
    into.lines = lines;
    into.drops = sums[0] as number;
    into.squeezes = sums[1] as number;
  },
};

const sums = new Float64Array(2);

/** Finds the place where a number is missing. */
function failed(scan: Scan): never {
  for (;;) {
    for (let i = 0; i < 3; i++) if (Number.isNaN(hexadecimal(scan))) scan.fail('a hexadecimal number');
    scan.nextLine();
  }
}

/** A hexadecimal number behind blanks; NaN when there is none here. */
function hexadecimal(scan: Scan): number {
  scan.skipBlanks();
  const from = scan.pos;
  let n = 0;
  for (;;) {
    const c = scan.bytes[scan.pos] as number;
    const d = c >= 48 && c <= 57 ? c - 48 : c >= 97 && c <= 102 ? c - 87 : -1;
    if (d < 0 || scan.done) break;
    n = n * 16 + d;
    scan.pos++;
  }
  return scan.pos === from ? Number.NaN : n;
}

/**
 * Two lines that begin with `label`, names and then numbers: the number under each name of `names` (which begin with LF) into
 * `values`, NaN where there is none. False when there are no such lines.
 */
export type Under = (
  bytes: Uint8Array,
  pos: number,
  end: number,
  label: Uint8Array,
  names: Uint8Array,
  values: Float64Array,
) => boolean;

/** Sums the second and the third hexadecimal number of each line into `sums`. Returns how many lines there are, -1 when a number is missing. */
export type Backlog = (bytes: Uint8Array, pos: number, end: number, sums: Float64Array) => number;

const walker = new Scan();

function walk(bytes: Uint8Array, pos: number, end: number): Scan {
  walker.bytes = bytes;
  walker.pos = pos;
  walker.end = end;
  return walker;
}

/** The loops over words, which an engine without a compiler replaces by its own (src/hosts/quickjs.ts). */
export const native: { under: Under; backlog: Backlog } = {
  under(bytes, pos, end, label, wanted, values) {
    const scan = walk(bytes, pos, end);
    const heads = behind(scan, label) + label.length;
    if (scan.done || !scan.at(label, scan.pos)) return false;
    const numbers = scan.pos + label.length;
    let from = 0;
    for (let i = 0; i < values.length; i++) {
      const next = wanted.indexOf(LF, from + 1);
      const name = wanted.subarray(from + 1, next < 0 ? wanted.length : next);
      values[i] = numberUnder(scan, heads, numbers, name);
      from = next;
    }
    return true;
  },
  backlog(bytes, pos, end, sums) {
    const scan = walk(bytes, pos, end);
    sums.fill(0);
    let lines = 0;
    for (; !scan.done; lines++) {
      if (Number.isNaN(hexadecimal(scan))) return -1;
      sums[0] = (sums[0] as number) + hexadecimal(scan);
      sums[1] = (sums[1] as number) + hexadecimal(scan);
      if (Number.isNaN((sums[0] as number) + (sums[1] as number))) return -1;
      scan.nextLine();
    }
    return lines;
  },
};

/** Moves behind the first line that begins with `label`, or to the end; returns where that line begins. */
function behind(scan: Scan, label: Uint8Array): number {
  while (!scan.done && !scan.at(label, scan.pos)) scan.nextLine();
  const { pos } = scan;
  scan.nextLine();
  return pos;
}

/** The number at the place where a name stands among the heads, which end where the label of the numbers begins. */
function numberUnder(scan: Scan, heads: number, numbers: number, name: Uint8Array): number {
  const { bytes } = scan;
  scan.pos = heads;
  let index = 0;
  while (bytes[scan.pos - 1] !== LF) {
    const from = scan.pos;
    if (scan.word() - from === name.length && scan.at(name, from)) break;
    scan.pos++;
    index++;
  }
  if (bytes[scan.pos - 1] === LF) return Number.NaN;
  scan.pos = numbers;
  for (let i = 0; i < index; i++) {
    scan.word();
    scan.skipBlanks();
  }
  return scan.number();
}
