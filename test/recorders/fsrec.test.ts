/** File systems that answer late or never: the others have their rows, nothing is asked twice, nobody waits for the dead. */
import { describe, expect, test } from 'vitest';
import { fsrec } from '../../recorders/fsrec.ts';
import type { Batch } from '../../src/batch.ts';
import type { SdrError } from '../../src/errors.ts';
import type { Space } from '../../src/host.ts';
import { Job } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import type { Wanted } from '../../src/recorder.ts';
import { everything } from '../../src/recorder.ts';
import { noSystem } from '../../src/tape-system.ts';
import { viewOf } from '../../src/view.ts';
import { FakeError, FakeFiles } from '../fake/files.ts';

const space: Space = { totalBytes: 1000, freeBytes: 400, availableBytes: 300, inodes: 10, inodesFree: 5 };
const root = '27 1 8:2 / / rw - ext4 /dev/sda2 rw\n';
const nas = '28 27 0:40 / /nas rw - nfs4 nas:/ rw,hard\n';
const all: Wanted = () => true;

/** A machine whose answers the test gives, and a recording of it. */
function recorded(mountinfo: string | null, { wanted = all, at = '' }: { wanted?: Wanted; at?: string } = {}) {
  const files = new FakeFiles();
  if (mountinfo !== null) files.put(`${at}/proc/self/mountinfo`, mountinfo);
  const asked: { readonly path: string; readonly limit: number; then(answer: Space | string): void }[] = [];
  const now: string[] = [];
  const warnings: string[] = [];
  const broken = new Map<string, string>();
  let clock = 0;
  const warn = (_: string, message: string): void => {
    if (!warnings.includes(message)) warnings.push(message);
  };
  const system = {
    ...noSystem,
    space(path: string): Space {
      now.push(path);
      const code = broken.get(path);
      if (code !== undefined) throw new FakeError(code, path);
      return space;
    },
    askSpace: (path: string, limit: number, then: (answer: Space | string) => void) =>
      asked.push({ path, limit, then }),
  };
  const machine = new Machine(files, at, warn, { system, moment: () => clock });
  machine.begin(0);
  const job = new Job(fsrec, viewOf(fsrec), machine, wanted, warn);
  const rows: string[] = [];
  const write = ({ time, rows: entries }: Batch) => rows.push(`${time}: ${entries.map(({ key }) => key).join(' ')}`);
  return {
    files,
    /** Paths asked at the tick. */
    now,
    /** Questions beside the tick that are not answered yet. */
    asked,
    warnings,
    rows,
    broken,
    /** A tick at some second; the answer to what is asked there, in that order. */
    tick(seconds: number, ...answers: readonly (Space | string)[]): void {
      clock = 1000 * seconds;
      machine.begin(clock);
      job.sample(clock, seconds, false, write);
      for (const answer of answers) asked.shift()?.then(answer);
    },
    later(seconds: number): void {
      clock = 1000 * seconds;
    },
    mount(text: string): void {
      files.put(`${at}/proc/self/mountinfo`, text);
    },
    isBusy: () => job.busy,
  };
}

describe('a file system that may hang', () => {
  test('is asked beside the tick with a limit of 2 s; the rows of all wait for it, no longer', () => {
    const { tick, asked, rows, now, isBusy } = recorded(root + nas);
    tick(60);
    expect(asked.map(({ path, limit }) => [path, limit])).toEqual([['/nas', 2000]]);
    expect({ now, rows, busy: isBusy() }).toEqual({ now: ['/'], rows: [], busy: true });
    asked[0]?.then(space);
    expect({ rows, busy: isBusy() }).toEqual({ rows: ['60: / /nas'], busy: false });
  });

  test('has its row where the kernel lists it, whoever answers first', () => {
    const other = '29 27 0:41 / /other rw - cifs //a rw\n';
    const { tick, asked, rows } = recorded(nas + root + other);
    tick(60);
    asked[1]?.then(space);
    expect(rows).toEqual([]);
    asked[0]?.then(space);
    expect(rows).toEqual(['60: /nas / /other']);
  });

  test('several that are dead cost one limit together, and a warning each', () => {
    const { tick, asked, rows, warnings } = recorded(`${root}${nas}29 27 0:41 / /b rw - nfs b:/ rw\n`);
    tick(60);
    expect(asked.length).toBe(2);
    tick(60, 'ETIMEDOUT', 'ETIMEDOUT');
    expect(rows).toEqual(['60: /']);
    expect(warnings.filter((text) => text.includes('does not answer'))).toEqual([
      'fsrec: /nas (nfs4) does not answer within 2 s; it has no row until it does again',
      'fsrec: /b (nfs) does not answer within 2 s; it has no row until it does again',
    ]);
  });

  test('is not asked when nobody named it', () => {
    const { tick, asked, rows } = recorded(root + nas, { wanted: everything });
    tick(60);
    expect({ asked, rows }).toEqual({ asked: [], rows: ['60: /'] });
  });

  test('is asked for nothing when it is not the one that was named', () => {
    const { tick, asked, rows, now } = recorded(root + nas, { wanted: (key) => key === '/other' });
    tick(60);
    expect({ asked, rows, now }).toEqual({ asked: [], rows: [], now: [] });
  });

  test('is not asked when somebody does not want it', () => {
    const ntfs = '29 27 8:17 / /usb rw - fuseblk /dev/sdb1 rw\n';
    const { tick, asked, rows } = recorded(root + ntfs, { wanted: (key, named) => !named && key !== '/usb' });
    tick(60);
    expect({ asked, rows }).toEqual({ asked: [], rows: ['60: /'] });
  });
});

describe('one that was silent', () => {
  test('is looked for after 1, 2, 4 … 60 minutes, and nothing waits for that', () => {
    const { tick, asked, rows, isBusy } = recorded(root + nas);
    tick(0, 'ETIMEDOUT');
    const seen: number[] = [];
    for (let minute = 1; minute <= 250; minute++) {
      tick(60 * minute);
      expect(isBusy()).toBe(false);
      if (asked.length === 0) continue;
      seen.push(minute);
      asked.shift()?.then('ETIMEDOUT');
    }
    expect(seen).toEqual([1, 3, 7, 15, 31, 63, 123, 183, 243]);
    expect(new Set(rows.map((row) => row.split(': ')[1]))).toEqual(new Set(['/']));
  });

  test('is not asked again while that is on its way', () => {
    const { tick, asked } = recorded(root + nas);
    tick(0, 'ETIMEDOUT');
    for (let minute = 1; minute < 10; minute++) tick(60 * minute);
    expect(asked.length).toBe(1);
  });

  test('has rows again from the sample after its answer, and dies as ever', () => {
    const { tick, asked, rows } = recorded(root + nas);
    tick(0, 'ETIMEDOUT');
    tick(60, space);
    tick(120, space);
    tick(180, 'ETIMEDOUT');
    tick(210);
    expect(asked).toEqual([]);
    expect(rows).toEqual(['0: /', '60: /', '120: / /nas', '180: /', '210: /']);
  });

  test('an errno is an answer: it is asked again at the next sample', () => {
    const { tick, rows, warnings } = recorded(root + nas);
    tick(0, 'ESTALE');
    tick(60, space);
    expect(rows).toEqual(['0: /', '60: / /nas']);
    expect(warnings).toEqual(['fsrec: Cannot ask /nas: ESTALE; it has no row']);
  });

  test('is forgotten when it is unmounted, and asked at once when it is there anew', () => {
    const { tick, mount, rows } = recorded(root + nas);
    tick(0, 'ETIMEDOUT');
    mount(root);
    tick(10);
    mount(root + nas);
    tick(20, space);
    expect(rows).toEqual(['0: /', '10: /', '20: / /nas']);
  });

  test('an answer that comes when it is unmounted already changes nothing', () => {
    const { tick, mount, asked, rows } = recorded(root + nas);
    tick(0, 'ETIMEDOUT');
    tick(60);
    mount(root);
    tick(70);
    asked.shift()?.then(space);
    tick(80);
    expect(rows).toEqual(['0: /', '60: /', '70: /', '80: /']);
  });
});

describe('fsrec', () => {
  test('asks for a local disk below a server beside the tick: the way to it leads through the server', () => {
    const { tick, asked, now } = recorded(`${root}${nas}30 28 8:33 / /nas/disk rw - ext4 /dev/sdc1 rw\n`, {
      wanted: everything,
    });
    tick(60);
    expect({ now, asked: asked.map(({ path }) => path) }).toEqual({ now: ['/'], asked: ['/nas/disk'] });
  });

  test('asks by the name that the mount has, and never for one whose name is no UTF-8', () => {
    const odd = Buffer.from('28 27 8:3 / /a\\040b\\134ü rw - ext4 x rw\n29 27 8:4 / /%41 rw - ext4 x rw\n');
    const { tick, now, warnings, files } = recorded(root);
    files.put(
      '/proc/self/mountinfo',
      Buffer.concat([Buffer.from(root), odd, Buffer.from('30 27 8:5 / /\xff rw - ext4 x rw\n', 'latin1')]),
    );
    tick(60);
    expect(now).toEqual(['/', '/a b\\ü', '/%41']);
    expect(warnings).toEqual(['fsrec: Cannot ask /%FF: EILSEQ; it has no row']);
  });

  test('says nothing of what went between the list and the question', () => {
    const { tick, broken, rows, warnings } = recorded(root);
    broken.set('/', 'ENOENT');
    tick(60);
    expect({ rows, warnings }).toEqual({ rows: [], warnings: [] });
  });

  test('goes on when the list is broken for once', () => {
    const { tick, mount, rows, warnings } = recorded(root);
    mount('garbage\n');
    tick(60);
    mount(root);
    tick(120);
    expect(rows).toEqual(['120: /']);
    expect(warnings).toEqual([
      'fsrec: Cannot parse /proc/self/mountinfo: expected a mount, got "garbage"; sample skipped',
    ]);
  });

  test('begins on a machine whose list is broken at that moment', () => {
    const { tick, mount, rows } = recorded('garbage\n');
    mount(root);
    tick(60);
    expect(rows).toEqual(['60: /']);
  });

  test.each([
    ['there is no list', null, 'This machine has no /proc/self/mountinfo'],
    [
      'there is nothing to tell',
      '1 0 0:2 / /proc rw - proc proc rw\n',
      'This machine has no file system but pseudo ones: --devices names those',
    ],
  ])('is not available where %s', (_, text, message) => {
    let error: unknown;
    try {
      recorded(text, { wanted: everything });
    } catch (thrown) {
      error = thrown;
    }
    expect([(error as SdrError).exit, (error as SdrError).message]).toEqual(['unavailable', message]);
  });

  test('waits for what is named and not mounted yet', () => {
    const { tick, mount, rows } = recorded(root, { wanted: (key) => key === '/media/usb' });
    tick(60);
    mount(`${root}31 27 8:17 / /media/usb rw - vfat /dev/sdb1 rw\n`);
    tick(120);
    expect(rows).toEqual(['120: /media/usb']);
  });

  test('with --root tells of the host: its first process has the list, its paths are below', () => {
    const files = new FakeFiles();
    files.put('/host/proc/self/mountinfo', '9 0 0:40 / / rw - overlay overlay rw\n10 9 8:2 / /host rw - ext4 x rw\n');
    files.put('/host/proc/1/mountinfo', `${root}28 27 8:3 / /home ro - ext4 x rw\n`);
    const paths: string[] = [];
    const system = {
      ...noSystem,
      space(path: string): Space {
        paths.push(path);
        return space;
      },
    };
    const machine = new Machine(files, '/host', () => {}, { system });
    machine.begin(0);
    const job = new Job(fsrec, viewOf(fsrec), machine, everything, () => {});
    let cells: (number | undefined)[][] = [];
    job.sample(0, 0, false, ({ rows }) => {
      cells = rows.map((row) => [...row.cells].slice(-1));
    });
    expect({ paths, cells }).toEqual({ paths: ['/host/', '/host/home'], cells: [[0], [1]] });
  });
});
