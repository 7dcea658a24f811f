/**
 * Files of `key value` lines (/proc/meminfo, /proc/vmstat): a few wanted keys among many. The place where a key stood is
 * remembered: it moves by a byte now and then, so the file is not searched from its beginning again.
 */
import type { Source } from '../machine.ts';
import type { Scan } from '../parse.ts';
import { bytesOf } from '../parse.ts';

/** The value of each key, in the kernel's unit; NaN when this kernel has no such key. */
export type Values<K extends string> = { [key in K]: number };

/** How far a key is looked for around its last place, bytes. */
const near = 48;

/** `colon`: keys end in a colon, as in meminfo. */
export function keyed<const K extends string>(
  path: string,
  keys: readonly K[],
  colon: boolean,
  whole: boolean,
): Source<Values<K>> {
  const words = keys.map((key) => bytesOf(`\n${key}${colon ? ':' : ' '}`));
  const places = new Float64Array(keys.length).fill(-2);
  return {
    path,
    whole,
    make: () => Object.fromEntries(keys.map((key) => [key, Number.NaN])) as Values<K>,
    parse(scan, into) {
      let found = 0;
      for (let i = 0; i < keys.length; i++) {
        const word = words[i] as Uint8Array;
        const place = find(scan, word, places[i] as number);
        places[i] = place;
        scan.pos = place + word.length;
        const value = place < -1 ? Number.NaN : scan.number();
        if (!Number.isNaN(value)) found++;
        into[keys[i] as K] = value;
      }
      scan.pos = 0;
      if (found === 0) scan.fail(`"${keys[0]}"`);
    },
  };
}

/** Where a word that begins with LF stands; -1 is the first line (whose LF is thought), -2 nowhere. */
function find(scan: Scan, word: Uint8Array, hint: number): number {
  if (hint >= -1) {
    if (matches(scan, word, hint)) return hint;
    const until = Math.min(hint + near, scan.end - word.length);
    for (let at = Math.max(hint - near, -1); at <= until; at++) if (matches(scan, word, at)) return at;
  }
  let at = -1;
  while (at < scan.end - 1) {
    if (matches(scan, word, at)) return at;
    at = scan.bytes.indexOf(10, at + 1);
    if (at < 0 || at >= scan.end - 1) return -2;
  }
  return -2;
}

function matches(scan: Scan, word: Uint8Array, at: number): boolean {
  if (at + word.length > scan.end) return false;
  for (let i = at < 0 ? 1 : 0; i < word.length; i++) if (scan.bytes[at + i] !== word[i]) return false;
  return true;
}
