/** Running other programs, and putting back whatever a run has changed on the machine. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const env = { ...process.env, LC_ALL: 'C', S_TIME_FORMAT: 'ISO', S_COLORS: 'never' };
const children = new Set<ChildProcess>();
const undo: (() => void)[] = [];

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Never rejects: what came of it is in the result. */
export function run(program: string, args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    // A process group of its own: whatever it has started ends with it.
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    children.add(child);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      out.stderr += chunk;
    });
    child.on('error', (error) => {
      out.stderr += error.message;
    });
    child.on('close', (code) => {
      children.delete(child);
      resolve({ code, ...out });
    });
  });
}

/** A shell line that must succeed. */
export async function must(line: string): Promise<string> {
  const { code, stdout, stderr } = await run('/bin/sh', ['-ec', line]);
  if (code !== 0) throw new Error(`${line}: exit ${code}: ${stderr.trim()}`);
  return stdout.trim();
}

/** What to do at the end, whatever the end is. Last in, first out. */
export function atEnd(line: string): void {
  undo.push(() => execFileSync('/bin/sh', ['-c', line], { stdio: 'ignore', env }));
}

function cleanUp(): void {
  const kills = [...children].map(
    ({ pid }) =>
      () =>
        pid !== undefined && process.kill(-pid, 'SIGKILL'),
  );
  for (const step of [...kills, ...undo.splice(0).reverse()]) {
    try {
      step();
    } catch {
      // One thing that cannot be undone (it is gone already) must not keep the others.
    }
  }
}

process.on('exit', cleanUp);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

function has(tool: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  return folders.some((folder) => existsSync(join(folder, tool)));
}

/** Tools of these that are missing: a failure in CI, elsewhere a part that is left out. */
export function lacking(tools: readonly string[], what: string): boolean {
  const gone = tools.filter((tool) => !has(tool));
  if (gone.length === 0) return false;
  if (process.env['CI']) throw new Error(`${what} needs ${gone.join(', ')}: not installed`);
  console.log(`left out: ${what} (${gone.join(', ')} not installed)`);
  return true;
}

/** What the kernel refuses is left out everywhere, with one line. */
export async function unlessRefused<T>(what: string, make: () => Promise<T>): Promise<T | null> {
  try {
    return await make();
  } catch (error) {
    console.log(`left out: ${what} (${error instanceof Error ? error.message.split('\n')[0] : error})`);
    return null;
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
