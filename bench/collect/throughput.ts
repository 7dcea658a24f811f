/** As fast as each can: rows a second and CPU per row, by rows a request, hosts and door. */
import { rmSync } from 'node:fs';

import { median } from '../statistics.ts';
import { figure, table } from '../table.ts';
import type { Bench } from './bench.ts';
import type { Contestant, Door } from './contestant.ts';
import { drive, type Lap, type Work } from './drive.ts';
import { type Serving, serve } from './serving.ts';

/** Rows a request, as printed. */
export const batches = { '1': [1, 1], '10': [10, 10], '10–15': [10, 15], '100': [100, 100] } as const;
export type Batch = keyof typeof batches;

export interface Cell {
  readonly door: Door;
  readonly hosts: number;
  readonly batch: Batch;
}

/** Medians of all rounds by contestant and cell. */
export class Results {
  private readonly laps = new Map<string, Lap[]>();

  add(name: string, cell: Cell, lap: Lap): void {
    const key = keyOf(name, cell);
    this.laps.set(key, [...(this.laps.get(key) ?? []), lap]);
  }

  /** Null where nothing was measured. */
  of(name: string, cell: Cell, pick: (lap: Lap) => number): number | null {
    const laps = this.laps.get(keyOf(name, cell));
    return laps ? median(laps.map(pick)) : null;
  }
}

const keyOf = (name: string, { door, hosts, batch }: Cell): string => [name, door, hosts, batch].join('|');

const connections = 32;

function cells(quick: boolean): Cell[] {
  const all: Batch[] = ['1', '10', '10–15', '100'];
  const of = (door: Door, hosts: number, some: readonly Batch[]) => some.map((batch) => ({ door, hosts, batch }));
  const secure: Batch[] = quick ? ['10'] : all;
  return [
    ...of('HTTP', 20, all),
    ...of('TCP', 20, all),
    ...of('HTTPS', 20, secure),
    ...of('TLS', 20, secure),
    ...of('HTTP', 1000, ['10']),
    ...of('TCP', 1000, ['10']),
  ];
}

/** All cells, all contestants, round after round: A B C A B C, so that noise hits all alike. */
export async function throughput(bench: Bench, contestants: readonly Contestant[]): Promise<Results> {
  const results = new Results();
  const [rounds, seconds] = bench.quick ? [1, 0.8] : [3, 2];
  for (let round = 1; round <= rounds; round += 1) {
    const servers = await startAll(bench, contestants);
    try {
      for (const server of servers) await warmUp(bench, server);
      for (const cell of cells(bench.quick)) {
        bench.report(`round ${round} of ${rounds}: ${cell.batch} rows over ${cell.door}, ${cell.hosts} hosts`);
        const [rows, most] = batches[cell.batch];
        const work: Work = { connections, hosts: cell.hosts, rows, most, seconds, warm: seconds / 8 };
        await cellOf(bench, servers, cell, work, results);
      }
    } finally {
      await stopAll(servers);
    }
  }
  return results;
}

/** Compilers have done their work before anything is counted. */
async function warmUp(bench: Bench, server: Serving): Promise<void> {
  server.goOn();
  for (const door of server.contestant.compiles ? server.contestant.doors : []) {
    try {
      await drive(bench.tools, server, door, { connections, hosts: 20, rows: 10, seconds: 1, warm: 1 });
    } catch (error) {
      bench.fail(String(error));
    }
  }
  server.pause();
}

async function cellOf(bench: Bench, servers: Serving[], cell: Cell, work: Work, results: Results): Promise<void> {
  for (const server of servers) {
    if (!server.contestant.doors.includes(cell.door)) continue;
    server.goOn();
    try {
      results.add(server.contestant.name, cell, await drive(bench.tools, server, cell.door, work));
    } catch (error) {
      bench.fail(String(error));
    }
    server.pause();
  }
}

async function startAll({ stage, tools, fail }: Bench, contestants: readonly Contestant[]): Promise<Serving[]> {
  const servers: Serving[] = [];
  for (const contestant of contestants) {
    try {
      const server = await serve(stage, tools, contestant);
      server.pause();
      servers.push(server);
    } catch (error) {
      fail(String(error));
    }
  }
  return servers;
}

/** With their files: what is not written back yet need not be. */
async function stopAll(servers: readonly Serving[]): Promise<void> {
  for (const server of servers) {
    await server.stop();
    rmSync(server.dir, { recursive: true, force: true });
  }
}

/** A block for each door and number of hosts. */
export function throughputTable(results: Results, contestants: readonly Contestant[], quick: boolean): string {
  const all = cells(quick);
  const titleOf = ({ door, hosts }: Cell) => `${door}, ${hosts} hosts`;
  const blocks = [...new Set(all.map(titleOf))].map((title) => {
    const group = all.filter((cell) => titleOf(cell) === title);
    const header = group.flatMap(({ batch }) => [batch === '1' ? '1 row/s' : `by ${batch} /s`, 'CPU µs', 'p99 ms']);
    const able = contestants.filter(({ doors }) => group.some(({ door }) => doors.includes(door)));
    const rows = able.map(({ name, promise }) => [`${name} (${promise})`, ...figures(results, name, group)]);
    return table([title, ...header], rows);
  });
  return blocks.join('\n\n');
}

const figures = (results: Results, name: string, group: readonly Cell[]): string[] =>
  group.flatMap((cell) => [
    figure(
      results.of(name, cell, ({ rate }) => rate),
      0,
    ),
    figure(
      results.of(name, cell, ({ cpu }) => cpu),
      2,
    ),
    figure(
      results.of(name, cell, ({ p99 }) => p99),
      1,
    ),
  ]);
