/**
 * Files of `key value` lines (/proc/meminfo, /proc/vmstat): a few wanted keys among many. The place where a key stood is
 * remembered: it moves by a byte now and then, so the file is not searched from its beginning again.
 */
import type { Source } from '../machine.ts';
import { bytesOf, Scan } from '../parse.ts';

const LF = 10;

/** The value of each key, in the kernel's unit; NaN when this kernel has no such key. */
export type Values<K extends string> = { [key in K]: number };

/** How far a key is looked for around its last place, bytes. */
const near = 48;

/**
 * The numbers behind some words, each of which begins with LF; NaN for those that are not there. `places` is where each stood before
 * and now: -1 is the first line (whose LF is thought), -2 nowhere. Returns how many there are.
 */
export type Behind = (
  bytes: Uint8Array,
  end: number,
  words: Uint8Array,
  places: Float64Array,
  values: Float64Array,
) => number;

/** The search for keys, which an engine without a compiler replaces by its own (src/hosts/quickjs.ts). */
export const native: { behind: Behind } = {
  behind(bytes, end, words, places, values) {
    let found = 0;
    let from = 0;
    for (let i = 0; i < places.length; i++) {
      const next = words.indexOf(LF, from + 1);
      const until = next < 0 ? words.length : next;
      const place = find(bytes, end, words, from, until, places[i] as number);
      places[i] = place;
      values[i] = place < -1 ? Number.NaN : numberAt(bytes, place + until - from, end);
      if (!Number.isNaN(values[i])) found++;
      from = until;
    }
    return found;
  },
};

/** `colon`: keys end in a colon, as in meminfo. */
export function keyed<const K extends string>(
  path: string,
  keys: readonly K[],
  colon: boolean,
  whole: boolean,
): Source<Values<K>> {
  const words = bytesOf(keys.map((key) => `\n${key}${colon ? ':' : ' '}`).join(''));
  const places = new Float64Array(keys.length).fill(-2);
  const values = new Float64Array(keys.length);
  return {
    path,
    // The file may have pages; what is wanted stands in the first one almost always.
    whole: whole || ((bytes, end) => native.behind(bytes, end, words, places, values) === keys.length),
    make: () => Object.fromEntries(keys.map((key) => [key, Number.NaN])) as Values<K>,
    parse(scan, into) {
      const found = native.behind(scan.bytes, scan.end, words, places, values);
      for (let i = 0; i < keys.length; i++) into[keys[i] as K] = values[i] as number;
      if (found === 0) scan.fail(`"${keys[0]}"`);
    },
  };
}

/** Where the word from `from` to `until` stands; its last place is looked at first, then what is near, then all. */
function find(bytes: Uint8Array, end: number, words: Uint8Array, from: number, until: number, hint: number): number {
  if (hint >= -1) {
    if (matches(bytes, end, words, from, until, hint)) return hint;
    const last = Math.min(hint + near, end - (until - from));
    for (let at = Math.max(hint - near, -1); at <= last; at++)
      if (matches(bytes, end, words, from, until, at)) return at;
  }
  let at = -1;
  while (at < end - 1) {
    if (matches(bytes, end, words, from, until, at)) return at;
    at = bytes.indexOf(LF, at + 1);
    if (at < 0 || at >= end - 1) return -2;
  }
  return -2;
}

function matches(bytes: Uint8Array, end: number, words: Uint8Array, from: number, until: number, at: number): boolean {
  if (at + until - from > end) return false;
  for (let i = at < 0 ? 1 : 0; i < until - from; i++) if (bytes[at + i] !== words[from + i]) return false;
  return true;
}

const walker = new Scan();

function numberAt(bytes: Uint8Array, pos: number, end: number): number {
  walker.bytes = bytes;
  walker.pos = pos;
  walker.end = end;
  return walker.number();
}
