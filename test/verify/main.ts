/**
 * `npm run verify [-- --all]`: sdr's numbers against the kernel's own counters and sysstat's, under a known load.
 * Prints for each column the line that came closest to its tolerance (`--all`: every line) and all misses; exits 1 on
 * any miss.
 * The program is `$SDR`, else dist/sdr.cjs.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Comparison, fault, isMiss, type Line } from './compare.ts';
import { type Recording, readRecording } from './csv.ts';
import { asCounter, exactLines, fromCounters } from './exact.ts';
import { type Part, prepareLoad } from './load.ts';
import { isOnDisk } from './load-storage.ts';
import type { Oracles } from './oracle.ts';
import { counterOracles } from './oracles/counters.ts';
import { oracles } from './oracles/index.ts';
import { atEnd, type Result, run, sleep } from './shell.ts';
import { noSysstat, runSysstat, type Sysstat } from './sysstat.ts';
import { notable, table } from './table.ts';
import { Timeline } from './timeline.ts';

const SECONDS = 10;
const recorders = Object.keys(oracles);
const here = fileURLToPath(new URL('../../', import.meta.url));

interface Outcome {
  readonly rates: string;
  readonly counters: string;
  readonly timeline: Timeline;
  readonly sysstat: Sysstat;
  readonly parts: readonly Part[];
  readonly loadEnd: number;
}

/** A folder on a disk, if there is one: what is written into memory says nothing about disks. */
function workFolder(): string {
  const base = [tmpdir(), here].find(isOnDisk) ?? tmpdir();
  const folder = mkdtempSync(join(base, 'sdr-verify-'));
  atEnd(`rm -rf '${folder}'`);
  return folder;
}

function record(...options: readonly string[]): Promise<Result> {
  const given = process.env['SDR']?.split(' ');
  const [program, ...args] = given ?? [process.execPath, join(here, 'dist/sdr.cjs')];
  return run(program as string, [...args, 'record', ...recorders, '1', `${SECONDS}`, ...options]);
}

const hasRow = (folder: string, recorder: string): boolean => {
  const file = existsSync(folder) && readdirSync(folder).find((name) => name.startsWith(`${recorder}-`));
  return file !== false && file !== undefined && readFileSync(join(folder, file), 'utf8').split('\n').length > 2;
};

/** Until each recorder has written a row in each folder: what the load does from now on is inside all windows. */
async function firstRows(folders: readonly string[]): Promise<void> {
  for (let wait = 0; wait < 150; wait++) {
    if (folders.every((folder) => recorders.every((recorder) => hasRow(folder, recorder)))) return;
    await sleep(20);
  }
  throw new Error('sdr wrote no first row within 3 s');
}

function accept(what: string, { code, stdout, stderr }: Result): void {
  if (code !== 0) throw new Error(`${what}: exit ${code}: ${stderr.trim()}`);
  if (stdout + stderr !== '') console.log(`${what} said: ${(stdout + stderr).trim()}`);
}

async function measure(): Promise<Outcome> {
  const folder = workFolder();
  const [rates, counters] = [join(folder, 'rates'), join(folder, 'counters')];
  mkdirSync(join(folder, 'sysstat'));
  const parts = await prepareLoad(folder);
  const timeline = new Timeline();
  timeline.start();
  // Everybody starts on a whole second, so that ours and sysstat's seconds are nearly the same.
  await sleep(1500);
  await sleep(1000 - (Date.now() % 1000));
  timeline.isDense = true;
  const sysstat = runSysstat(SECONDS, join(folder, 'sysstat'));
  const recording = Promise.all([record('-o', rates), record('--counters', '-o', counters)]);
  // A program that fails at once must be heard before the wait for its rows gives up.
  await Promise.race([firstRows([rates, counters]), recording.then(([a, b]) => [accept('sdr', a), accept('sdr', b)])]);
  timeline.isDense = false;
  await Promise.race([Promise.all(parts.map((part) => part.run())), sleep((SECONDS - 1.5) * 1000)]);
  const loadEnd = Date.now() / 1000;
  const [a, b] = await recording;
  accept('sdr record', a);
  accept('sdr record --counters', b);
  const numbers = await sysstat;
  await sleep(1200);
  timeline.stop();
  return { rates, counters, timeline, sysstat: numbers, parts, loadEnd };
}

/** What must hold before a comparison means anything. */
function sanity({ timeline, loadEnd }: Outcome, recordings: readonly Recording[]): Line[] {
  const lines: Line[] = [];
  if (timeline.clockStep > 0.05) throw new Error('the clock was stepped during the run: run it again');
  for (const { recorder, rows } of recordings) {
    const ticks = new Set(rows.map((row) => row.time)).size;
    if (ticks !== SECONDS) lines.push(fault(recorder, '', 'time', `${ticks} samples, expected ${SECONDS}`));
    if ((rows.at(-1)?.time ?? 0) < loadEnd) lines.push(fault(recorder, '', 'time', 'the load outlived the recording'));
  }
  return lines;
}

function compareAll(outcome: Outcome): Line[] {
  const comparison = new Comparison(outcome.timeline, outcome.sysstat);
  const alone = new Comparison(outcome.timeline, noSysstat);
  const known = outcome.parts.flatMap((part) => part.known);
  const lines: Line[] = [];
  for (const recorder of recorders) {
    const own = oracles[recorder] as Oracles;
    const rates = readRecording(outcome.rates, recorder);
    lines.push(...sanity(outcome, [rates]), ...comparison.lines(rates, own));
    lines.push(...exactLines(rates, own, outcome.timeline, known, (column) => column));
    const all = { ...own, ...counterOracles[recorder] };
    const raw = readRecording(outcome.counters, recorder);
    const grown = fromCounters(raw, all);
    lines.push(...sanity(outcome, [raw]), ...alone.lines(grown, all));
    lines.push(...exactLines(grown, all, outcome.timeline, known, asCounter));
    count(rates, own);
    count(raw, all);
  }
  return lines;
}

function count({ recorder, columns }: Recording, own: Oracles): void {
  const covered = columns.filter((column) => own[column] !== undefined);
  const unused = Object.keys(own).filter((column) => !columns.includes(column));
  const which = columns.some((column) => column.endsWith('_s_total') || column === 'rx_bytes_total')
    ? ' --counters'
    : '';
  console.log(`${recorder}${which}: ${covered.length} of ${columns.length} numeric columns have an oracle`);
  if (which === '' && unused.length > 0) console.log(`${recorder}: not recorded: ${unused.join(', ')}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
  const outcome = await measure();
  const lines = compareAll(outcome);
  const misses = lines.filter(isMiss);
  console.log(table(values.all ? lines : notable(lines)));
  const [from, to] = outcome.timeline.span;
  console.log(`the kernel was sampled ${outcome.timeline.count} times in ${(to - from).toFixed(1)} s`);
  const withTheirs = lines.filter(({ sysstat }) => !Number.isNaN(sysstat)).length;
  console.log(`${lines.length} comparisons, ${withTheirs} of them with sysstat too, ${misses.length} misses`);
  return misses.length === 0 && lines.length > 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`verify: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
process.exit();
