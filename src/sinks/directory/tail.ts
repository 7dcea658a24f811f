/** The end of a file after a crash: a line torn in its middle, a run of NULs, are cut back to the last LF, never further. */
import type { Files } from '../../host.ts';
import { ascii, same } from '../../parse.ts';

const LF = 10;
const chunk = 65_536;

/** What a file of ours looks like. */
export interface Tail {
  /** Its bytes after the repair. */
  readonly size: number;
  /** Bytes cut off. */
  readonly cut: number;
  /** The last row's `time` as it stands there; '' without a row. */
  readonly time: string;
}

/** Where the last whole line without NUL ends, and that line. */
export function lastLine(files: Files, fd: number, size: number): { end: number; line: string } {
  let end = size;
  while (end > 0) {
    const from = Math.max(0, end - chunk);
    const bytes = new Uint8Array(end - from);
    const n = files.read(fd, bytes, 0, bytes.length, from);
    const lf = bytes.lastIndexOf(LF, n - 1);
    if (lf < 0) {
      end = from;
      continue;
    }
    const start = lf === 0 ? -1 : bytes.lastIndexOf(LF, lf - 1);
    const line = bytes.subarray(start + 1, lf);
    if (!line.includes(0)) return { end: from + lf + 1, line: ascii(line) };
    end = from + start + 1;
  }
  return { end: 0, line: '' };
}

/** Repairs a file and tells how it ends. */
export function repair(files: Files, path: string): Tail {
  const reading = files.open(path, 'own');
  let end: number;
  let line: string;
  let size: number;
  try {
    size = files.fstat(reading).size;
    ({ end, line } = lastLine(files, reading, size));
  } finally {
    files.close(reading);
  }
  if (end < size) {
    const fd = files.open(path, 'append');
    try {
      files.ftruncate(fd, end);
    } finally {
      files.close(fd);
    }
  }
  return { size: end, cut: size - end, time: /^\d+(\.\d+)?(?=[,:]|$)/.exec(line)?.[0] ?? '' };
}

/** Whether a file begins with these bytes. */
export function beginsWith(files: Files, path: string, head: Uint8Array): boolean {
  const fd = files.open(path, 'own');
  try {
    const bytes = new Uint8Array(head.length);
    const n = files.read(fd, bytes, 0, bytes.length, 0);
    return n === head.length && same(head, bytes, 0);
  } finally {
    files.close(fd);
  }
}
