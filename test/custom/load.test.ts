/** Recorders that a user wrote. */
import { describe, expect, test } from 'vitest';
import { ownRecorders } from '../../src/custom/index.ts';
import { loadRecorder } from '../../src/custom/load.ts';
import type { Engine } from '../../src/host.ts';
import { recorderOf } from '../fake/recorder.ts';

// biome-ignore lint/suspicious/noExplicitAny: a user's module is anything
type Kit = any;

const good = {
  name: 'mine',
  summary: 'my things',
  key: null,
  sources: ['/proc/mine'],
  open: () => () => {},
};

const engineOf = (load: () => unknown): Engine => ({ load: async () => load() }) as unknown as Engine;

const loaded = (make: unknown) =>
  loadRecorder(
    engineOf(() => ({ default: make })),
    './mine.mjs',
  );

function mine(sdr: Kit, change = {}) {
  return sdr.defineRecorder({
    ...good,
    fields: { size: sdr.gauge('size_bytes', '/proc/mine', 'size') },
    columns: { size_bytes: sdr.level('size', 'size') },
    ...change,
  });
}

describe('--recorder', () => {
  test('takes what the function makes of the kit', async () => {
    expect((await loaded((sdr: Kit) => mine(sdr))).name).toBe('mine');
  });

  test.each([
    ['no default export', undefined, 'expected "export default'],
    ['an object', good, 'expected "export default'],
    ['no recorder', () => 5, 'expected name, summary'],
    ['a recorder without open()', (sdr: Kit) => mine(sdr, { open: undefined }), 'expected name, summary'],
    ['columns that are none', (sdr: Kit) => mine(sdr, { columns: { a: 5 } }), 'expected name, summary'],
    [
      'an operand that is none',
      (sdr: Kit) => mine(sdr, { columns: { a: sdr.level('b', 'c') } }),
      'a: there is no field "b"',
    ],
    ['a name in capitals', (sdr: Kit) => mine(sdr, { name: 'Mine' }), 'name "Mine": expected lower-case'],
    [
      'a function that throws',
      () => {
        throw new Error('no UPS');
      },
      'no UPS',
    ],
  ])('refuses %s', async (_, make, why) => {
    await expect(loaded(make)).rejects.toThrow(`Cannot use recorder ./mine.mjs: ${why}`);
  });

  test('says what is wrong with the file', async () => {
    const failing = engineOf(() => {
      throw new SyntaxError('Unexpected token');
    });
    await expect(loadRecorder(failing, 'x.mjs')).rejects.toThrow('Cannot use recorder x.mjs: Unexpected token');
  });

  test('refuses a name that is taken', async () => {
    const known = [recorderOf('ups')];
    await expect(
      ownRecorders(
        engineOf(() => null),
        known,
        [],
        ['ups=true'],
      ),
    ).rejects.toThrow('There is a recorder ups already');
    await expect(
      ownRecorders(
        engineOf(() => null),
        [],
        [],
        ['a=true', 'a=false'],
      ),
    ).rejects.toThrow('recorder a already');
  });
});
