/** One value in a small file of /sys (show functions of one line). Kernel: Documentation/filesystems/sysfs.rst. */
import type { Source } from '../machine.ts';
import { ascii } from '../parse.ts';

const LF = 10;

/** A decimal integer, signed. */
export const integer = (path: string): Source<{ value: number }> => ({
  path,
  whole: true,
  make: () => ({ value: Number.NaN }),
  parse(scan, into) {
    const minus = scan.bytes[scan.pos] === 45;
    const from = minus ? ++scan.pos : scan.pos;
    // number() skips blanks, which have no place here.
    const value = scan.bytes[from] === 32 || scan.bytes[from] === 9 ? Number.NaN : scan.number();
    if (Number.isNaN(value) || scan.bytes[scan.pos] !== LF) {
      scan.pos = 0;
      scan.fail('an integer');
    }
    into.value = minus ? -value : value;
  },
});

/** A line of text, without blanks at its end. */
export const line = (path: string): Source<{ text: string }> => ({
  path,
  whole: true,
  make: () => ({ text: '' }),
  parse(scan, into) {
    const from = scan.pos;
    scan.nextLine();
    into.text = ascii(scan.bytes, from, scan.pos).trimEnd();
  },
});
