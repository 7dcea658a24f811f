/** Recorders, senders and the collector under everything that can happen: each file of the collector equals the host's byte for byte. */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Chaos } from './chaos/chaos.ts';
import { find, mount, needsRoot } from './needs.ts';
import { folder, long } from './program.ts';

const library = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`;

/** A port that nobody listens on now. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const seconds = long ? 3600 : 60;

test(`${seconds} s of chaos lose, tear and double nothing`, {
  ...needsRoot('unshare'),
  timeout: 2 * seconds * 1000 + 120_000,
}, async (context) => {
  const base = folder();
  const archive = join(base, 'archive');
  mkdirSync(archive);
  mount(context, archive, ['-t', 'tmpfs', '-o', `size=${long ? 512 : 48}m`, 'none']);
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  const chaos = new Chaos({
    folder: base,
    archive,
    isSmall: true,
    port: await freePort(),
    seconds,
    seed,
    clock: find(library),
  });
  onTestFinished(() => chaos.end());
  const outcome = await chaos.run();
  process.stderr.write(`chaos ${seed}: ${JSON.stringify(outcome)}\n`);
  expect({ seed, wrong: outcome.wrong }).toEqual({ seed, wrong: [] });
  expect(outcome.bytes).toBeGreaterThan(100_000);
  for (const deed of ['recorder killed', 'collector killed', 'connections cut'])
    expect(outcome.did).toHaveProperty([deed]);
});
