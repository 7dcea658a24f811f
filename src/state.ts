/**
 * What the run before read, so that a single sample can cover the time since then. The state is that run's tape: the kernel's
 * own text, read again by the same code, whatever recorders there are.
 */
import type { Files } from './host.ts';
import { ascii, bytesOf } from './parse.ts';
import { readBytes, replaceFile } from './store.ts';
import type { Shot } from './tape.ts';
import { Text } from './text.ts';

export interface State {
  readonly boot: string;
  /** Whole monotonic milliseconds of the reading. */
  readonly now: number;
  readonly shot: Shot;
}

/** An older base would hide what happened meanwhile behind one mean, milliseconds. */
export const oldest = 3_600_000;

const magic = 'sdr-state-1';
const LF = 10;

/** Null when there is none, or it is not whole. Throws a SystemError when it may not be read. */
export function loadState(files: Files, path: string): State | null {
  const bytes = readBytes(files, path);
  return bytes && parseState(bytes);
}

function parseState(bytes: Uint8Array): State | null {
  let pos = 0;
  const line = (): string => {
    const end = bytes.indexOf(LF, pos);
    const text = ascii(bytes, pos, end < 0 ? bytes.length : end);
    pos = end < 0 ? bytes.length : end + 1;
    return text;
  };
  const [name, boot = '', now = ''] = line().split(' ');
  if (name !== magic || !/^\d+$/.test(now)) return null;
  const shot: Shot = new Map();
  while (pos < bytes.length) {
    const [path = '', what = ''] = line().split('\t');
    if (/^E[A-Z0-9]+$/.test(what)) {
      shot.set(path, what);
      continue;
    }
    const length = Number(what);
    if (!/^\d+$/.test(what) || pos + length >= bytes.length) return null;
    shot.set(path, bytes.slice(pos, pos + length));
    pos += length + 1;
  }
  return { boot, now: Number(now), shot };
}

/** Replaces the state as a whole. Throws a SystemError. */
export function saveState(files: Files, path: string, pid: number, state: State): void {
  const out = new Text();
  out.ascii(`${magic} ${state.boot} ${state.now}\n`);
  for (const [file, answer] of state.shot) {
    out.raw(bytesOf(`${file}\t${typeof answer === 'string' ? answer : answer.length}\n`));
    if (typeof answer === 'string') continue;
    out.raw(answer);
    out.byte(LF);
  }
  replaceFile(files, path, `${path}.${pid}`, out.view(), false);
}
