/** What the tests of examples/ share: records made for them, numbers worked out from the same cells, and the awks that a user may have. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import type { Table } from '../csv.ts';
import { column, filesOf, read, tableOf } from '../csv.ts';
import { find } from '../needs.ts';
import type { Ended } from '../program.ts';
import { environment, quoted, run, sdr, startAny, until } from '../program.ts';

export const examples = resolve('examples');

/** The awks of the examples' README, each as the words that run it on a live pipe. */
export const awks: Readonly<Record<string, readonly [string, ...string[]]>> = {
  gawk: ['gawk'],
  mawk: ['mawk', '-W', 'interactive'],
  busybox: ['busybox', 'awk'],
  'original-awk': ['original-awk'],
};

/** A folder for the tests of one file, gone after them. */
export const place = mkdtempSync(join(tmpdir(), 'sdr-examples-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A folder of commands before all others on PATH: the program as `sdr`, and `awk` as one that the test names. */
export function pathWith(awk = ''): string {
  const bin = join(place, `bin-${awk}`);
  mkdirSync(bin, { recursive: true });
  const command = (name: string, words: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${words} "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  };
  command('sdr', quoted([]));
  if (awk !== '') command('awk', awk === 'busybox' ? `${find('busybox')} awk` : `${find(awk)}`);
  return `${bin}:${process.env['PATH'] ?? ''}`;
}

/** Runs one of the scripts, with what it reads on stdin. */
export function script(name: string, args: readonly string[], input: string, awk = ''): Ended {
  const file = join(place, 'stdin');
  writeFileSync(file, input, 'latin1');
  const words = ['sh', '-c', 'exec "$0" "$@" < stdin', join(examples, name), ...args] as const;
  return run([...words], { cwd: place, env: { PATH: pathWith(awk), LC_ALL: 'C' } });
}

/** Records a few seconds in which the machine has something to do; the text of each recorder's file. */
export function recorded(recorders: readonly string[], interval: string, count: number): (recorder: string) => string {
  const directory = join(place, `data-${interval}`);
  // Half of the time, so that curves go up and down; it ends by itself.
  const busy = 'for s in 1 2 3 4; do timeout 0.4 sh -c "while :; do :; done"; sleep 0.4; done';
  const load = spawn('sh', ['-c', busy], { stdio: 'ignore', env: environment() });
  const { status, stderr } = sdr(['record', ...recorders, interval, String(count), '-o', directory]);
  load.kill();
  if (status !== 0) throw new Error(stderr);
  return (recorder) => filesOf(directory, `${recorder}-`).map(read).reduce(joined);
}

/** Midnight may have come between two files. */
const joined = (all: string, next: string): string => all + next.slice(next.indexOf('\n') + 1);

/** CSV again. */
export const csv = ({ header, rows }: Table): string => [header, ...rows].map((row) => `${row.join(',')}\n`).join('');

/** Records as they are after a bad day: without the samples from `from` to `to`, and one cell of each device empty. */
export function damaged(text: string, name: string, [from, to]: readonly [number, number], blank: number): string {
  const table = tableOf(text);
  const times = [...new Set(column(table, 'time'))];
  const at = table.header.indexOf(name);
  const rows = table.rows
    .map((row) => ({ row, sample: times.indexOf(row[0] ?? '') }))
    .filter(({ sample }) => sample < from || sample > to)
    .map(({ row, sample }) => (sample === blank ? row.with(at, '') : [...row]));
  return csv({ header: table.header, rows });
}

export interface Point {
  readonly time: string;
  /** As it is in the cell; '' when it was not measured. */
  readonly cell: string;
}

/** One column, device by device, in the order of their first rows. */
export function series(text: string, name: string): Map<string, Point[]> {
  const table = tableOf(text);
  const devices = table.header.includes('device') ? column(table, 'device') : table.rows.map(() => name);
  const cells = column(table, name);
  const found = new Map<string, Point[]>();
  for (const [i, time] of column(table, 'time').entries()) {
    const device = devices[i] ?? '';
    found.set(device, [...(found.get(device) ?? []), { time, cell: cells[i] ?? '' }]);
  }
  return found;
}

/** The cells with a number in them. */
export const numbers = (points: readonly Point[]): number[] =>
  points.filter(({ cell }) => cell !== '').map(({ cell }) => Number(cell));

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Width and height of a PNG; throws when it is none. */
export function pngSize(path: string): { readonly width: number; readonly height: number } {
  const bytes = readFileSync(path);
  const signature = bytes.subarray(0, 8).toString('latin1') + bytes.subarray(12, 16).toString('latin1');
  if (signature !== '\x89PNG\r\n\x1a\nIHDR') throw new Error(`${path} is no PNG`);
  if (!bytes.subarray(-8).toString('latin1').startsWith('IEND')) throw new Error(`${path} is cut`);
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Starts a server, which ends with the test, and waits for the address that it says it listens at. */
export async function served(words: [string, ...string[]], said: RegExp): Promise<string> {
  const { stdout, stderr } = startAny(words);
  const found = (): string | undefined => said.exec(stdout() + stderr())?.[1];
  await until(
    () => found() !== undefined,
    () => `an address from ${words[0]}: ${stdout()}${stderr()}`,
  );
  return `http://${found()}`;
}

/** Starts a program whose stdin stays open: what it has said so far of the rows that it has been given. */
export function live(
  words: readonly [string, ...string[]],
  rows: string,
  awk = '',
): { readonly said: () => string; readonly ended: () => boolean } {
  const [command, ...args] = words;
  const child = spawn(command, args, { env: environment({ env: { PATH: pathWith(awk), LC_ALL: 'C' } }) });
  onTestFinished(() => {
    child.stdin.destroy();
    child.kill('SIGKILL');
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  child.stdin.write(rows);
  return { said: () => text, ended: () => child.exitCode !== null };
}
