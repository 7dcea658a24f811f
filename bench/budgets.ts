import { figure, table } from './table.ts';

/** What the contest found about one contestant; null where it could not be measured. */
export interface Findings {
  readonly cpu1: number | null; // ms per sample at 1 s
  readonly cpu01: number | null; // ms per sample at 0.1 s
  readonly rss: number | null; // bytes, at the end
  readonly pss: number | null;
  readonly dirty: number | null;
  readonly peak: number | null;
  readonly bytes: number | null; // per sample
  readonly calls: number | null; // per sample
  readonly version: number | null; // ms of CPU
  readonly first: number | null;
}

interface Budget {
  readonly what: string;
  readonly limit: number;
  readonly decimals: number;
  readonly value: (found: Findings) => number | null;
}

const mega = (bytes: number | null) => (bytes === null ? null : bytes / 1e6);
const calls = 25 + 3 * 4; // and three for each of four output files
const costs: readonly Budget[] = [
  { what: 'system calls per sample', limit: calls, decimals: 1, value: (found) => found.calls },
];

/** DESIGN §10's budgets for the four recorders together on a small host. */
const full: readonly Budget[] = [
  { what: 'CPU ms per sample at 1 s (aim 0.7)', limit: 1, decimals: 2, value: (found) => found.cpu1 },
  { what: 'CPU ms per sample at 0.1 s', limit: 0.6, decimals: 2, value: (found) => found.cpu01 },
  ...costs,
  { what: 'PSS MB', limit: 46, decimals: 1, value: (found) => mega(found.pss) },
  { what: 'private dirty MB', limit: 10, decimals: 1, value: (found) => mega(found.dirty) },
  { what: 'CPU ms to --version', limit: 40, decimals: 1, value: (found) => found.version },
  { what: 'CPU ms to the first row and the exit', limit: 60, decimals: 1, value: (found) => found.first },
];
const recorder: readonly Budget[] = [
  { what: 'CPU ms per sample at 1 s', limit: 0.5, decimals: 2, value: (found) => found.cpu1 },
  ...costs,
  { what: 'RSS MB', limit: 2.5, decimals: 1, value: (found) => mega(found.rss) },
  { what: 'CPU ms to --version', limit: 3, decimals: 1, value: (found) => found.version },
  { what: 'CPU ms to the first row and the exit', limit: 6, decimals: 1, value: (found) => found.first },
];
const budgets: Readonly<Record<string, readonly Budget[]>> = {
  sdr: full,
  'sdr-full-linux-x64': full,
  'sdr-recorder': recorder,
  'sdr-linux-x64': recorder,
};

/** A table of every budget with what was measured, against the floor and sadc; a verdict, never a failure. */
export function budgetTable(found: ReadonlyMap<string, Findings>): string {
  const rows = Object.entries(budgets).flatMap(([name, list]) =>
    found.has(name) ? list.map((budget) => budgetRow(name, budget, found)) : [],
  );
  return table(['budget', 'limit', 'measured', '× floor', '× sadc', 'verdict'], rows);
}

function budgetRow(name: string, budget: Budget, found: ReadonlyMap<string, Findings>): string[] {
  const { what, limit, decimals } = budget;
  const measuredOf = (one: string) => {
    const findings = found.get(one);
    return findings === undefined ? null : budget.value(findings);
  };
  const measured = measuredOf(name);
  const times = (other: string) => figure((measured ?? Number.NaN) / (measuredOf(other) || Number.NaN), 1);
  const cells = [String(limit), figure(measured, decimals), times('floor'), times('sadc'), verdict(measured, limit)];
  return [`${name}: ${what}`, ...cells];
}

function verdict(measured: number | null, limit: number): string {
  if (measured === null) return 'not measured';
  return measured <= limit ? 'ok' : 'over';
}
