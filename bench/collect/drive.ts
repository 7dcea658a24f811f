/** One load on one server: what was acknowledged, how fast, and what it cost the server. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { memoryOf } from '../proc.ts';
import type { Door } from './contestant.ts';
import type { Serving } from './serving.ts';
import type { Tools } from './tools.ts';

export interface Work {
  readonly connections: number;
  readonly hosts: number;
  /** Rows a request; with `most`, between the two. */
  readonly rows: number;
  readonly most?: number;
  readonly seconds: number;
  /** Seconds that are not counted, once every file has its first rows. */
  readonly warm: number;
  /** One request every so many seconds on each connection; 0: the next one when the last is answered. */
  readonly pace?: number;
  /** Over how many seconds the connections are opened. */
  readonly ramp?: number;
}

export interface Lap {
  /** Acknowledged rows a second. */
  readonly rate: number;
  /** CPU time of the server per row, µs. */
  readonly cpu: number;
  /** Share of one CPU that the server used, %. */
  readonly share: number;
  /** From the sending of a request, or from when it was due, to its answer, ms. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Requests whose connection still waited for the one before when they were due. */
  readonly late: number;
  /** Answers 429 and 503. */
  readonly busy: number;
  /** Memory of the server when all connections stood, and at the end, bytes. */
  readonly open: number;
  readonly end: number;
}

let runs = 0;

/** Names of files are never used twice, so each run of the load has its number. */
export async function drive(tools: Tools, serving: Serving, door: Door, work: Work): Promise<Lap> {
  const { running, contestant } = serving;
  runs += 1;
  const words = Object.entries({
    ...work,
    to: serving.port(door),
    mode: door === 'HTTP' || door === 'HTTPS' ? 'http' : 'tcp',
    tls: door === 'HTTPS' || door === 'TLS' ? 1 : 0,
    shape: contestant.shape,
    run: runs,
  }).map(([name, value]) => `${name}=${value}`);
  const [program = '', ...rest] = [...tools.pin.load, tools.load, ...words];
  const load = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let failure = '';
  load.stderr.on('data', (chunk) => {
    failure += chunk;
  });
  const closed = new Promise((resolve) => load.once('close', resolve));
  const [memory, cpu] = [
    { open: 0, end: 0 },
    { before: 0, after: 0 },
  ];
  let result: unknown = null;
  const rss = () => memoryOf(running.pids()).rss;
  for await (const line of createInterface(load.stdout)) {
    if (line === 'open') memory.open = rss();
    else if (line === 'begin') cpu.before = running.meter.cpu();
    else {
      cpu.after = running.meter.cpu();
      memory.end = rss();
      result = JSON.parse(line);
    }
  }
  await closed;
  running.assertAlive();
  if (!isCounted(result))
    throw new Error(`${contestant.name} over ${door}: ${failure.trim() || 'the load ended early'}`);
  const used = cpu.after - cpu.before;
  return {
    ...result,
    ...memory,
    rate: result.rows / result.seconds,
    cpu: (1000 * used) / result.rows,
    share: used / 10 / result.seconds,
  };
}

type Counted = Readonly<Record<'seconds' | 'rows' | 'p50' | 'p99' | 'max' | 'late' | 'busy', number>>;

const isCounted = (value: unknown): value is Counted => typeof value === 'object' && value !== null && 'rows' in value;
