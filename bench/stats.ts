/** `sdr stats` beside Miller: the same statistics of the same columns of one file; and what a gigabyte takes. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Edition } from './contestant.ts';
import { memoryOf, processTimes } from './proc.ts';
import type { Run } from './running.ts';
import { median } from './statistics.ts';
import { figure, megabytes, table } from './table.ts';
import { plainEnvironment, which } from './workshop.ts';

const mega = 1024 * 1024;
/** What `sdr stats` may take of a gigabyte, bytes. */
const limit = 150e6;
const cpus = 64;
const columns = ['cpu_pct', 'user_pct', 'nice_pct', 'sys_pct', 'iowait_pct', 'irq_pct', 'softirq_pct', 'steal_pct'];
const all = [...columns, 'idle_pct', 'guest_pct', 'mhz'];
const accumulators = ['count', 'min', 'mean', 'max', 'sum', 'last', 'p50', 'p95', 'p99'];

/** One run of a program. */
interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  /** Bytes. */
  readonly peak: number;
}

interface Entry {
  readonly name: string;
  readonly command: readonly string[];
}

/** Prints both tables; true if everything could be measured and sdr keeps its promises. */
export async function compareStatistics(run: Run, { command }: Edition): Promise<boolean> {
  const { quick, report, print, stage } = run;
  const file = join(stage.workshop.folder('stats'), 'cpurec.csv');
  const entries = [['cpu_pct'], all].flatMap((wanted): Entry[] => [
    { name: `sdr stats, ${count(wanted)}`, command: [...command, 'stats', file, ...wanted] },
    ...miller(file, wanted),
  ]);
  // Miller keeps all values in memory: 48 times the file.
  const small = quick ? 16 : 64;
  report(`statistics of ${small} MB`);
  recorded(file, small * mega);
  const costs = await measured(entries, quick ? 1 : 3, report);
  print(`${rendered(`cpurec of ${cpus} CPUs, ${small} MB`, costs)}\n${note()}`);
  let isKept = isFaster(costs, print);
  if (!quick) {
    report('statistics of 1024 MB');
    recorded(file, 1024 * mega);
    const large = await measured(
      [{ name: 'sdr stats, 11 columns', command: [...command, 'stats', file, ...all] }],
      1,
      report,
    );
    const peak = large.get('sdr stats, 11 columns')?.peak ?? Number.NaN;
    print(`\n${rendered(`cpurec of ${cpus} CPUs, 1024 MB`, large)}`);
    print(`peak of memory ${verdict(peak <= limit)}: ${megabytes(peak)} of ${megabytes(limit)} MB\n`);
    isKept &&= peak <= limit;
  }
  rmSync(file);
  return isKept;
}

const count = (names: readonly string[]): string => `${names.length} column${names.length === 1 ? '' : 's'}`;
const verdict = (isKept: boolean): string => (isKept ? 'holds' : 'MISSED');

/** Miller, when it is here. Not all of its versions know `last`. */
function miller(file: string, wanted: readonly string[]): Entry[] {
  const path = which('mlr');
  if (path === null) return [];
  const known = hasLast(path) ? accumulators : accumulators.filter((name) => name !== 'last');
  const words = ['--icsv', '--ocsv', 'stats1', '-a', known.join(','), '-f', wanted.join(','), '-g', 'device', file];
  return [{ name: `mlr stats1, ${count(wanted)}`, command: [path, ...words] }];
}

const hasLast = (path: string): boolean => spawnSync(path, ['-n', 'stats1', '-a', 'last', '-f', 'x']).status === 0;

function note(): string {
  const path = which('mlr');
  if (path === null) return 'mlr: not installed: apt-get install miller';
  return hasLast(path) ? '' : 'this mlr has no last: it computes one statistic less';
}

/** Medians of some rounds, in which everybody has a turn. */
async function measured(
  entries: readonly Entry[],
  rounds: number,
  report: (line: string) => void,
): Promise<Map<string, Cost>> {
  const found = new Map<string, Cost[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, command } of entries) {
      report(`  ${name}`);
      found.set(name, [...(found.get(name) ?? []), await costOf(command)]);
    }
  }
  const middle = (costs: readonly Cost[]): Cost => ({
    seconds: median(costs.map(({ seconds }) => seconds)),
    cpu: median(costs.map(({ cpu }) => cpu)),
    peak: median(costs.map(({ peak }) => peak)),
  });
  return new Map([...found].map(([name, costs]) => [name, middle(costs)]));
}

/** Runs a command and looks at it every 20 ms: its peak only grows, and so does its time. */
async function costOf([program = '', ...args]: readonly string[]): Promise<Cost> {
  const begin = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env: plainEnvironment() });
  const pid = child.pid ?? 0;
  let peak = 0;
  let cpu = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOf([pid]).peak);
    cpu = Math.max(cpu, processTimes(pid) / 1000);
  }, 20);
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('exit', resolve),
    );
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
    return { seconds: (performance.now() - begin) / 1000, cpu, peak };
  } finally {
    clearInterval(timer);
  }
}

function rendered(title: string, costs: ReadonlyMap<string, Cost>): string {
  const rows = [...costs].map(([name, { seconds, cpu, peak }]) => [
    name,
    figure(seconds, 2),
    figure(cpu, 2),
    megabytes(peak),
  ]);
  return table([title, 'seconds', 'CPU s', 'peak MB'], rows);
}

/** Whether sdr is as fast as Miller, in time and in CPU; true when there is nobody to compare with. */
function isFaster(costs: ReadonlyMap<string, Cost>, print: (text: string) => void): boolean {
  return [['cpu_pct'], all].map(count).every((what) => {
    const [ours, theirs] = [costs.get(`sdr stats, ${what}`), costs.get(`mlr stats1, ${what}`)];
    if (!ours || !theirs) return true;
    const isKept = ours.seconds <= theirs.seconds && ours.cpu <= theirs.cpu;
    const times = [theirs.seconds / ours.seconds, theirs.cpu / ours.cpu].map((ratio) => figure(ratio, 1));
    print(`as fast as mlr ${verdict(isKept)}, ${what}: ${times[0]} × faster, ${times[1]} × less CPU`);
    return isKept;
  });
}

/** Writes what `sdr record cpurec 1` might have written: loads that wander about. The same bytes each time. */
function recorded(path: string, bytes: number): void {
  const random = generator();
  const loads = Array.from({ length: cpus }, random);
  const fd = openSync(path, 'w');
  let written = writeSync(fd, `time,device,interval_s,${all.join(',')}\n`);
  for (let time = 1_795_219_200; written < bytes; time += 1) {
    written += writeSync(fd, loads.map((_, cpu) => rowOf(time, cpu, loads, random)).join(''));
  }
  closeSync(fd);
}

function rowOf(time: number, cpu: number, loads: number[], random: () => number): string {
  const load = Math.min(1, Math.max(0, (loads[cpu] ?? 0) + (random() - 0.5) * 0.1));
  loads[cpu] = load;
  const busy = 100 * load;
  const user = busy * (0.5 + 0.3 * random());
  const rest = busy - user;
  const waiting = (100 - busy) * random() * 0.2;
  const shares = [busy, user, 0, rest * 0.6, waiting, rest * 0.1, rest * 0.3, 0, 100 - busy - waiting, 0];
  return `${time},cpu${cpu},1.000,${shares.map((share) => share.toFixed(2)).join(',')},${Math.floor(1200 + 2400 * random())}\n`;
}

/** Numbers from 0 to 1 that are the same in each run. */
function generator(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
