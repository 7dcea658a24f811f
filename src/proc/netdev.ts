/**
 * /proc/net/dev: two lines of headings, then one line per network interface of this namespace. Kernel: net/core/net-procfs.c.
 * The first number may be glued to the name (`eth0:123`, before 2.6.39); alias names hold a colon themselves, so the last
 * colon of the word counts.
 */
import type { Source } from '../machine.ts';
import type { Scan } from '../parse.ts';
import { inOnePage, Table } from './table.ts';

/** The numbers of a line, in its order. */
export const netNumbers = [
  'rx_bytes',
  'rx_packets',
  'rx_errors',
  'rx_drops',
  'rx_fifo',
  'rx_frame',
  'rx_compressed',
  'rx_multicast',
  'tx_bytes',
  'tx_packets',
  'tx_errors',
  'tx_drops',
  'tx_fifo',
  'tx_collisions',
  'tx_carrier',
  'tx_compressed',
] as const;

const COLON = 58;

export const netdev: Source<Table> = {
  path: '/proc/net/dev',
  whole: inOnePage,
  make: () => new Table(netNumbers.length),
  parse(scan, into) {
    scan.nextLine();
    scan.nextLine();
    const start = scan.pos;
    if (into.again(scan, 0, COLON, netNumbers.length) && scan.done) return;
    scan.pos = start;
    into.clear();
    while (!scan.done) {
      scan.skipBlanks();
      const from = scan.pos;
      const colon = lastColon(scan);
      if (colon <= from) scan.fail('an interface name');
      into.name(scan, from, colon);
      scan.pos = colon + 1;
      into.numbers(scan, netNumbers.length);
      scan.nextLine();
    }
  },
};

/** The colon that ends the name: the last one of the word, when a number follows it. */
function lastColon(scan: Scan): number {
  const from = scan.pos;
  let at = scan.word();
  while (at > from && scan.bytes[at] !== COLON) at--;
  scan.pos = from;
  return at;
}
