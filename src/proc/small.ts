/** The kernel files of one line or two: load, uptime, open files, TCP, the network's backlog. */
import type { Source } from '../machine.ts';
import type { Scan } from '../parse.ts';
import { bytesOf } from '../parse.ts';

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
const established = bytesOf('CurrEstab');
const retransmits = bytesOf('RetransSegs');

export const snmp: Source<Tcp> = {
  path: '/proc/net/snmp',
  whole: true,
  make: () => ({ established: Number.NaN, retransmits: Number.NaN }),
  parse(scan, into) {
    while (!scan.done && !scan.at(tcp, scan.pos)) scan.nextLine();
    const names = scan.pos + tcp.length;
    scan.nextLine();
    if (!scan.at(tcp, scan.pos)) scan.fail('"Tcp:"');
    const numbers = scan.pos + tcp.length;
    into.established = under(scan, names, numbers, established);
    into.retransmits = under(scan, names, numbers, retransmits);
  },
};

/** The number at the place where `word` stands among the names; NaN when it does not. */
function under(scan: Scan, names: number, numbers: number, word: Uint8Array): number {
  scan.pos = names;
  let index = 0;
  while (scan.pos < numbers - tcp.length && !scan.at(word, scan.pos)) {
    scan.word();
    scan.pos++;
    index++;
  }
  if (scan.pos >= numbers - tcp.length) return Number.NaN;
  scan.pos = numbers;
  for (let i = 0; i < index; i++) {
    scan.word();
    scan.skipBlanks();
  }
  return scan.number();
}

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
  make: () => ({ lines: 0, drops: Number.NaN, squeezes: Number.NaN }),
  parse(scan, into) {
    into.lines = 0;
    into.drops = 0;
    into.squeezes = 0;
    while (!scan.done) {
      hexadecimal(scan);
      into.drops += hexadecimal(scan);
      into.squeezes += hexadecimal(scan);
      into.lines++;
      scan.nextLine();
    }
  },
};

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
  if (scan.pos === from) scan.fail('a hexadecimal number');
  return n;
}
