/** Bytes to a loop device and to the real disk, and pages in from it. */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Known, Part } from './load.ts';
import { atEnd, lacking, must, sleep, unlessRefused } from './shell.ts';

const KIB = 1024;
const BLOCK = 64 * KIB;
const WRITES = 1024;
const READS = 512;

export async function storageLoad(folder: string): Promise<Part[]> {
  const parts = [await loop(), await realDisk(folder)];
  return parts.filter((part) => part !== null);
}

/** A loop device over memory: nobody else writes there, so every request and byte is ours. */
async function loop(): Promise<Part | null> {
  if (lacking(['losetup', 'dd', 'blkdiscard'], 'the loop device')) return null;
  const device = await unlessRefused('the loop device', async () => {
    const file = `/dev/shm/sdr-verify-${process.pid}`;
    atEnd(`rm -f ${file}`);
    await must(`truncate -s 128M ${file}`);
    const name = await must(`losetup --find --show ${file}`);
    atEnd(`losetup -d ${name}`);
    return name;
  });
  if (device === null) return null;
  // An idle loop device need not be recorded: a first request shows that it is in use.
  await must(`dd if=/dev/zero of=${device} bs=64k count=1 oflag=direct status=none`);
  const known = (column: string, total: number): Known => ({
    recorder: 'diskrec',
    device: basename(device),
    column,
    total,
  });
  return {
    // How many requests the signature check of blkdiscard reads is its own business: of reads, only the kernel knows.
    known: [known('written_bytes_per_s', WRITES * BLOCK), known('writes_per_s', WRITES)],
    run: async () => {
      await sleep(200);
      await must(`dd if=/dev/zero of=${device} bs=64k count=${WRITES} oflag=direct conv=notrunc status=none`);
      await must(`dd if=${device} of=/dev/null bs=64k count=${READS} iflag=direct status=none`);
      await must(`blkdiscard -o 0 -l 8388608 ${device}`);
    },
  };
}

/** Whether a folder lies on a block device: the kernel's `dev_t` of it names one. */
export function isOnDisk(folder: string): boolean {
  const { dev } = statSync(folder);
  const [major, minor] = [Math.floor(dev / 256) % 4096, (dev % 256) + Math.floor(dev / 2 ** 20) * 256];
  return existsSync(`/sys/dev/block/${major}:${minor}`);
}

/** Direct writes, then reads of pages that were put out of the cache, also by a program that is started from there. */
async function realDisk(folder: string): Promise<Part | null> {
  if (!isOnDisk(folder)) {
    console.log(`left out: the real disk (${folder} is not on one)`);
    return null;
  }
  const [data, program] = [`${folder}/data`, `${folder}/program`];
  await must(
    `cp "$(command -v tar || command -v bash)" ${program}; dd if=/dev/zero of=${data}.in bs=1M count=32 status=none`,
  );
  await must(`sync ${program} ${data}.in`);
  return {
    known: [],
    run: async () => {
      await sleep(500);
      await must(`dd if=/dev/zero of=${data} bs=256k count=256 oflag=direct status=none`);
      await must(
        `for f in ${program} ${data}.in; do dd of=$f oflag=nocache conv=notrunc,fdatasync count=0 status=none; done`,
      );
      await must(`dd if=${data}.in of=/dev/null bs=64k status=none; ${program} --version > /dev/null`);
      await must(`dd if=/dev/zero of=${data} bs=4k count=2000 conv=fsync status=none`);
    },
  };
}
