/**
 * The QuickJS engine: the contracts of `host.ts` over the C module beside this file. `scripts/recorder-edition.ts`
 * builds a program with it.
 */
import * as posix from 'sdr:posix';
import { native as computing } from '../formula.ts';
import { native as growing } from '../growth.ts';
import type { Clock, Engine, Files, OpenMode } from '../host.ts';
import { native as parsing } from '../parse.ts';
import { native as searching } from '../proc/keys.ts';
import { native as stalling } from '../proc/pressure.ts';
import { native as walking } from '../proc/small.ts';
import { native as summing } from '../proc/sums.ts';
import { native as reading } from '../proc/table.ts';
import { native as spelling } from '../text.ts';
import { gunzip, gzip } from './quickjs-gzip.ts';
import { quickjsSystem } from './quickjs-system.ts';

const modes: Record<OpenMode, number> = { read: 0, append: 1, create: 2, replace: 3, own: 4 };

const files: Files = {
  open: (path, mode, permissions = 0o666) => posix.open(path, modes[mode], permissions),
  read: posix.read,
  write: posix.write,
  close: posix.close,
  fstat: posix.fstat,
  stat: posix.stat,
  ftruncate: posix.ftruncate,
  fsync: posix.fsync,
  link: posix.link,
  rename: posix.rename,
  unlink: posix.unlink,
  mkdir: posix.mkdir,
  names: posix.names,
  space: posix.space,
};

const clock: Clock = { wall: posix.wall, monotonic: posix.monotonic, at: posix.at };

/** The loops over single bytes and numbers are a hundred times dearer in an interpreter. */
Object.assign(parsing, { numbers: posix.numbers, number: posix.number, decimal: posix.decimal, latin: posix.latin });
Object.assign(spelling, { cells: posix.cells, lead: posix.lead, row: posix.row, encode: posix.encode });
Object.assign(growing, { difference: posix.difference, blank: posix.blank });
computing.compute = posix.compute;
Object.assign(reading, { again: posix.again, copy: posix.copy });
Object.assign(walking, { under: posix.under, backlog: posix.backlog });
searching.behind = posix.behind;
stalling.totals = posix.totals;
Object.assign(summing, { grow: posix.grow, share: posix.share });

/** A module of the user's; what it imports must be built in, so it imports nothing. */
async function load(path: string): Promise<unknown> {
  const fd = posix.open(path, modes.read, 0);
  try {
    const bytes = new Uint8Array(posix.fstat(fd).size);
    const length = posix.read(fd, bytes, 0, bytes.length, 0);
    const [evaluated, namespace] = posix.loadFile(path, posix.decode(bytes, 0, length));
    await evaluated;
    return namespace;
  } finally {
    posix.close(fd);
  }
}

export function quickjsEngine(): Engine {
  return {
    name: `quickjs ${posix.version}`,
    args: posix.args().slice(1),
    pid: posix.pid(),
    uid: posix.uid(),
    files,
    clock,
    system: quickjsSystem,
    env: posix.env,
    isTerminal: posix.isTerminal,
    isAlive: posix.isAlive,
    onSignal: posix.onSignal,
    exit: posix.exit,
    gzip,
    gunzip,
    load,
    net: async () => (await import('./quickjs-net.ts')).quickjsNet,
  };
}
