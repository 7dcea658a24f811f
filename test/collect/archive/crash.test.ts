/** The power is cut, the process is killed, at any call: what was acknowledged is there, and nothing twice. */
import { beforeEach, describe, expect, test } from 'vitest';
import { below, random } from '../../fake/random.ts';
import { Disk } from './disk.ts';
import { Fleet } from './fleet.ts';
import { archiveOn } from './frames.ts';
import { DiskError, PowerCut } from './inode.ts';

const rounds = process.env['LONG'] === '1' ? 4000 : 400;
const limit = { timeout: 1_200_000 };

/** Bytes, over all lives: a test in which nothing is acknowledged shows nothing. */
let acknowledged = 0;
beforeEach(() => {
  acknowledged = 0;
});

/** One life of a disk: some runs of the archive, each ended at a random call; returns what is wrong. */
async function life(seed: number, runs: number, end: (disk: Disk) => Disk): Promise<string[]> {
  const next = random(seed);
  const fleet = new Fleet(next);
  let disk = new Disk(next);
  for (let run = 0; run < runs; run++) {
    let calls = below(next, 260);
    disk.before = () => {
      if (calls-- <= 0) throw new PowerCut();
    };
    await use(disk, fleet, below(next, 40));
    disk = end(disk);
    // Starting again may be cut short, too.
    while (next() < 0.6) disk = await startThenEnd(disk, below(next, 120), end);
    const whole = await archiveOn(disk, { journalBytes: 12_288 });
    const faults = fleet.faults(disk);
    if (faults.length > 0) return [`seed ${seed}, run ${run}`, ...faults];
    if (next() < 0.5) await whole.close();
    disk = end(disk);
  }
  acknowledged += fleet.acknowledged;
  return [];
}

/** Starts an archive; ends that at a call. */
async function startThenEnd(disk: Disk, calls: number, end: (disk: Disk) => Disk): Promise<Disk> {
  let left = calls;
  disk.before = () => {
    if (left-- <= 0) throw new PowerCut();
  };
  await archiveOn(disk, { journalBytes: 12_288 }).catch((error) => {
    if (!(error instanceof PowerCut)) throw error;
  });
  return end(disk);
}

/** Sends until the power goes or some requests were answered. */
async function use(disk: Disk, fleet: Fleet, requests: number): Promise<void> {
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    const before = disk.before;
    disk.before = (call) => {
      try {
        before(call);
      } catch (error) {
        isOver = true;
        setImmediate(resolve);
        throw error;
      }
    };
  });
  const work = async () => {
    const archive = await archiveOn(disk, { journalBytes: 12_288 });
    for (let sent = 0; sent < requests && !isOver; sent++) await fleet.send(archive);
  };
  await Promise.race([work().catch(rethrowUnless(() => isOver)), ended]);
}

const rethrowUnless = (holds: () => boolean) => (error: unknown) => {
  if (!holds()) throw error;
};

describe('the archive', () => {
  test('has every acknowledged byte once after power cuts at any call', limit, async () => {
    for (let seed = 1; seed <= rounds; seed++) expect(await life(seed, 5, (disk) => disk.cut())).toEqual([]);
    expect(acknowledged / rounds).toBeGreaterThan(5000);
  });

  test('has every acknowledged byte once after kills at any call', limit, async () => {
    for (let seed = 1; seed <= rounds / 4; seed++) expect(await life(seed, 5, (disk) => disk.kill())).toEqual([]);
    expect(acknowledged / rounds).toBeGreaterThan(1000);
  });

  test('has every acknowledged byte once on a disk that fails now and then', limit, async () => {
    for (let seed = 1; seed <= rounds / 2; seed++) {
      const next = random(seed);
      const fleet = new Fleet(next);
      let disk = new Disk(next);
      let now = 0;
      for (let run = 0; run < 4; run++) {
        let archive = await archiveOn(disk, { now: () => now });
        disk.before = (call) => {
          if (next() < 0.02 && call !== 'lock') throw new DiskError(next() < 0.5 ? 'EIO' : 'ENOSPC');
        };
        for (let sent = 0; sent < 30; sent++) {
          await fleet.send(archive);
          now += 700;
        }
        disk.before = () => {};
        disk = disk.cut();
        archive = await archiveOn(disk);
        expect([seed, run, fleet.faults(disk)]).toEqual([seed, run, []]);
        disk = disk.kill();
      }
      acknowledged += fleet.acknowledged;
    }
    expect(acknowledged / rounds).toBeGreaterThan(1000);
  });
});
