/** Files of a disk in memory: what is durable of them, and what a power cut leaves. */
import type { Random } from '../../fake/random.ts';
import { below } from '../../fake/random.ts';

export class PowerCut extends Error {}

export class DiskError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`${code}: as told`);
    this.code = code;
  }
}

const sector = 512;

type Change = { readonly number: number } & (
  | { readonly at: number; readonly bytes: Uint8Array }
  | { readonly length: number }
);

export interface File {
  /** As everybody sees it. */
  cache: Buffer;
  /** As it was when it was made durable. */
  durable: Buffer;
  /** What happened since. */
  changes: Change[];
}

/** A file as it was when somebody began to make it durable. */
export interface Moment {
  readonly file: File;
  readonly cache: Buffer;
  readonly last: number;
}

export type Node = File | 'directory';
export type Naming = { readonly path: string; readonly node: Node | null };

/** Makes a file durable as it was; one that is more durable by now stays so. */
export function keep({ file, cache, last }: Moment): void {
  const left = file.changes.filter(({ number }) => number > last);
  if (left.length < file.changes.length) file.durable = cache;
  file.changes = left;
}

export const parent = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export function name(names: Map<string, Node>, { path, node }: Naming): void {
  if (node === null) names.delete(path);
  else names.set(path, node);
}

export function written(file: Buffer, at: number, bytes: Uint8Array): Buffer {
  const longer = Buffer.alloc(Math.max(file.length, at + bytes.length));
  file.copy(longer);
  longer.set(bytes, at);
  return longer;
}

export const resized = (file: Buffer, length: number): Buffer =>
  length <= file.length ? file.subarray(0, length) : Buffer.concat([file, Buffer.alloc(length - file.length)]);

/** A file after a power cut. */
export function survivor(file: File, next: Random): File {
  let bytes = file.durable;
  const share = [0, 1, next()][below(next, 3)] as number;
  for (const change of file.changes) {
    if ('length' in change) {
      if (next() < share) bytes = resized(bytes, change.length);
      continue;
    }
    for (let from = 0; from < change.bytes.length; ) {
      const to = Math.min(change.bytes.length, from + sector - ((change.at + from) % sector));
      if (next() < share) bytes = written(bytes, change.at + from, change.bytes.subarray(from, to));
      from = to;
    }
  }
  return { cache: bytes, durable: bytes, changes: [] };
}
