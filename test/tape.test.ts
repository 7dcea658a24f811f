/** A machine's answers, taken along and given back. */

import { describe, expect, test } from 'vitest';
import { recorders } from '../recorders/index.ts';
import { Csv } from '../src/formats/csv.ts';
import type { Files } from '../src/host.ts';
import { Job } from '../src/job.ts';
import { Machine } from '../src/machine.ts';
import type { Shot } from '../src/tape.ts';
import { frameOf, keep, Playback, recording } from '../src/tape.ts';
import { Text } from '../src/text.ts';
import { viewOf } from '../src/view.ts';
import { FakeFiles } from './fake/files.ts';
import { sampled } from './fake/job.ts';
import { ableHere, install, kernel } from './fake/kernel.ts';

const samples = 6;

/** Rows of a recorder over files that `turn` changes before each sample. */
function rows(recorder: (typeof recorders)[number], files: Files, turn: (sample: number) => void): string {
  const machine = new Machine(files, '', () => {});
  turn(0);
  machine.begin(1000);
  const job = new Job(
    recorder,
    viewOf(recorder),
    machine,
    () => true,
    () => {},
  );
  const csv = new Csv();
  const out = new Text();
  for (let i = 0; i < samples; i++) {
    turn(i);
    machine.begin(1000 + i * 7000);
    const batch = sampled(job, 1000 + i * 7000, i * 7000);
    if (batch) csv.rows(batch, out);
  }
  return Buffer.from(out.view()).toString();
}

/** A kernel whose counters grow, where a disk comes and PSI is refused. */
function changing(): { files: FakeFiles; turn: (sample: number) => void } {
  const files = new FakeFiles();
  install(files, kernel);
  files.fault = (call, path) => (call === 'read' && path.includes('pressure/io') ? 'EOPNOTSUPP' : undefined);
  return {
    files,
    turn(sample) {
      for (const path of ['/proc/stat', '/proc/net/dev', '/proc/vmstat']) {
        files.put(
          path,
          (kernel[path] as string).replace(/ (\d+)0\b/g, (_, n: string) => ` ${Number(n) + sample * 3}0`),
        );
      }
      const more = sample > 2 ? '8 16 sdb 1 2 3 4 5 6 7 8 9 10 11\n' : '';
      files.put('/proc/diskstats', (kernel['/proc/diskstats'] as string) + more);
    },
  };
}

describe.each(ableHere(recorders))('$name', (recorder) => {
  test('gives the same rows from a tape of its answers', () => {
    const { files, turn } = changing();
    const shots: Shot[] = [];
    let shot: Shot = new Map();
    const live = rows(
      recorder,
      recording(files, (path, answer) => keep(shot, path, answer)),
      (sample) => {
        turn(sample);
        // What is not asked again is what it was.
        shot = new Map(shot);
        shots[sample] = shot;
      },
    );
    const tape = new Playback(frameOf(shots[0] as Shot));
    const played = rows(recorder, tape, (sample) => {
      tape.frame = frameOf(shots[sample] as Shot);
    });
    expect(live.split('\n').length).toBeGreaterThan(samples - 2);
    expect(played).toBe(live);
  });
});

describe('Playback', () => {
  const tape = () =>
    new Playback(
      frameOf(
        new Map<string, Uint8Array | string>([
          ['/a', Uint8Array.of(1, 2, 3)],
          ['/e', 'EACCES'],
          ['/d/', new Uint8Array(0)],
        ]),
      ),
    );

  test('answers what was answered, errors too', () => {
    const files = tape();
    const fd = files.open('/a', 'read');
    const bytes = new Uint8Array(8);
    expect([files.read(fd, bytes, 0, 8, 0), files.read(fd, bytes, 0, 8, 2), files.read(fd, bytes, 0, 8, 9)]).toEqual([
      3, 1, 0,
    ]);
    expect(() => files.open('/e', 'read')).toThrow('EACCES');
    expect(() => files.open('/x', 'read')).toThrow('ENOENT');
    expect(files.stat('/d').kind).toBe('directory');
  });

  test('changes nothing', () => {
    const files = tape();
    expect(() => files.open('/a', 'append')).toThrow('EROFS');
    expect(() => files.unlink('/a')).toThrow('EROFS');
    expect(() => files.rename('/a')).toThrow('EROFS');
  });

  test('a file that is missing in the next frame has gone stale', () => {
    const files = tape();
    const fd = files.open('/a', 'read');
    files.frame = frameOf(new Map());
    expect(() => files.read(fd, new Uint8Array(1), 0, 1, 0)).toThrow('ENODEV');
  });
});
