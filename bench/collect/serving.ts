/** A contestant that listens: started with a folder and ports of its own, paused while others are measured. */
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Running, type Stage, startCommand } from '../running.ts';
import type { Contestant, Door, Ports } from './contestant.ts';
import type { Tools } from './tools.ts';

export interface Serving {
  readonly contestant: Contestant;
  readonly running: Running;
  readonly dir: string;
  readonly port: (door: Door) => number;
  /** Takes no CPU until it goes on. */
  pause(): void;
  goOn(): void;
  stop(): Promise<void>;
}

/** Starts it; resolves when it listens on all its doors. `slow`: each flush takes 25 ms longer. */
export async function serve(stage: Stage, tools: Tools, contestant: Contestant, slow = false): Promise<Serving> {
  const dir = stage.workshop.folder(contestant.name);
  const ports = await freePorts();
  const preload = slow ? ['env', `LD_PRELOAD=${tools.slowSync}`] : [];
  const command = [...tools.pin.server, ...preload, ...contestant.serve(dir, ports)];
  const running = startCommand(stage, contestant.name, dir, command);
  const signal = (name: NodeJS.Signals) => {
    for (const pid of running.pids()) process.kill(pid, name);
  };
  try {
    for (const door of contestant.doors) await untilOpen(ports[door], running);
    await contestant.setUp?.(ports);
  } catch (error) {
    await running.stop();
    throw new Error(`${contestant.name} does not start: ${lastWords(`${dir}.err`) || error}`);
  }
  return {
    contestant,
    running,
    dir,
    port: (door) => ports[door],
    pause: () => signal('SIGSTOP'),
    goOn: () => signal('SIGCONT'),
    async stop() {
      signal('SIGCONT');
      await running.stop();
    },
  };
}

/** The line on stderr that says why, of a program that may print a stack and its version behind it. */
function lastWords(path: string): string {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.find((line) => /error|cannot|fail/i.test(line)) ?? lines.at(-1) ?? '';
}

async function freePorts(): Promise<Ports> {
  const [HTTP = 0, HTTPS = 0, TCP = 0, TLS = 0] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  return { HTTP, HTTPS, TCP, TLS };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      // Closed a moment later, so that four at a time are four different ones.
      setTimeout(() => server.close(() => resolve(typeof address === 'object' && address ? address.port : 0)), 10);
    });
  });
}

async function untilOpen(port: number, running: Running): Promise<void> {
  // It takes a moment until it is in its control group.
  for (let tries = 0; tries < 100 && running.pids().length === 0; tries += 1) await sleep(10);
  for (const until = Date.now() + 15_000; Date.now() < until; await sleep(50)) {
    running.assertAlive();
    if (await isOpen(port)) return;
  }
  throw new Error(`nothing listens on port ${port} after 15 s`);
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
