/** The known load: what it does to the machine is said in bytes, frames and requests before it starts. */
import { storageLoad } from './load-storage.ts';
import { wireLoad } from './load-wire.ts';
import { run, sleep } from './shell.ts';

/** What a column of one device must add up to, whatever the kernel says. */
export interface Known {
  readonly recorder: string;
  readonly device: string;
  readonly column: string;
  readonly total: number;
}

/** One part of the load: prepared before the recording starts, run inside its window. */
export interface Part {
  readonly known: readonly Known[];
  readonly run: () => Promise<void>;
}

/** A processor kept busy for some seconds. */
function burn(seconds: number, nice: number): Promise<unknown> {
  return run('timeout', [`${seconds}`, 'nice', '-n', `${nice}`, '/bin/sh', '-c', 'while :; do :; done']);
}

async function processors(): Promise<void> {
  const plain = burn(2.5, 0);
  await sleep(1500);
  await Promise.all([plain, burn(3, 10)]);
}

/** New processes, and two that hand each other small pieces: context switches. */
async function tasks(): Promise<void> {
  await sleep(800);
  const forks = run('/bin/sh', ['-c', 'i=0; while [ $i -lt 400 ]; do /bin/true; i=$((i+1)); done']);
  const pipe = run('/bin/sh', [
    '-c',
    'dd if=/dev/zero bs=512 count=40000 status=none | dd of=/dev/null bs=512 status=none',
  ]);
  await Promise.all([forks, pipe]);
}

/** Makes everything ready in `folder`; throws when something that CI must have is missing. */
export async function prepareLoad(folder: string): Promise<Part[]> {
  const cpu: Part = { known: [], run: processors };
  const fork: Part = { known: [], run: tasks };
  return [cpu, fork, ...(await storageLoad(folder)), ...(await wireLoad(folder))];
}
