/**
 * `node --import tsx load.ts DIR [unsynced]`: an archive under load, to be killed. Tells on stdout, a line each, what was acknowledged:
 * `<host>/<file> <next>`. With `unsynced` nothing is made durable.
 */
import { Archive } from '../../../src/collect/archive/index.ts';
import { nodeStore } from '../../../src/collect/archive/store.ts';
import { keyOf } from '../../../src/wire/answer.ts';
import { frameOf } from './frames.ts';
import type { Sending } from './sendings.ts';
import { sendings } from './sendings.ts';

const [path = '', mode = ''] = process.argv.slice(2);
const store =
  mode === 'unsynced'
    ? { ...nodeStore, sync: async () => {}, syncAll: async () => true, syncDirectory: async () => {} }
    : nodeStore;
const report = (line: string) => void process.stderr.write(`${line}\n`);
const archive = await Archive.open({ path, store, report, journalBytes: 256 * 1024, openFiles: 4 });

/** Sends one file from where the archive is to its end. */
async function send(sending: Sending): Promise<void> {
  const { host, file, content, lines } = sending;
  let next = await told(sending, 0, 0);
  for (let step = 0; next < content.length; step++) {
    const from = lines.indexOf(next);
    const back = step % 7 === 0 ? 2 : 0;
    const to = Math.min(lines.length - 1, from + 1 + ((step * 31) % 40));
    next = await told(sending, lines[Math.max(0, from - back)] as number, lines[to] as number);
    await print(`${keyOf({ host, file })} ${next}\n`);
  }
}

const print = (line: string) => new Promise((resolve) => process.stdout.write(line, resolve));

async function told({ host, file, content }: Sending, from: number, to: number): Promise<number> {
  const [verdict] = await archive.append([frameOf(content, from, to, { host, file })]);
  if (!verdict || 'status' in verdict) throw new Error(verdict?.error ?? 'no verdict');
  return verdict.next;
}

await Promise.all(sendings().map(send));
await archive.close();
