/**
 * A mount that never answers, as that of an NFS server that is gone: statfs(2) there ends by no signal, not even by SIGKILL. Run
 * as a program it is the file system: of FUSE (Documentation/filesystems/fuse) it answers the greeting and nothing else.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readSync, writeSync } from 'node:fs';
import type { TestContext } from 'vitest';

/** struct fuse_out_header and struct fuse_init_out. */
const [headerBytes, initBytes] = [16, 64];

function serve(at: string): never {
  const device = openSync('/dev/fuse', 'r+');
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const mounted = spawnSync('mount', ['-i', '-t', 'fuse', '-o', options, 'dead', at], {
    stdio: ['ignore', 'inherit', 'inherit', device],
  });
  if (mounted.status !== 0) process.exit(1);
  const request = Buffer.alloc(1 << 20);
  readSync(device, request);
  const answer = Buffer.alloc(headerBytes + initBytes);
  answer.writeUInt32LE(answer.length, 0);
  request.copy(answer, 8, 8, 16);
  answer.writeUInt32LE(7, headerBytes);
  answer.writeUInt32LE(31, headerBytes + 4);
  writeSync(device, answer);
  writeSync(1, 'mounted\n');
  for (;;) readSync(device, request);
}

/** Mounts it on a folder for the time of a test, or skips the test when the kernel refuses. */
export async function deadMount({ skip, onTestFinished }: TestContext, at: string): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', import.meta.filename, at], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  onTestFinished(() => {
    // Its end ends those who wait for it.
    child.kill('SIGKILL');
    spawnSync('umount', ['-l', at]);
  });
  while (said !== 'mounted\n' && child.exitCode === null) {
    await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'close')]);
  }
  if (said !== 'mounted\n') skip(`the kernel refuses a mount: ${said}`);
}

if (import.meta.filename === process.argv[1]) serve(process.argv[2] ?? '');
