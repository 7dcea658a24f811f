/**
 * The loops of a sample over much that a machine never says, as text. Run on Node it is what TypeScript computes, run by the probe it
 * is what the engine's own loops compute: the test wants the same text of both.
 */
import { ParseError } from '../../../src/errors.ts';
import { native as computing } from '../../../src/formula.ts';
import { native as growing } from '../../../src/growth.ts';
import type { Source } from '../../../src/machine.ts';
import { bytesOf, native as reading, Scan } from '../../../src/parse.ts';
import { diskstats } from '../../../src/proc/diskstats.ts';
import { meminfo } from '../../../src/proc/meminfo.ts';
import { netdev } from '../../../src/proc/netdev.ts';
import { pressure } from '../../../src/proc/pressure.ts';
import { loadavg, snmp, softnet, uptime } from '../../../src/proc/small.ts';
import { stat } from '../../../src/proc/stat.ts';
import { native as summing } from '../../../src/proc/sums.ts';
import type { Table } from '../../../src/proc/table.ts';
import { Text } from '../../../src/text.ts';

type Next = (below: number) => number;

/** Numbers that look random and are the same on both engines. */
function numbersFrom(seed: number): Next {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const extremes = [
  Number.NaN,
  0,
  -0,
  1,
  -1,
  0.5,
  99.995,
  2 ** 31,
  2 ** 31 + 5,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
];
const pool = [...extremes, 2 ** 64, 1e300, -1e-7, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324];

const pick = <T>(next: Next, list: readonly T[]): T => list[next(list.length)] as T;
const value = (next: Next): number => (next(3) === 0 ? pick(next, pool) : next(1e6) / pick(next, [1, 8, 100, 1000]));
const values = (next: Next, count: number): Float64Array => Float64Array.from({ length: count }, () => value(next));

/** All digits of each number, and -0 apart from 0. */
const spelled = (list: Iterable<number>): string =>
  Array.from(list, (each) => (Object.is(each, -0) ? '-0' : String(each))).join(' ');

function differences(next: Next): string {
  const n = next(8);
  const now = values(next, n);
  const before = next(2) === 0 ? now.slice() : values(next, n);
  const delta = new Float64Array(n);
  const slack = Float64Array.from({ length: n }, () => pick(next, [0, 0, 100, Number.NaN]));
  const wraps = Uint8Array.from({ length: n }, () => next(2));
  const still = growing.difference(now, before, delta, slack, wraps, next(5) > 0);
  return `${still} ${spelled(delta)}`;
}

/** A program of any kinds of columns, over few fields. */
function computations(next: Next): string {
  const n = 1 + next(5);
  const first = [0];
  const middle: number[] = [];
  for (let i = 0; i < n; i++) {
    middle.push((first[i] as number) + next(4));
    first.push((middle[i] as number) + next(4));
  }
  const terms = first[n] as number;
  const fields = 1 + next(6);
  const codes = Uint16Array.from([
    ...Array.from({ length: n }, () => next(7)),
    ...first,
    ...middle,
    ...Array.from({ length: terms }, () => next(fields)),
  ]);
  const limits = Array.from({ length: n }, () => pick(next, [0, Number.NEGATIVE_INFINITY]));
  const most = Array.from({ length: n }, () => pick(next, [100, Number.POSITIVE_INFINITY]));
  const factors = Array.from({ length: terms }, () => pick(next, [1, -1, 512, 0.001, 1e-6, 0.01, 1024]));
  const times = Array.from({ length: n }, () => pick(next, [1, 100, 1000]));
  const cells = new Float64Array(n);
  const seconds = pick(next, [1, 0.1, 0.999, 10, 86_400.123, Number.NaN]);
  const numbers = Float64Array.from([...times, ...limits, ...most, ...factors]);
  const some = computing.compute(codes, numbers, values(next, fields), values(next, fields), seconds, cells);
  return `${some} ${spelled(cells)}`;
}

function rows(next: Next): string {
  const out = new Text();
  const n = next(30);
  const decimals = Uint8Array.from({ length: n }, () => next(10));
  const head = pick(next, ['', '1795257600', '1795257600.250,cpu0', 'x'.repeat(5000)]);
  const key = pick(next, [null, 'cpu0', 'x'.repeat(300)]);
  const spelled = pick(next, [null, null, bytesOf(',1.00,'), new Uint8Array(0)]);
  const whole = out.row(head, key, pick(next, [null, value(next), 1]), values(next, n), decimals, n, spelled);
  out.lead(pick(next, ['time', '']), pick(next, [null, value(next)]));
  return `${whole} ${String.fromCharCode(...out.view().slice(-800))}`;
}

function sums(next: Next): string {
  const n = 1 + next(6);
  const table = values(next, n + 6);
  const columns = Uint16Array.from({ length: n }, () => next(6));
  const base = next(3) === 0 ? Float64Array.from(columns, (column) => table[2 + column] as number) : values(next, n);
  const slack = Float64Array.from({ length: n }, () => pick(next, [0, 0, 100, Number.NaN]));
  const wraps = Uint8Array.from({ length: n }, () => next(2));
  const totals = values(next, n);
  const broken = new Uint8Array(n + 1);
  const most = summing.grow(table, 2, columns, base, slack, wraps, totals, broken, next(n + 1) - 1);
  const before = values(next, n);
  const share = summing.share(table, next(6), before, slack, wraps, next(n), next(n));
  return `${spelled([most, share, ...base, ...totals, ...before])} ${broken.join('')}`;
}

const words = [
  'cpu',
  'cpu0',
  'cpu12',
  'intr',
  'ctxt',
  'lo',
  'eth0',
  'eth0:1',
  'sda',
  'Tcp:',
  'MemTotal:',
  'MemFree:',
  'x',
];
const digits = [
  '0',
  '7',
  '007',
  '123456789',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551616',
  '1e5',
  '-1',
  'ff',
];
const blanks = [' ', ' ', '  ', '\t', '\n', ''];

const anyText = (next: Next): string =>
  Array.from({ length: next(40) }, () => pick(next, next(2) ? words : digits) + pick(next, blanks)).join('');

function scans(next: Next): string {
  const bytes = bytesOf(`${anyText(next)}\n`);
  const pos = next(bytes.length);
  const out = values(next, 12);
  const last = reading.numbers(bytes, pos, bytes.length, out, 1, 10);
  const scan = new Scan();
  scan.over('/proc/x', bytes, bytes.length);
  scan.pos = pos;
  const one = scan.number();
  return `${last} ${spelled(out)} ${one} ${scan.pos} ${scan.decimal()} ${reading.latin(bytes, pos, bytes.length)}`;
}

const line = (next: Next, name: string, count: number): string =>
  `${name}${Array.from({ length: count }, () => ` ${pick(next, next(20) ? ['0', '12', '3456789'] : digits)}`).join('')}\n`;

/** A kernel file: what it may say, and its parser with what it fills. */
interface Kind {
  readonly path: string;
  readonly text: (next: Next) => string;
  open(): { readonly into: object; parse(scan: Scan): void };
}

const kind = <T extends object>({ path, make, parse }: Source<T>, text: Kind['text']): Kind => ({
  path,
  text,
  open() {
    const into = make();
    return { into, parse: (scan) => parse(scan, into) };
  },
});

/** Kernel files as they are, now and then with a change somewhere. */
const files: readonly Kind[] = [
  kind(
    stat,
    (next) =>
      `${['cpu', 'cpu0', 'cpu1'].map((name) => line(next, name, 10)).join('')}intr 5 0 0\nctxt ${next(99)}\nbtime 1\nprocesses 7\nprocs_running 1\nprocs_blocked 0\n`,
  ),
  kind(diskstats, (next) =>
    ['vda', 'vda1', 'loop0'].map((name) => line(next, `   7       0 ${name}`, 11 + next(2) * 6)).join(''),
  ),
  kind(
    netdev,
    (next) => `Inter-|\n face |\n${['    lo:', '  eth0:', 'eth0:1:'].map((name) => line(next, name, 16)).join('')}`,
  ),
  kind(meminfo, (next) => `MemTotal: ${next(999)} kB\nMemFree:\t${next(9)} kB\nSlab: 3 kB\nDirty: x\n`),
  kind(
    snmp,
    (next) =>
      `Ip: A B\nIp: 1 2\nTcp: Max CurrEstab InSegs RetransSegs\nTcp: -1 ${next(99)} ${pick(next, digits)} ${next(9)}\n`,
  ),
  kind(
    pressure('io'),
    (next) =>
      `some avg10=0.00 avg60=1.50 total=${pick(next, digits)}\n${pick(next, ['', 'full total=', 'full avg10=0 total=5 total=', 'full '])}${next(99)}\n`,
  ),
  kind(loadavg, (next) => `0.${next(99)} ${pick(next, digits)}.05 1${pick(next, ['.', ''])}5 1/${next(300)} 7\n`),
  kind(uptime, (next) => `${pick(next, digits)}.${next(9)}${next(99)} 1.0\n`),
  kind(softnet, (next) => `0000${next(9)} 000000ff ${pick(next, ['00', 'x', 'a1'])} 0\n0001 0002 0003\n`),
];

function changed(next: Next, text: string): string {
  if (next(3) > 0) return text;
  const at = next(text.length);
  return text.slice(0, at) + pick(next, [...words, ...digits, ...blanks]) + text.slice(at + next(4));
}

const tableOf = (into: object): Table | null => {
  const table = (into as { cpus?: Table }).cpus ?? (into as Table);
  return 'ids' in table ? table : null;
};

/** Those rows of which the table says that they are what they were, and are not. `known` is what it said before. */
function stale(table: Table, known: Map<string, string>): string {
  const said = table.ids.slice(0, table.count).map((id, row) => {
    const mark = `${row} ${id} ${table.changes[row]}`;
    const now = spelled(table.values.slice(table.at(row), table.at(row + 1)));
    const before = known.get(mark) ?? now;
    known.set(mark, now);
    return before === now ? '' : mark;
  });
  return said.join('');
}

/** What a file says at some ticks, one after another. */
function ticks(next: Next): string {
  const { path, text, open } = pick(next, files);
  const scan = new Scan();
  const { into, parse } = open();
  const said: string[] = [];
  const known = new Map<string, string>();
  for (let i = 0; i < 5; i++) {
    const bytes = bytesOf(changed(next, text(next)));
    try {
      scan.over(path, bytes, bytes.length);
      parse(scan);
      const table = tableOf(into);
      const list = table ? table.values.slice(0, table.count * table.stride) : new Float64Array(0);
      const names = table ? [...table.ids.slice(0, table.count), ...table.exact.values(), stale(table, known)] : [];
      const rest = Object.entries(into).flatMap(([name, each]) => (name === 'turn' ? [] : [each]));
      said.push(`${names.join(' ')} ${spelled(list)} ${spelled(rest.filter(Number.isFinite))}`);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      said.push(error.message);
    }
  }
  return said.join(' | ');
}

/** What came of each loop, round by round. */
export function loops(seed: number, rounds: number): readonly string[] {
  const next = numbersFrom(seed);
  const kinds = [differences, computations, rows, sums, scans, ticks];
  return Array.from({ length: rounds }, (_, i) => (kinds[i % kinds.length] as (next: Next) => string)(next));
}
