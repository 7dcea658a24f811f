/** How long this disk takes to be sure: without it, no rate of this bench says anything. */
import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { median } from '../statistics.ts';

/** Milliseconds that 4 KiB take to be overwritten and flushed: the median of 50. */
export function flushTime(dir: string): number {
  const path = join(dir, 'flush');
  const fd = openSync(path, 'w');
  const block = new Uint8Array(4096);
  writeSync(fd, block);
  fsyncSync(fd);
  const times = Array.from({ length: 50 }, () => {
    const begin = performance.now();
    writeSync(fd, block, 0, block.length, 0);
    fdatasyncSync(fd);
    return performance.now() - begin;
  });
  closeSync(fd);
  rmSync(path);
  return median(times);
}
