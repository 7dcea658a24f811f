import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadState, saveState } from '../src/state.ts';
import type { Shot } from '../src/tape.ts';
import { FakeFiles } from './fake/files.ts';

const path = '/state/s';
const shot: Shot = new Map<string, Uint8Array | string>([
  ['/proc/stat', new TextEncoder().encode('cpu 1\ncpu0 1\n')],
  ['/proc/empty', new Uint8Array(0)],
  ['/proc/binary', Uint8Array.of(0, 10, 255, 9)],
  ['/proc/missing', 'ENOENT'],
]);

function disk(): FakeFiles {
  const files = new FakeFiles();
  files.folders('/state');
  return files;
}

function saved(): FakeFiles {
  const files = disk();
  saveState(files, path, 7, { boot: 'b', now: 12_345, shot });
  return files;
}

describe('state', () => {
  test('comes back as it was', () => {
    const state = loadState(saved(), path);
    expect(state).toMatchObject({ boot: 'b', now: 12_345 });
    expect(state?.shot).toEqual(shot);
  });

  test('leaves no temporary file', () => {
    expect(saved().names('/state')).toEqual(['s']);
  });

  test('is null when there is none', () => {
    expect(loadState(disk(), path)).toBeNull();
  });

  test('that may not be read is an error', () => {
    const files = saved();
    files.fault = (call) => (call === 'open' ? 'EACCES' : undefined);
    expect(() => loadState(files, path)).toThrow('EACCES');
  });

  test('a full disk leaves the state before', () => {
    const files = saved();
    files.fault = (call) => (call === 'write' ? 'ENOSPC' : undefined);
    expect(() => saveState(files, path, 7, { boot: 'b', now: 99, shot })).toThrow('ENOSPC');
    files.fault = null;
    expect(loadState(files, path)?.now).toBe(12_345);
    expect(files.names('/state')).toEqual(['s']);
  });

  test('torn anywhere it is null or has whole answers only', () => {
    const bytes = Buffer.from(saved().text(path), 'latin1');
    for (let length = 0; length < bytes.length; length++) {
      const files = disk();
      files.put(path, bytes.subarray(0, length));
      for (const [file, answer] of loadState(files, path)?.shot ?? []) {
        const whole = shot.get(file);
        if (typeof answer === 'string') expect(whole).toMatch(answer);
        else expect(whole).toEqual(answer);
      }
    }
  });

  test('garbage, in whole or behind a good first line, ends and is no state of another machine', () => {
    assert(
      property(uint8Array({ maxLength: 60 }), (garbage) => {
        const files = disk();
        files.put(path, garbage);
        expect(loadState(files, path)).toBeNull();
        files.put(path, Buffer.concat([Buffer.from('sdr-state-1 b 5\n'), garbage]));
        loadState(files, path);
      }),
    );
  });

  test.each(['-9', '1.5', '1e1', '99', '', 'x'])('a length of %j is no length', (length) => {
    const files = disk();
    files.put(path, `sdr-state-1 b 5\n/a\t${length}\n0123456789abcdef\n`);
    expect(loadState(files, path)).toBeNull();
  });
});
