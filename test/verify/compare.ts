/** Ours against the kernel's and sysstat's, one line a recorder, device and column. */
import { cell, type Recording, type Row } from './csv.ts';
import { cpus, things } from './machine.ts';
import type { Oracle, Oracles } from './oracle.ts';
import type { Sysstat } from './sysstat.ts';
import { theirLevel, theirRate } from './theirs.ts';
import { STEP_S, type Timeline } from './timeline.ts';
import { viewOf } from './view.ts';

export interface Line {
  readonly recorder: string;
  readonly device: string;
  readonly column: string;
  readonly ours: number;
  readonly kernel: number;
  readonly allowed: number;
  readonly sysstat: number;
  readonly sysstatAllowed: number;
  /** Why it is a miss, when numbers do not tell. */
  readonly fault?: string;
}

export const difference = (line: Line): number => Math.abs(line.ours - line.kernel);

export function isMiss(line: Line): boolean {
  if (line.fault !== undefined || difference(line) > line.allowed) return true;
  return Math.abs(line.ours - line.sysstat) > line.sysstatAllowed;
}

/** All rows of one device, and the time that they cover. */
interface Span {
  readonly rows: readonly Row[];
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

export function spanOf(rows: readonly Row[]): Span {
  const [first, last] = [rows[0], rows.at(-1)];
  const seconds = rows.reduce((sum, row) => sum + row.interval, 0);
  return { rows, from: (first?.at ?? 0) - (first?.interval ?? 0), to: last?.at ?? 0, seconds };
}

export class Comparison {
  private readonly timeline: Timeline;
  private readonly sysstat: Sysstat;

  constructor(timeline: Timeline, sysstat: Sysstat) {
    this.timeline = timeline;
    this.sysstat = sysstat;
  }

  /** A line for each column of each device of a recording. */
  lines({ recorder, columns, rows }: Recording, oracles: Oracles): Line[] {
    const devices = [...new Set(rows.map((row) => row.device))];
    const lines = this.absent(recorder, devices);
    for (const device of devices.filter((each) => this.stays(recorder, each))) {
      const span = spanOf(rows.filter((row) => row.device === device));
      const ticks = (span.rows.at(-1)?.time ?? 0) - (span.rows[0]?.time ?? 0) + (span.rows[0]?.interval ?? 0);
      if (Math.abs(ticks - span.seconds) > 0.25) {
        lines.push(fault(recorder, device, 'interval_s', `rows cover ${span.seconds} s of ${ticks} s`));
      }
      for (const column of columns) {
        const oracle = oracles[column];
        if (oracle === undefined) lines.push(fault(recorder, device, column, 'no oracle'));
        else lines.push({ recorder, device, column, ...this.compare(span, column, oracle, device) });
      }
    }
    return lines;
  }

  /** Whether a device was there all the time: other people's come and go. */
  private stays(recorder: string, device: string): boolean {
    const keys: Record<string, string> = {
      cpurec: `${device}:user`,
      diskrec: `disk:${device}:reads`,
      nicrec: `net:${device}:rx_bytes`,
    };
    return this.timeline.always(keys[recorder] ?? 'uptime');
  }

  /** Devices that the kernel shows all the time and we do not. */
  private absent(recorder: string, ours: readonly string[]): Line[] {
    const m = this.timeline.earliest;
    const sum = (name: string): number => (m.get(`disk:${name}:reads`) ?? 0) + (m.get(`disk:${name}:writes`) ?? 0);
    const holds = (name: string): boolean => m.get(`disk:${name}:sectors`) !== 0 && sum(name) > 0;
    const used = (name: string): boolean => !/^(loop|ram)/.test(name) || holds(name);
    const all: Record<string, () => string[]> = {
      cpurec: () => cpus(m),
      diskrec: () => things(m, 'disk').filter(used),
      nicrec: () => things(m, 'net'),
    };
    const kernels = (all[recorder]?.() ?? ['']).filter((name) => this.stays(recorder, name));
    return kernels
      .filter((name) => !ours.includes(name))
      .map((name) => fault(recorder, name, 'device', 'not recorded'));
  }

  private compare(
    span: Span,
    column: string,
    oracle: Oracle,
    device: string,
  ): Omit<Line, 'recorder' | 'device' | 'column'> {
    if (oracle.kind === 'level') return this.level(span, column, oracle, device);
    const { ours, kernel } =
      oracle.kind === 'mean'
        ? this.weighted(span, column, oracle, device)
        : this.overTime(span, column, oracle, device);
    const slack = this.edges(span, oracle, device, this.step(span));
    const own = Math.max(oracle.part * Math.abs(kernel), oracle.most) + 0.5 * 10 ** -oracle.digits;
    const allowed = own + (oracle.flat ? 0 : slack);
    const theirs = theirRate(this.sysstat, this.timeline, oracle, device, { kernel, slack });
    return { ours, kernel, allowed, ...theirs, ...gap(span, column, oracle, kernel) };
  }

  private step(span: Span): number {
    return Math.max(STEP_S, this.timeline.longestStep(span.from, span.to));
  }

  /** Means over the window, row by row: each from the one before, so that nothing counts twice. */
  private overTime(span: Span, column: string, oracle: Oracle, device: string): { ours: number; kernel: number } {
    let [ours, kernel, from] = [0, 0, span.from];
    for (const row of span.rows) {
      const view = this.timeline.view(from, row.at, row.interval);
      ours += cell(row, column) * row.interval;
      kernel += Math.min(oracle.max ?? Number.POSITIVE_INFINITY, oracle.truth(view, device)) * row.interval;
      from = row.at;
    }
    return { ours: ours / span.seconds, kernel: kernel / span.seconds };
  }

  private weighted(span: Span, column: string, oracle: Oracle, device: string): { ours: number; kernel: number } {
    let [sum, weights] = [0, 0];
    for (const row of span.rows) {
      const weight = cell(row, oracle.per ?? '') * row.interval;
      if (!(weight > 0) || Number.isNaN(cell(row, column))) continue;
      sum += cell(row, column) * weight;
      weights += weight;
    }
    const kernel = oracle.truth(this.timeline.view(span.from, span.to), device);
    return { ours: weights > 0 ? sum / weights : Number.NaN, kernel };
  }

  /** How much one sampling step earlier or later at either end changes the truth: our stamps are no better. */
  private edges(span: Span, oracle: Oracle, device: string, step: number): number {
    const at = (from: number, to: number): number => oracle.truth(this.timeline.view(from, to, span.seconds), device);
    const exact = at(span.from, span.to);
    let most = 0;
    const shifts = [-step, 0, step].flatMap((a) => [-step, 0, step].map((b) => [a, b] as const));
    for (const [a, b] of shifts) {
      const other = Math.abs(at(span.from + a, span.to + b) - exact);
      if (other > most) most = other;
    }
    return most;
  }

  /** The row that is farthest from what was sampled around its time. */
  private level(
    span: Span,
    column: string,
    oracle: Oracle,
    device: string,
  ): Omit<Line, 'recorder' | 'device' | 'column'> {
    let worst = { ours: Number.NaN, kernel: Number.NaN, allowed: 0 };
    for (const row of span.rows) {
      const ours = cell(row, column);
      const of = (machine: Parameters<typeof cpus>[0]): number => oracle.truth(viewOf(machine, machine, 1), device);
      const [low, high] = this.timeline.range(of, row.time - (oracle.old ?? 0), row.at);
      const kernel = Math.min(high, Math.max(low, ours));
      const nearest = Number.isNaN(ours) ? low : kernel;
      const allowed = Math.max(oracle.part * Math.abs(nearest), oracle.most) + 0.5 * 10 ** -oracle.digits;
      const isWorse = Math.abs(ours - nearest) - allowed > Math.abs(worst.ours - worst.kernel) - worst.allowed;
      if (isWorse || Number.isNaN(worst.ours)) worst = { ours, kernel: nearest, allowed };
    }
    const ourMean = span.rows.reduce((sum, row) => sum + cell(row, column), 0) / span.rows.length;
    const theirs = theirLevel(this.sysstat, this.timeline, oracle, device);
    // sysstat looked at other instants: means are compared, told as the worst row's distance.
    const shifted = theirs.sysstat + worst.ours - ourMean;
    return { ...worst, ...theirs, sysstat: shifted, ...gap(span, column, oracle, worst.kernel) };
  }
}

/** An empty cell where the kernel has a number, or a number where it has none. A mean of nothing is rightly empty. */
function gap(span: Span, column: string, oracle: Oracle, kernel: number): { fault?: string } {
  const empty = span.rows.filter((row) => Number.isNaN(cell(row, column))).length;
  if (Number.isNaN(kernel) || oracle.kind === 'mean') {
    const isRight = Number.isNaN(kernel) === (empty === span.rows.length);
    return isRight ? {} : { fault: Number.isNaN(kernel) ? 'the kernel has no such number' : 'always empty' };
  }
  return empty > 0 ? { fault: `empty in ${empty} of ${span.rows.length} rows` } : {};
}

/** A comparison of nothing with nothing. */
export const blank = { ours: Number.NaN, kernel: Number.NaN, allowed: 0, sysstat: Number.NaN, sysstatAllowed: 0 };

export function fault(recorder: string, device: string, column: string, why: string): Line {
  return { ...blank, recorder, device, column, fault: why };
}
