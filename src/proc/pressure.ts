/**
 * /proc/pressure/{cpu,memory,io}: microseconds during which some or all tasks were stalled. Kernel: kernel/sched/psi.c,
 * Documentation/accounting/psi.rst, since 4.20; the files may exist and refuse to be read (EOPNOTSUPP, psi=0).
 */
import type { Source } from '../machine.ts';
import type { Scan } from '../parse.ts';
import { bytesOf } from '../parse.ts';

export interface Pressure {
  /** Microseconds since boot. */
  some: number;
  full: number;
}

const total = bytesOf('total=');
const EQUALS = 61;

export const pressure = (resource: 'cpu' | 'memory' | 'io'): Source<Pressure> => ({
  path: `/proc/pressure/${resource}`,
  whole: true,
  make: () => ({ some: Number.NaN, full: Number.NaN }),
  parse(scan, into) {
    if (native.totals?.(scan.bytes, scan.pos, scan.end, both)) {
      into.some = both[0] as number;
      into.full = both[1] as number;
      return;
    }
    into.some = totalOf(scan);
    into.full = scan.done ? Number.NaN : totalOf(scan);
  },
});

/** The numbers behind `total=` of the first two lines into `totals`, NaN for a line that is not there. False when one has none. */
export type Totals = (bytes: Uint8Array, pos: number, end: number, totals: Float64Array) => boolean;

/** An engine without a compiler has a loop of its own (src/hosts/quickjs.ts); what it does not find is told here. */
export const native: { totals: Totals | null } = { totals: null };

const both = new Float64Array(2);

/** The number behind `total=`, which ends the line. */
function totalOf(scan: Scan): number {
  const start = scan.pos;
  scan.nextLine();
  const next = scan.pos;
  let equals = scan.bytes.lastIndexOf(EQUALS, next - 1);
  while (equals > start && !scan.at(total, equals - total.length + 1)) {
    equals = scan.bytes.lastIndexOf(EQUALS, equals - 1);
  }
  scan.pos = equals > start ? equals + 1 : start;
  const value = equals > start ? scan.number() : Number.NaN;
  if (Number.isNaN(value)) scan.fail('"total="');
  scan.pos = next;
  return value;
}
