/**
 * /proc/diskstats: one line per block device and partition. Kernel: block/genhd.c, Documentation/admin-guide/iostats.rst.
 * 11 numbers, 15 with discards (4.18), 17 with flushes (5.5); later kernels may add more. Sectors are of 512 bytes
 * whatever the device says. Milliseconds are printed as 32-bit numbers on every kernel.
 */
import type { Source } from '../machine.ts';
import { Table } from './table.ts';

/** The numbers of a line behind major, minor and name, in its order. */
export const diskNumbers = [
  'reads',
  'read_merges',
  'read_sectors',
  'read_ms',
  'writes',
  'write_merges',
  'written_sectors',
  'write_ms',
  'in_flight',
  'io_ms',
  'weighted_ms',
  'discards',
  'discard_merges',
  'discarded_sectors',
  'discard_ms',
  'flushes',
  'flush_ms',
] as const;

/** Numbers that every kernel since 2.6 gives. */
const least = 11;
const BLANK = 32;

export const diskstats: Source<Table> = {
  path: '/proc/diskstats',
  make: () => new Table(diskNumbers.length),
  parse(scan, into) {
    if (into.again(scan, 2, BLANK, least) && scan.done) return;
    scan.pos = 0;
    into.clear();
    while (!scan.done) {
      scan.number();
      if (Number.isNaN(scan.number())) scan.fail('a device number');
      scan.skipBlanks();
      const from = scan.pos;
      if (scan.word() === from) scan.fail('a device name');
      into.name(scan, from, scan.pos);
      into.numbers(scan, least);
      scan.nextLine();
    }
  },
};
