/**
 * What a record of the journal holds, one entry after another, each a line and what it announces:
 *
 *     M pi1 5f3c…                            the machine that pi1 is, from here on
 *     F pi1 77aa… cpurec-20261121.csv 0 512  512 bytes of a file, at 0, that came from this instance; they follow
 *     K 0f1e… 25                             a guest's request with this key brought 25 rows
 */
import type { Buffer } from 'node:buffer';

export type Entry =
  | { readonly kind: 'machine'; readonly host: string; readonly machine: string }
  | {
      readonly kind: 'bytes';
      readonly host: string;
      readonly instance: string;
      /** Its name in the directory of the host. */
      readonly name: string;
      readonly offset: number;
      readonly bytes: Buffer;
    }
  | { readonly kind: 'key'; readonly key: string; readonly rows: number };

export const machineLine = (host: string, machine: string): string => `M ${host} ${machine}\n`;
export const keyLine = (key: string, rows: number): string => `K ${key} ${rows}\n`;

/** The first words of a line that announces bytes: all but offset and length. */
export const bytesLine = (host: string, instance: string, name: string): string => `F ${host} ${instance} ${name} `;

/** The entries of a payload that was checked. */
export function* entriesOf(payload: Buffer): Generator<Entry, void, undefined> {
  for (let at = 0; at < payload.length; ) {
    const end = payload.indexOf(10, at);
    if (end < 0) return;
    const [kind, host = '', word = '', name = '', offset, length] = payload.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (kind === 'M') yield { kind: 'machine', host, machine: word };
    if (kind === 'K') yield { kind: 'key', key: host, rows: Number(word) };
    if (kind !== 'F') continue;
    const bytes = payload.subarray(at, at + Number(length));
    yield { kind: 'bytes', host, instance: word, name, offset: Number(offset), bytes };
    at += bytes.length;
  }
}
