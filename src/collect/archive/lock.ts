/**
 * One collector in a directory. `collect.N` says which process; taking over is making N+1, which only one can do. The kernel
 * has no lock that Node reaches, so a holder counts as alive while a process of this boot has its id and its start time.
 */
import { linkSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { kill, pid } from 'node:process';
import { SdrError } from '../../errors.ts';
import { errno } from '../../host.ts';

/** Takes a directory. Throws an SdrError (`locked`) while another process has it, a SystemError when it cannot be written. Returns what gives it back. */
export function lock(directory: string): () => void {
  const own = `${pid} ${startOf(pid)} ${bootId()}\n`;
  for (let attempt = 0; attempt < 100; attempt++) {
    const highest = Math.max(0, ...numbersIn(directory));
    const holder = highest > 0 ? textOf(`${directory}/collect.${highest}`) : '';
    // It gave way since.
    if (holder === null) continue;
    if (lives(holder)) {
      const path = directory.replace(/\/\.sdr$/, '');
      throw new SdrError('locked', `Cannot collect into ${path}: process ${holder.split(' ')[0]} does`);
    }
    const path = `${directory}/collect.${highest + 1}`;
    if (!make(path, `${directory}/.collect.${pid}`, own)) continue;
    for (const number of numbersIn(directory)) if (number <= highest) remove(`${directory}/collect.${number}`);
    return () => remove(path);
  }
  throw new SdrError('locked', `Cannot collect into ${directory}: too many others try`);
}

function numbersIn(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => {
    const [, number] = /^collect\.(\d+)$/.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
}

/** False when another was quicker. */
function make(path: string, temporary: string, own: string): boolean {
  writeFileSync(temporary, own);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    // No link(2) there: FAT and some network file systems.
    return makeExclusive(path, own);
  } finally {
    remove(temporary);
  }
}

function makeExclusive(path: string, own: string): boolean {
  try {
    writeFileSync(path, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    throw error;
  }
}

function lives(holder: string): boolean {
  const [id = '', start = '', boot = ''] = holder.trim().split(' ');
  if (!/^\d+$/.test(id) || boot !== bootId()) return false;
  const now = startOf(Number(id));
  return now === '' || start === '' ? isAlive(Number(id)) : now === start;
}

/** Of somebody else's process /proc may say nothing (hidepid); kill(2) does. */
function isAlive(process: number): boolean {
  try {
    return kill(process, 0);
  } catch (error) {
    return errno(error) === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat (proc(5)): behind the name in parentheses, which may hold anything; '' when it cannot be read. */
function startOf(process: number): string {
  const stat = text(`/proc/${process}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

const bootId = (): string => text('/proc/sys/kernel/random/boot_id').trim();

function text(path: string): string {
  try {
    return textOf(path) ?? '';
  } catch {
    return '';
  }
}

/** null when there is no such file. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw error;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
  }
}
