/** A program that is killed at any moment and comes back, with all that it said. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { environment } from '../program.ts';

export class Lazarus {
  /** Lines of stderr, the last of them. */
  readonly said: string[] = [];
  /** Exits that nobody asked for. */
  readonly deaths: string[] = [];
  private child: ChildProcess | null = null;
  private isWanted = false;
  private readonly command: () => readonly string[];
  private readonly env: Readonly<Record<string, string>>;

  constructor(command: () => readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.command = command;
    this.env = env;
  }

  get isUp(): boolean {
    return this.child !== null;
  }

  start(): void {
    if (this.child) return;
    this.isWanted = true;
    const [program = '', ...args] = this.command();
    const child = spawn(program, args, { env: environment({ env: this.env }), stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said.push(...text.split('\n').filter((line) => line !== ''));
      if (this.said.length > 2000) this.said.splice(0, 1000);
    });
    child.on('exit', (status, signal) => {
      if (this.child !== child) return;
      this.child = null;
      if (this.isWanted) this.deaths.push(`${status ?? signal}: ${this.said.at(-1) ?? ''}`);
    });
    this.child = child;
  }

  /** Sends a signal and waits for the end; the exit status. */
  stop(signal: NodeJS.Signals): Promise<number | null> {
    this.isWanted = false;
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child?.exitCode ?? null);
    const ended = new Promise<number | null>((resolve) => child.on('close', (status) => resolve(status)));
    child.kill(signal);
    return ended;
  }
}

/** Runs a program to its end, while everything else goes on. */
export function ended([program = '', ...args]: readonly string[]): Promise<{ status: number | null; stderr: string }> {
  const child = spawn(program, args, { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stderr }));
  });
}
