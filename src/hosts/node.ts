/** sdr's world on Node.js. Synchronous file calls: one system call each, no thread pool. */
import fs from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { Clock, Engine, Files, OpenMode, Stat } from '../host.ts';
import { nodeSystem, spaceOf } from './node-system.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = fs.constants;
const flags: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY,
  own: O_RDONLY | O_NOFOLLOW | O_NONBLOCK,
  append: O_WRONLY | O_APPEND | O_NOFOLLOW,
  create: O_WRONLY | O_APPEND | O_CREAT | O_EXCL,
  replace: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
};

const files: Files = {
  open: (path, mode, permissions = 0o644) => fs.openSync(path, flags[mode], permissions),
  read: (fd, into, offset, length, position) => fs.readSync(fd, into, offset, length, position < 0 ? null : position),
  write: (fd, from, offset, length) => fs.writeSync(fd, from, offset, length),
  close: (fd) => fs.closeSync(fd),
  fstat: (fd) => statOf(fs.fstatSync(fd)),
  stat: (path) => statOf(fs.statSync(path)),
  ftruncate: (fd, length) => fs.ftruncateSync(fd, length),
  fsync: (fd) => fs.fsyncSync(fd),
  link: (from, to) => fs.linkSync(from, to),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  mkdir: (path, permissions) => fs.mkdirSync(path, permissions),
  names: (path) => fs.readdirSync(path),
  space: spaceOf,
};

function statOf(stat: fs.Stats): Stat {
  return {
    dev: stat.dev,
    ino: stat.ino,
    size: stat.size,
    mtime: stat.mtimeMs,
    kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other',
    mode: stat.mode & 0o7777,
  };
}

/** setTimeout counts milliseconds in 31 bits: longer waits are slept in slices. */
const slice = 2 ** 31 - 1;

const clock: Clock = {
  wall: () => Date.now(),
  // CLOCK_MONOTONIC, like performance.now(), whose module takes memory.
  monotonic() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  },
  at(deadline, then) {
    const wait = deadline - clock.monotonic();
    if (wait > slice) setTimeout(() => clock.at(deadline, then), slice);
    else setTimeout(then, Math.max(0, Math.ceil(wait)));
  },
};

export function nodeEngine(): Engine {
  return {
    name: `node ${process.versions.node}`,
    args: process.argv.slice(2),
    pid: process.pid,
    uid: process.getuid?.() ?? -1,
    files,
    clock,
    system: nodeSystem,
    env: (name) => process.env[name],
    // Loaded when asked, which a recording does not: sockets and streams come with it.
    isTerminal: (fd) => process.getBuiltinModule('node:tty').isatty(fd),
    isAlive(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'EPERM';
      }
    },
    onSignal: (signal, then) => {
      process.on(`SIG${signal}`, then);
    },
    exit: (code) => process.exit(code),
    async gzip(from, to) {
      // import() would load the loader of ES modules first, 4 MB more.
      const { createGzip } = process.getBuiltinModule('node:zlib');
      const { pipeline } = process.getBuiltinModule('node:stream/promises');
      // Root may compress where others can write: no link is followed, no writer of a pipe is waited for.
      const source = fs.createReadStream(from, { fd: fs.openSync(from, flags.own) });
      try {
        const out = fs.createWriteStream(to, { fd: fs.openSync(to, flags.replace, 0o644) });
        await pipeline(source, createGzip(), out);
      } finally {
        source.destroy();
      }
    },
    net: async () => (await import('./node-net.ts')).nodeNet,
    load: (path) => import(pathToFileURL(resolve(path)).href),
    *gunzip(path) {
      // Cold: `sdr cat` reads a day at a time, 34 % of its size when compressed.
      const { gunzipSync } = process.getBuiltinModule('node:zlib');
      yield gunzipSync(fs.readFileSync(path));
    },
  };
}

/** What `--version --verbose` says of the machine. */
export function platform(): string {
  const os = process.getBuiltinModule('node:os');
  return `${os.type().toLowerCase()} ${os.machine()}`;
}
