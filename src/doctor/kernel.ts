/** The kernel files that the recorders read: there, missing, or refused. */
import { errno } from '../host.ts';
import type { Recorder } from '../recorder.ts';
import { operands } from '../schema.ts';
import type { Check, Scene } from './check.ts';
import { bad, good, unknown } from './check.ts';

/** Not built in or turned off: the kernel itself says no. */
const off = new Set(['EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EINVAL']);

/** More columns than this are counted, not named. */
const few = 6;

/** One line for all that can be read, and one for each that cannot. */
export function kernelChecks(scene: Scene): readonly Check[] {
  const { engine, root } = scene;
  if (failure(engine.files, `${root}/proc/`) !== '') {
    return [bad('kernel files', `there is no ${root}/proc`, `mount -t proc proc ${root}/proc`)];
  }
  // What slow recorders read, most machines do not have: they say so themselves.
  const always = scene.recorders.filter(({ slow }) => slow === null);
  const paths = [...new Set(always.flatMap(({ sources }) => sources.flatMap(expanded)))];
  const checks = paths.map((path) => fileCheck(scene, path));
  const wrong = checks.filter((check): check is Check => check !== null);
  const right = paths.length - wrong.length;
  return [good('kernel files', `${right} of ${paths.length} can be read`), ...wrong];
}

/** `/proc/pressure/{cpu,io}` is two files; of a pattern (`*`, `cpuN`) the folder that it is in must be there. */
function expanded(source: string): readonly string[] {
  const folder = /^(.*?)\/[^/]*(?:\*|cpuN)/.exec(source)?.[1];
  if (folder !== undefined) return [`${folder}/`];
  const [, before = '', choices = '', after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(source) ?? [];
  return before === '' ? [source] : choices.split(',').map((each) => before + each + after);
}

/** Null when it can be read. */
function fileCheck({ engine, root, recorders }: Scene, path: string): Check | null {
  const code = failure(engine.files, root + path);
  if (code === '') return null;
  const empty = emptyColumns(recorders, path);
  const psi = path.startsWith('/proc/pressure/');
  if (code === 'ENOENT') {
    return unknown(path, `not there${empty}`, psi ? 'Linux 4.20 or later, booted with psi=1' : '');
  }
  const isOff = off.has(code);
  const mend = isOff ? (psi ? 'boot with psi=1' : 'turn it on in the kernel') : 'let this user read it';
  return bad(path, `${isOff ? 'the kernel refuses it' : 'cannot be read'} (${code})${empty}`, mend);
}

/** The errno of reading it; '' when that works. */
function failure(files: Scene['engine']['files'], path: string): string {
  try {
    if (path.endsWith('/')) {
      files.names(path);
      return '';
    }
    const fd = files.open(path, 'read');
    try {
      files.read(fd, new Uint8Array(4096), 0, 4096, 0);
    } finally {
      files.close(fd);
    }
    return '';
  } catch (error) {
    if (errno(error) === '') throw error;
    return errno(error);
  }
}

/** `; empty: psi_cpu_some_pct`. */
function emptyColumns(recorders: readonly Recorder[], path: string): string {
  const names = new Set<string>();
  for (const { fields, columns } of recorders) {
    for (const [name, { formula }] of Object.entries(columns)) {
      if (operands(formula).some((each) => fields[each]?.source.startsWith(path))) names.add(name);
    }
  }
  if (names.size === 0) return '';
  return `; empty: ${names.size > few ? `${names.size} columns` : [...names].join(', ')}`;
}
