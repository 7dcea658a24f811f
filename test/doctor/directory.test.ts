/** What `sdr doctor` says of a directory to record into. */
import { expect, test } from 'vitest';
import { writableCheck } from '../../src/doctor/directory.ts';
import type { Files, Stat } from '../../src/host.ts';
import { nodeEngine } from '../../src/hosts/node.ts';

const error = (code: string): Error => Object.assign(new Error(code), { code });

/** Where creating a file meets the error of the longest path that begins its own. */
function checked(refused: Readonly<Record<string, string>>, kind = 'directory') {
  const left = new Set<string>();
  const files: Partial<Files> = {
    stat: () => ({ kind }) as Stat,
    open(path) {
      const code = refused[path.replace(/\/[^/]*$/, '')];
      if (code !== undefined) throw error(code);
      left.add(path);
      return 7;
    },
    close: () => {},
    unlink: (path) => void left.delete(path),
  };
  const engine = { ...nodeEngine(), uid: 990, files: files as Files };
  const check = writableCheck({ engine, recorders: [], root: '', directory: '/data' }, '/data');
  return { ...check, left: left.size };
}

test('one that takes files is good, with notes in it or without, and nothing is left there', () => {
  expect(checked({})).toMatchObject({ ok: true, text: '/data can be written', left: 0 });
  expect(checked({ '/data/.sdr': 'ENOENT' })).toMatchObject({ ok: true, left: 0 });
});

test('one whose notes belong to somebody else is named with them', () => {
  const check = checked({ '/data/.sdr': 'EACCES' });
  expect(check).toMatchObject({ ok: false, text: '/data/.sdr cannot be written (EACCES)', left: 0 });
  expect(check.mend).toBe('chown 990 /data/.sdr, or run sdr as its owner');
});

test('one that takes no files says why, and what is no directory that it is none', () => {
  expect(checked({ '/data': 'EROFS' })).toMatchObject({ ok: false, text: '/data cannot be written (EROFS)' });
  expect(checked({}, 'file')).toMatchObject({ ok: false, text: '/data is not a directory' });
});
