/** Ten thousand hosts that stay connected and send 10 rows every 10 s each. */
import { figure, megabytes, table } from '../table.ts';
import type { Bench } from './bench.ts';
import type { Contestant, Door } from './contestant.ts';
import { drive, type Lap, type Work } from './drive.ts';
import { serve } from './serving.ts';

export interface Crowd {
  readonly name: string;
  readonly door: Door;
  readonly slow: boolean;
  readonly lap: Lap;
  /** Memory of the server before, when it had served 32 connections at full speed, bytes. */
  readonly before: number;
}

export const many = 10_000;

/** Bytes of memory that each connection took, with all that is known of its host. */
export const perConnection = ({ before, lap }: Crowd): number => (lap.end - before) / many;

interface Case {
  readonly contestant: Contestant;
  readonly door: Door;
  readonly slow: boolean;
}

export async function crowds(bench: Bench, ours: Contestant, reference: Contestant | undefined): Promise<Crowd[]> {
  const found: Crowd[] = [];
  for (const one of cases(bench.quick, ours, reference)) {
    bench.report(`${many} connections: ${titleOf(one.contestant.name, one)}`);
    try {
      found.push(await crowd(bench, one));
    } catch (error) {
      bench.fail(String(error));
    }
  }
  return found;
}

function cases(quick: boolean, ours: Contestant, reference: Contestant | undefined): Case[] {
  const plain = ours.doors.map((door): Case => ({ contestant: ours, door, slow: false }));
  const slow: Case = { contestant: ours, door: 'TCP', slow: true };
  if (quick) return [...plain.filter(({ door }) => door === 'TCP')];
  const beside: Case[] = reference ? [{ contestant: reference, door: 'TCP', slow: false }] : [];
  return [...plain, ...beside, slow, { ...slow, door: 'HTTP' }];
}

async function crowd(bench: Bench, { contestant, door, slow }: Case): Promise<Crowd> {
  const { stage, tools, quick } = bench;
  const server = await serve(stage, tools, contestant, slow);
  try {
    // Code is compiled and heaps have grown before memory is looked at.
    const before = await drive(tools, server, door, { connections: 32, hosts: 32, rows: 10, seconds: 2, warm: 1 });
    const isSecure = door === 'HTTPS' || door === 'TLS';
    const work: Work = {
      connections: many,
      hosts: many,
      rows: 10,
      seconds: quick ? 10 : 20,
      warm: 1,
      pace: 10,
      // A full handshake costs both sides more than a million cycles.
      ramp: isSecure ? 20 : 8,
    };
    return { name: contestant.name, door, slow, lap: await drive(tools, server, door, work), before: before.end };
  } finally {
    // Its files stay until the end: ext4 is slow to make new ones where many have just been removed.
    await server.stop();
  }
}

const titleOf = (name: string, { door, slow }: Pick<Crowd, 'door' | 'slow'>): string =>
  `${name}, ${door}${slow ? ', each flush +25 ms' : ''}`;

export function crowdTable(found: readonly Crowd[]): string {
  const header = [`${many} connections, 10 rows every 10 s`, 'rows/s', 'p50 ms', 'p99 ms', 'max ms', 'late', 'CPU %'];
  const rows = found.map((crowd) => {
    const { lap, before } = crowd;
    const times = [figure(lap.p50, 1), figure(lap.p99, 1), figure(lap.max, 1), String(lap.late)];
    const memory = [megabytes(before), megabytes(lap.end), figure(perConnection(crowd) / 1000, 1)];
    return [titleOf(crowd.name, crowd), figure(lap.rate, 0), ...times, figure(lap.share, 1), ...memory];
  });
  return table([...header, 'MB before', 'MB', 'kB each'], rows);
}
