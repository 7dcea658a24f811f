/**
 * A process of the Node host, and the program that it runs: `runs PROGRAM` starts a program that never ends, says so when that has
 * left its number, and waits, or ends as it is told; `asks PATH` asks for the space there, and has nothing else to do.
 */
import { spawn } from 'node:child_process';
import { existsSync, writeSync } from 'node:fs';
import { nodeEngine } from '../../src/hosts/node.ts';

/** Starts one; whoever does must end it. */
export function starter(...args: readonly string[]) {
  const words = ['--import', 'tsx', import.meta.filename, ...args];
  return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
}

const { system, exit } = nodeEngine();
const say = (text: string) => writeSync(1, `${text}\n`);

const ends: Readonly<Record<string, () => void>> = {
  exit: () => exit(3),
  throw() {
    throw new Error('on purpose');
  },
};

function runs(program: string, how = ''): void {
  system.run(program, [], 600_000, () => say('answered'));
  const timer = setInterval(() => {
    if (!existsSync(`${program}.pid`)) return;
    clearInterval(timer);
    say('ready');
    ends[how]?.();
  }, 10);
}

const asks = (path: string): void => system.askSpace(path, 300, (answer) => say(JSON.stringify(answer)));

function main([what, path = '', how]: readonly string[]): void {
  if (what === 'runs') runs(path, how);
  else asks(path);
}

if (import.meta.filename === process.argv[1]) main(process.argv.slice(2));
