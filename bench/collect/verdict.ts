/** What was aimed at, beside what was measured: a verdict, never a failure. */
import { figure, table } from '../table.ts';
import type { Contestant } from './contestant.ts';
import { epollName, threadsName } from './contestant.ts';
import { type Crowd, perConnection } from './crowd.ts';
import { medianOf, type Slowed } from './slow.ts';
import type { Batch, Cell, Results } from './throughput.ts';

interface Aim {
  readonly what: string;
  /** `≤ 1.5`, `≥ 25000` */
  readonly wanted: readonly ['≤' | '≥' | '<', number];
  readonly measured: number | null;
  readonly decimals: number;
}

export interface Found {
  /** Null when that part was not asked for. */
  readonly results: Results | null;
  readonly crowds: readonly Crowd[];
  readonly slowed: readonly Slowed[];
}

export function verdictTable(ours: string, contestants: readonly Contestant[], found: Found): string {
  const aims = [
    ...(found.results ? [...costAims(ours, found.results), ...peerAims(ours, contestants, found.results)] : []),
    ...slowAims(ours, found.slowed),
    ...found.crowds.filter(({ name }) => name === ours).flatMap(crowdAims),
  ];
  const rows = aims.map(({ what, wanted: [sign, limit], measured, decimals }) => [
    what,
    `${sign} ${limit}`,
    figure(measured, decimals),
    verdict(sign, limit, measured),
  ]);
  return table(['aim', 'limit', 'measured', 'verdict'], rows);
}

function verdict(sign: string, limit: number, measured: number | null): string {
  if (measured === null || Number.isNaN(measured)) return 'not measured';
  const holds = sign === '≥' ? measured >= limit : sign === '<' ? measured < limit : measured <= limit;
  return holds ? 'ok' : 'missed';
}

const ratio = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a / b);

function costAims(ours: string, results: Results): Aim[] {
  const cpu = (name: string, cell: Cell) => results.of(name, cell, (lap) => lap.cpu);
  return (['HTTP', 'TCP'] as const).flatMap((door) =>
    (['10', '100'] as const).flatMap((batch) =>
      [threadsName, epollName].map((name): Aim => {
        const cell: Cell = { door, hosts: 20, batch };
        const measured = ratio(cpu(ours, cell), cpu(name, cell));
        return { what: `CPU per row by ${batch} over ${door} ÷ ${name}`, wanted: ['≤', 1.5], measured, decimals: 2 };
      }),
    ),
  );
}

/** Against everybody who syncs before it answers, other than the references. */
function peerAims(ours: string, contestants: readonly Contestant[], results: Results): Aim[] {
  const peers = contestants.filter(({ promise, shape }) => promise === 'synced' && shape !== 'sdr');
  return peers.flatMap(({ name }) =>
    (['1', '10', '100'] satisfies Batch[]).map((batch): Aim => {
      const rate = (one: string) => results.of(one, { door: 'HTTP', hosts: 20, batch }, (lap) => lap.rate);
      return {
        what: `Rows/s by ${batch} ÷ ${name}`,
        wanted: ['≥', 1],
        measured: ratio(rate(ours), rate(name)),
        decimals: 1,
      };
    }),
  );
}

const slowAims = (ours: string, slowed: readonly Slowed[]): Aim[] =>
  slowed
    .filter(({ name }) => name === ours)
    .map((one) => ({
      what: `Rows/s over ${one.door}, each flush +25 ms, 200 hosts by 10`,
      wanted: ['≥', 25_000],
      measured: medianOf(one, ({ rate }) => rate),
      decimals: 0,
    }));

function crowdAims(crowd: Crowd): Aim[] {
  const { door, slow, lap } = crowd;
  if (slow) return [];
  const isSecure = door === 'HTTPS' || door === 'TLS';
  const where = `10,000 connections over ${door}`;
  return [
    { what: `${where}: p99 ms`, wanted: ['<', 50], measured: lap.p99, decimals: 1 },
    {
      what: `${where}: kB each`,
      wanted: ['≤', isSecure ? 40 : 10],
      measured: perConnection(crowd) / 1000,
      decimals: 1,
    },
  ];
}
