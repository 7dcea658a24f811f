/** Frames for tests: a file of rows, and any part of it as its host would send it. */
import { crc32 } from 'node:zlib';
import type { ArchiveOptions } from '../../../src/collect/archive/index.ts';
import { Archive } from '../../../src/collect/archive/index.ts';
import type { Frame } from '../../../src/wire/frame.ts';
import { random } from '../../fake/random.ts';
import { Disk } from './disk.ts';

export const machine = '1'.repeat(16);
export const instance = 'a'.repeat(16);
export const day = 'cpurec-20261121.csv';

/** The bytes from `offset` to `end` of a file, as a frame; `change` says what is different. */
export function frameOf(content: Buffer, offset: number, end: number, change: Partial<Frame> = {}): Frame {
  const bytes = content.subarray(offset, end);
  const crc = crc32(content.subarray(Math.max(0, offset - 4096), offset));
  return { host: 'pi1', machine, instance, file: day, offset, length: bytes.length, crc, bytes, ...change };
}

/** A file with a header and so many rows, each different. */
export function fileOf(rows: number, salt = 0): Buffer {
  const lines = Array.from({ length: rows }, (_, i) => `${1_795_000_000 + i},${(i * 7919 + salt) % 100_003},${salt}`);
  return Buffer.from(['time,cpu_pct,salt', ...lines, ''].join('\n'));
}

/** Where the lines of a file begin, and its end. */
export function boundaries(content: Buffer): number[] {
  const found = [0];
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) found.push(at + 1);
  return found;
}

/** An archive on a disk in memory; its directory is `/a`. */
export async function archiveOn(
  disk: Disk,
  options: Partial<ArchiveOptions> = {},
  lines: string[] = [],
): Promise<Archive> {
  return Archive.open({
    path: '/a',
    store: disk,
    report: (line) => lines.push(line),
    journalBytes: 16_384,
    ...options,
  });
}

export const newDisk = (seed = 1): Disk => new Disk(random(seed));
