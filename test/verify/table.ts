/** The report: what a person reads, a line a comparison. */
import { difference, isMiss, type Line } from './compare.ts';

const head = ['recorder', 'device', 'column', 'sdr', 'kernel', 'diff', 'allowed', 'sysstat', 'allowed', ''];

function number(value: number): string {
  if (Number.isNaN(value)) return '-';
  return Number.isInteger(value) ? `${value}` : value.toFixed(Math.abs(value) < 10 ? 3 : 1);
}

function cells(line: Line): string[] {
  const { recorder, device, column, ours, kernel, allowed, sysstat, sysstatAllowed } = line;
  const verdict = isMiss(line) ? `MISS${line.fault ? `: ${line.fault}` : ''}` : 'ok';
  const numbers = [ours, kernel, difference(line), allowed, sysstat, sysstatAllowed];
  const theirs = Number.isNaN(sysstat) ? 5 : 6;
  return [recorder, device || '-', column, ...numbers.map((n, i) => (i < theirs ? number(n) : '-')), verdict];
}

/** How much of its allowance a line has used. */
function used(line: Line): number {
  if (isMiss(line)) return Number.POSITIVE_INFINITY;
  const ofKernel = difference(line) / (line.allowed || 1);
  const ofTheirs = Math.abs(line.ours - line.sysstat) / line.sysstatAllowed;
  return Math.max(ofKernel || 0, ofTheirs || 0);
}

/** The line of each column that used most of its allowance, and every miss. */
export function notable(lines: readonly Line[]): Line[] {
  const worst = new Map<string, Line>();
  for (const line of lines) {
    const key = `${line.recorder} ${line.column}`;
    const known = worst.get(key);
    if (known === undefined || used(line) > used(known)) worst.set(key, line);
  }
  const kept = new Set(worst.values());
  return lines.filter((line) => isMiss(line) || kept.has(line));
}

export function table(lines: readonly Line[]): string {
  const rows = [head, ...lines.map(cells)];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const isText = (i: number): boolean => i < 3 || i === head.length - 1;
  const pad = (text: string, i: number): string =>
    isText(i) ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
