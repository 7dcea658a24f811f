/** kill -9 at any moment leaves files that every reader takes, and a directory that the next run goes on with. */
import { expect, test } from 'vitest';
import { faults, faultsIn, filesOf, read, times } from './csv.ts';
import { emulated, folder, long, sdr, start } from './program.ts';

const rounds = long ? 500 : emulated ? 20 : 100;

/** Milliseconds that it takes to begin here and now. */
function beginning(): number {
  const before = Date.now();
  sdr(['record', 'cpurec', '20ms', '1']);
  return Date.now() - before;
}

/** Numbers from 0 to 1 that a failed run can be repeated with. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Starts and kills one recorder; what went wrong. Most kills hit a recorder at work, some one that is starting. */
async function killed(recorder: string, interval: string, directory: string, seed: number): Promise<string[]> {
  const wrong: string[] = [];
  const next = random(seed);
  const begins = beginning();
  for (let round = 0; round < rounds; round++) {
    const running = start(['record', recorder, interval, '-o', directory]);
    await new Promise((resolve) => setTimeout(resolve, begins / 2 + next() * (260 + begins)));
    const { signal, status, stderr } = await running.stop('SIGKILL');
    if (signal !== 'SIGKILL') wrong.push(`round ${round} ended by itself with ${status}`);
    if (stderr !== '' && !/^sdr: \S+ ended inside a line: cut \d+ bytes\n$/.test(stderr)) wrong.push(stderr);
  }
  return wrong;
}

/** Reads all files again and again; whole lines must be right, and stay. */
async function watched(directory: string, isOver: () => boolean): Promise<string[]> {
  const wrong: string[] = [];
  const seen = new Map<string, string>();
  while (!isOver()) {
    for (const file of filesOf(directory)) {
      const text = read(file);
      const before = seen.get(file) ?? '';
      if (!text.startsWith(before)) wrong.push(`${file}: what was read is no longer there`);
      for (const fault of faults(text, false)) wrong.push(`${file} while written: ${fault}`);
      seen.set(file, text.slice(0, text.lastIndexOf('\n') + 1));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return wrong;
}

test(`${rounds * 2} kills of two recorders that write while a third process reads leave no wrong line and no dead end`, async () => {
  const directory = folder();
  const seed = Date.now() % 2 ** 31;
  let isOver = false;
  const reader = watched(directory, () => isOver);
  const wrong = await Promise.all([
    killed('cpurec', '10ms', directory, seed),
    killed('sysrec', '20ms', directory, seed + 1),
  ]);
  isOver = true;
  expect({ seed, wrong: wrong.flat(), read: await reader }).toEqual({ seed, wrong: [], read: [] });

  for (const recorder of ['cpurec', 'sysrec']) {
    const before = times(directory, recorder).length;
    expect(before).toBeGreaterThan(rounds);
    expect(sdr(['record', recorder, '20ms', '5', '-o', directory])).toMatchObject({ status: 0, stdout: '' });
    expect(times(directory, recorder)).toHaveLength(before + 5);
    const all = times(directory, recorder).map(Number);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual([...all].sort((a, b) => a - b));
  }
  expect(faultsIn(directory)).toEqual({});
}, 600_000);
