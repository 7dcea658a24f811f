/** File systems: which are shown, which are asked, and what one costs that never answers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fsrec } from '../../recorders/fsrec.ts';
import type { Space } from '../../src/host.ts';
import { Job, whenIdle } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import { mountinfo, visible } from '../../src/proc/mountinfo.ts';
import type { Wanted } from '../../src/recorder.ts';
import { everything } from '../../src/recorder.ts';
import { noSystem } from '../../src/tape-system.ts';
import { viewOf } from '../../src/view.ts';
import { FakeFiles } from '../fake/files.ts';
import { parsed } from '../fake/kernel.ts';

const some: Space = { totalBytes: 100, freeBytes: 50, availableBytes: 40, inodes: 0, inodesFree: 0 };
const root = '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n';
const dead = '2 1 0:40 / /mnt/dead rw - nfs4 server:/a rw\n';
const alive = '3 1 0:41 / /mnt/alive rw - nfs4 server:/b rw\n';

/** A host where some mounts answer later, when the test says so. */
function host(mounts: string, wanted: Wanted) {
  const files = new FakeFiles();
  files.put('/proc/self/mountinfo', mounts);
  const asked: string[] = [];
  const pending = new Map<string, (answer: Space | string) => void>();
  const warnings: string[] = [];
  const system = {
    ...noSystem,
    space: () => some,
    askSpace(path: string, _: number, then: (answer: Space | string) => void) {
      asked.push(path);
      pending.set(path, then);
    },
  };
  const warn = (_: string, message: string) => warnings.push(message);
  const machine = new Machine(files, '', warn, { system });
  const job = new Job(fsrec, viewOf(fsrec), machine, wanted, warn);
  let now = 0;
  return {
    files,
    asked,
    pending,
    warnings,
    job,
    sample(): string[] {
      const rows: string[] = [];
      now += 60_000;
      machine.begin(now);
      job.sample(now, now, false, (batch) => rows.push(...batch.rows.map(({ key }) => key)));
      return rows;
    },
  };
}

const named: Wanted = () => true;

describe('fsrec', () => {
  test('asks nothing of a server unless somebody named it', () => {
    const { sample, asked } = host(root + dead, everything);
    expect(sample()).toEqual(['/']);
    expect(asked).toEqual([]);
  });

  test('a mount that never answers costs one sample its time, then is left alone', () => {
    const { sample, asked, pending, warnings, job } = host(root + dead + alive, named);
    const rows = sample();
    expect(rows).toEqual([]);
    pending.get('/mnt/alive')?.(some);
    expect(job.busy).toBe(true);
    pending.get('/mnt/dead')?.('ETIMEDOUT');
    expect(rows).toEqual(['/', '/mnt/alive']);
    expect(warnings).toEqual(['fsrec: /mnt/dead (nfs4) does not answer within 2 s: skipped until it is mounted anew']);
    asked.length = 0;
    const next = sample();
    expect(asked).toEqual(['/mnt/alive']);
    pending.get('/mnt/alive')?.(some);
    expect(next).toEqual(['/', '/mnt/alive']);
    expect(warnings).toHaveLength(1);
  });

  test('one that is mounted anew is asked again', () => {
    const { sample, asked, pending, files } = host(root + dead, named);
    sample();
    pending.get('/mnt/dead')?.('ETIMEDOUT');
    files.put('/proc/self/mountinfo', root + dead.replace(/^2/, '9'));
    const rows = sample();
    expect(asked).toEqual(['/mnt/dead', '/mnt/dead']);
    pending.get('/mnt/dead')?.(some);
    expect(rows).toEqual(['/', '/mnt/dead']);
  });

  test('autofs is never looked at: that would mount it', () => {
    const { sample } = host(`${root}4 1 0:50 / /auto rw - autofs map rw\n`, named);
    expect(sample()).toEqual(['/']);
  });

  test('a machine that has nothing mounted has no rows and goes on', () => {
    const { sample, job } = host('5 1 0:3 / /proc rw - proc proc rw\n', everything);
    expect(sample()).toEqual([]);
    whenIdle([job], () => {});
    expect(job.busy).toBe(false);
  });
});

describe('mountinfo', () => {
  const point = (line: string) => parsed(mountinfo, `${line}\n`)?.mounts[0];

  test.each([
    [
      'tags and all',
      '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue',
      '/mnt2',
    ],
    ['no tags', '36 35 98:0 / /a rw - ext3 none rw', '/a'],
    ['a dash for a root', '36 35 98:0 /- /- rw - ext3 - rw', '/-'],
    ['an empty source', '36 35 0:3 / /a rw -  tmpfs rw', undefined],
    ['escapes', '36 35 98:0 / /a\\040b\\134c rw - ext3 none rw', '/a%20b%5Cc'],
  ])('%s', (_, line, found) => {
    expect(point(line)?.point).toBe(found);
  });

  test('of what is mounted twice only the last and the shortest is visible', () => {
    const lines = [
      '1 0 8:1 / / rw - ext4 a rw',
      '2 1 8:1 /x /srv rw - ext4 a rw',
      '3 1 8:2 / /m rw - ext4 b rw',
      '4 1 8:3 / /m rw - ext4 c rw',
    ];
    const mounts = parsed(mountinfo, `${lines.join('\n')}\n`)?.mounts ?? [];
    expect(visible(mounts).map(({ id }) => id)).toEqual(['1', '4']);
  });

  test('any text is mounts or a ParseError, and ids need no quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (a, b) => {
        const text = `${root}36 35 98:0 / /${a.replaceAll('\n', '')} rw - ext3 ${b.replaceAll('\n', '')} rw\n`;
        for (const mount of parsed(mountinfo, Buffer.from(text))?.mounts ?? []) {
          expect(mount.point).toMatch(/^[A-Za-z0-9_.:@/+%-]*$/);
        }
      }),
    );
  });
});
