/** A disk that takes 25 ms longer for each flush, one flush at a time, as SD cards do: 200 hosts, 10 rows a request. */
import { rmSync } from 'node:fs';

import { median } from '../statistics.ts';
import { figure, table } from '../table.ts';
import type { Bench } from './bench.ts';
import type { Contestant, Door } from './contestant.ts';
import { drive, type Lap } from './drive.ts';
import { serve } from './serving.ts';

export interface Slowed {
  readonly name: string;
  readonly door: Door;
  readonly laps: Lap[];
}

const work = { connections: 200, hosts: 200, rows: 10, warm: 1 } as const;

export async function slowed(bench: Bench, contestants: readonly Contestant[]): Promise<Slowed[]> {
  const [rounds, seconds] = bench.quick ? [1, 1.5] : [3, 3];
  const found = contestants
    .filter(({ canBeSlowed }) => canBeSlowed)
    .flatMap(({ name, doors }) =>
      doors.filter((door) => door === 'HTTP' || door === 'TCP').map((door): Slowed => ({ name, door, laps: [] })),
    );
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, door, laps } of found) {
      const contestant = contestants.find((one) => one.name === name);
      if (contestant) await lapOf(bench, contestant, door, seconds, laps);
    }
  }
  return found;
}

async function lapOf(bench: Bench, contestant: Contestant, door: Door, seconds: number, laps: Lap[]): Promise<void> {
  const { stage, tools, report, fail } = bench;
  report(`each flush +25 ms, 200 hosts: ${contestant.name} over ${door}`);
  try {
    const server = await serve(stage, tools, contestant, true);
    try {
      laps.push(await drive(tools, server, door, { ...work, seconds }));
    } finally {
      await server.stop();
      rmSync(server.dir, { recursive: true, force: true });
    }
  } catch (error) {
    fail(String(error));
  }
}

export function medianOf({ laps }: Slowed, pick: (lap: Lap) => number): number | null {
  return laps.length > 0 ? median(laps.map(pick)) : null;
}

export function slowTable(found: readonly Slowed[]): string {
  const header = ['each flush +25 ms, 200 hosts, by 10', 'rows/s', 'CPU µs', 'p50 ms', 'p99 ms'];
  const rows = found.map((one) => [
    `${one.name}, ${one.door}`,
    figure(
      medianOf(one, ({ rate }) => rate),
      0,
    ),
    figure(
      medianOf(one, ({ cpu }) => cpu),
      2,
    ),
    figure(
      medianOf(one, ({ p50 }) => p50),
      1,
    ),
    figure(
      medianOf(one, ({ p99 }) => p99),
      1,
    ),
  ]);
  return table(header, rows);
}
