/** What sysstat measured over the same window: `mpstat`, `iostat` and `sar`, as their own JSON tells it. */
import { lacking, run } from './shell.ts';

export interface Sysstat {
  /** `mpstat:cpu0:usr`, `iostat:vda:r/s`, `sar:paging:pgpgin`, `sar:net-dev:eth0:rxpck` to one value an interval. */
  readonly series: ReadonlyMap<string, number[]>;
  /** When each tool took its first and last sample, seconds since the epoch. */
  readonly windows: ReadonlyMap<string, Window>;
}

export interface Window {
  readonly from: number;
  readonly to: number;
  /** How much longer than asked for the tool ran, as a part: a busy machine stretches its seconds. */
  readonly stretched: number;
}

export const noSysstat: Sysstat = { series: new Map(), windows: new Map() };

type Series = Map<string, number[]>;

/** The keys under which sysstat names a thing in a list. */
const names = ['cpu', 'disk_device', 'disk-device', 'iface', 'number', 'intr'];

/** Runs all three for `seconds`; whatever is not installed is left out. */
export async function runSysstat(seconds: number, folder: string): Promise<Sysstat> {
  if (lacking(['mpstat', 'iostat', 'sar', 'sadf'], 'the comparison with sysstat')) return noSysstat;
  const [count, file] = [`${seconds}`, `${folder}/sar.data`];
  const windows = new Map<string, Window>();
  // A tool ends right after its last sample; how long it took to start is not known as well.
  const timed = async (tool: string, args: readonly string[]): Promise<string> => {
    const started = Date.now() / 1000;
    const { stdout, stderr, code } = await run(tool, args);
    if (code !== 0) throw new Error(`${tool}: exit ${code}: ${stderr.trim()}`);
    const to = Date.now() / 1000;
    windows.set(tool, { from: to - seconds, to, stretched: (to - started) / seconds - 1 });
    return stdout;
  };
  const sar = async (): Promise<string> => {
    await timed('sar', ['-A', '-o', file, '1', count]);
    return (await run('sadf', ['-j', file, '--', '-A'])).stdout;
  };
  const json = await Promise.all([
    timed('mpstat', ['-P', 'ALL', '-u', '-I', 'SUM', '-o', 'JSON', '1', count]),
    timed('iostat', ['-x', '-y', '-o', 'JSON', '1', count]),
    sar(),
  ]);
  const series: Series = new Map();
  for (const [i, tool] of ['mpstat', 'iostat', 'sar'].entries()) collect(series, tool, json[i] as string);
  return { series, windows };
}

function collect(series: Series, tool: string, json: string): void {
  const root: unknown = JSON.parse(json);
  const host = at(at(at(root, 'sysstat'), 'hosts'), 0);
  const statistics = at(host, 'statistics');
  if (!Array.isArray(statistics)) throw new Error(`${tool} reported no statistics`);
  for (const statistic of statistics) walk(series, tool, statistic);
}

function at(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Numbers become entries; groups add nothing to the name but the innermost one, list elements add their own name. */
function walk(series: Series, prefix: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const name = names.map((key) => at(value, key)).find((found) => found !== undefined);
  const own = name === undefined ? prefix : `${prefix}:${typeof name === 'string' ? named(name) : name}`;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'number') push(series, `${own}:${key}`, inner);
    else if (Array.isArray(inner)) for (const element of inner) walk(series, group(prefix, key), element);
    else walk(series, group(prefix, key), inner);
  }
}

/** `sar:network` → `sar:net-dev`: one level is enough to tell the groups apart; mpstat and iostat need none. */
const group = (prefix: string, key: string): string => (prefix.startsWith('sar') ? `sar:${key}` : prefix);

/** sysstat says `0` where the kernel says `cpu0`. */
const named = (name: string): string => (/^\d+$/.test(name) ? `cpu${name}` : name);

function push(series: Series, key: string, value: number): void {
  const list = series.get(key);
  if (list === undefined) series.set(key, [value]);
  else list.push(value);
}

/** Mean of Σ over keys; NaN when one is missing. */
export function meanOf({ series }: Sysstat, keys: readonly string[]): number {
  return keys.reduce((sum, key) => {
    const values = series.get(key) ?? [];
    return sum + values.reduce((a, b) => a + b, 0) / values.length;
  }, 0);
}
