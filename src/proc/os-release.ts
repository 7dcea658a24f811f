/** What the operating system calls itself: os-release(5), lines `NAME="value"` as a shell would read them. */
import type { Machine } from '../machine.ts';
import { decoded, tidy, told } from './words.ts';

export interface Release {
  readonly name: string | null;
  readonly version: string | null;
}

/** Of Debian and its kin the point release, which stands elsewhere; of systems older than os-release what they say instead. */
export function releaseOf(machine: Machine): Release {
  const text = machine.text('/etc/os-release') ?? machine.text('/usr/lib/os-release');
  const says = assignments(decoded(text ?? ''));
  const is = (name: string): string | null => tidy(says.get(name));
  if (is('NAME') === null) return redhat(told(machine, '/etc/redhat-release'));
  const point = ['debian', 'raspbian'].includes(is('ID') ?? '') ? told(machine, '/etc/debian_version') : null;
  const isNumber = point !== null && /^\d+\.\d+$/.test(point);
  const version = isNumber ? point : (is('VERSION_ID') ?? is('BUILD_ID') ?? is('VERSION_CODENAME'));
  return { name: is('NAME'), version };
}

/** `CentOS release 6.10 (Final)` */
function redhat(text: string | null): Release {
  const [, name = null, version = null] = /^(.*?) release (\S+)/.exec(text ?? '') ?? [];
  return { name, version };
}

/** The variables of a file that a shell could read; the last one of a name holds. What is no assignment is left out. */
export function assignments(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(
    /^[ \t]*([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'\\]|\\.)*))[ \t\r]*$/gm,
  );
  return new Map(Array.from(lines, ([, name = '', double, single, bare]) => [name, unescaped(double, single, bare)]));
}

/** In double quotes a backslash stands before what would mean something there, without quotes before anything. */
const unescaped = (double?: string, single?: string, bare = ''): string =>
  double?.replace(/\\([$`"\\])/g, '$1') ?? single ?? bare.replace(/\\(.)/g, '$1');
