/** What is no file, written down and given back. */
import { describe, expect, test } from 'vitest';
import type { Ran, Space, System } from '../src/host.ts';
import { frameOf, TapeError } from '../src/tape.ts';
import { noSystem, playbackSystem, recordingSystem } from '../src/tape-system.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text));
const ran = (stdout: string, rest: Partial<Ran> = {}): Ran => ({
  stdout: bytes(stdout),
  stderr: bytes(''),
  status: 0,
  failure: '',
  ...rest,
});
const space: Space = { totalBytes: 9e15, freeBytes: 5, availableBytes: 4, inodes: 3, inodesFree: 2 };

/** What a tape says of a system, seen through a recording of it. */
function taped(live: Partial<System>, root = ''): { live: System; tape: System; paths: () => string[] } {
  const shot = new Map<string, Uint8Array | string>();
  const system = { ...noSystem, ...live };
  return {
    live: recordingSystem(
      () => system,
      root,
      (path, answer) => shot.set(path, answer),
    ),
    tape: playbackSystem(() => frameOf(shot)),
    paths: () => [...shot.keys()],
  };
}

function answerOf(system: System, program: string, args: readonly string[]): Ran {
  let found: Ran | null = null;
  system.run(program, args, 1000, (answer) => {
    found = answer;
  });
  return found as unknown as Ran;
}

describe('a recorded system', () => {
  test.each([
    ['a table', ran('NAME\n')],
    ['bytes that are no text', ran('', { stdout: Uint8Array.of(0, 255, 10, 195) })],
    ['words on stderr and a status', ran('half', { stderr: bytes('no\n'), status: 3 })],
    ['a program that was killed', ran('', { status: null })],
    ['one that took too long', ran('table 1\n', { status: null, failure: 'ETIMEDOUT' })],
    ['one that is not there', ran('', { status: null, failure: 'ENOENT' })],
  ])('gives back %s', (_, answer) => {
    const { live, tape } = taped({ run: (_program, _args, _limit, then) => then(answer) });
    answerOf(live, '/usr/sbin/xentop', ['-b', '-d1']);
    const again = answerOf(tape, '/usr/sbin/xentop', ['-b', '-d1']);
    expect({ ...again, stdout: [...again.stdout], stderr: [...again.stderr] }).toEqual({
      ...answer,
      stdout: [...answer.stdout],
      stderr: [...answer.stderr],
    });
  });

  test('tells two runs of a program apart by their words', () => {
    const { live, tape, paths } = taped({ run: (_program, [word = ''], _limit, then) => then(ran(word)) });
    answerOf(live, 'vcgencmd', ['measure_temp']);
    answerOf(live, 'vcgencmd', ['/etc/x']);
    expect(Buffer.from(answerOf(tape, 'vcgencmd', ['measure_temp']).stdout).toString()).toBe('measure_temp');
    expect(paths()).toEqual(['/programs/vcgencmd_measure_temp.out', '/programs/vcgencmd_%2Fetc%2Fx.out']);
  });

  test('gives back where a program is, or that it is nowhere', () => {
    const { live, tape } = taped({ find: (program) => (program === 'xentop' ? '/usr/sbin/xentop' : null) });
    live.find('xentop', []);
    live.find('vcgencmd', []);
    expect(tape.find('xentop', [])).toBe('/usr/sbin/xentop');
    expect(tape.find('vcgencmd', [])).toBe(null);
  });

  test('gives back facts, and that there are none', () => {
    const { live, tape } = taped({ fact: (name) => (name === 'arch' ? 'armv6l' : null) });
    live.fact('arch');
    live.fact('uid');
    expect([tape.fact('arch'), tape.fact('uid')]).toEqual(['armv6l', null]);
  });

  test('gives back space without the root, and how asking for it failed', () => {
    const system = {
      space(path: string): Space {
        if (path === '/host/mnt 50%') return space;
        throw new TapeError('EIO', path);
      },
      askSpace: (_path: string, _limit: number, then: (answer: Space | string) => void) => then('ETIMEDOUT'),
    };
    const { live, tape, paths } = taped(system, '/host');
    live.space('/host/mnt 50%');
    expect(() => live.space('/host')).toThrow('EIO');
    live.askSpace('/host/nfs', 1000, () => {});
    expect(paths()).toEqual(['/space/%2Fmnt 50%25', '/space/%2F', '/space/%2Fnfs']);
    expect(tape.space('/mnt 50%')).toEqual(space);
    expect(() => tape.space('/')).toThrow('EIO');
    const answers: unknown[] = [];
    tape.askSpace('/nfs', 1000, (answer) => answers.push(answer));
    expect(answers).toEqual(['ETIMEDOUT']);
  });
});
