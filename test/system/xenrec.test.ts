/** xenrec with stand-ins for xentop: one that hangs costs a sample and nothing else, and is dead afterwards. */
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../recorders/xentop.ts';
import { needsRoot } from './needs.ts';
import { folder, lines, sdr, start, until } from './program.ts';

/** A root without any hypervisor. */
function plainRoot(): string {
  const root = folder();
  mkdirSync(join(root, 'proc'));
  return root;
}

/** A root where the kernel's files are those of this machine, but the hypervisor is Xen and this is its dom0. */
function xenRoot(): string {
  const root = folder();
  chmodSync(root, 0o755);
  mkdirSync(join(root, 'sys/hypervisor/start_flags'), { recursive: true });
  writeFileSync(join(root, 'sys/hypervisor/type'), 'xen\n');
  writeFileSync(join(root, 'sys/hypervisor/start_flags/initdomain'), '1\n');
  symlinkSync('/proc', join(root, 'proc'));
  for (const name of ['block', 'class', 'devices']) symlinkSync(`/sys/${name}`, join(root, 'sys', name));
  return root;
}

/** A folder with a program `xentop` whose lines these are; `$here` is the folder, where a good run's text is `table`. */
function standIn(...script: readonly string[]) {
  const here = folder();
  chmodSync(here, 0o755);
  const path = join(here, 'xentop');
  writeFileSync(path, ['#!/bin/sh', `here=${here}`, ...script, ''].join('\n'));
  chmodSync(path, 0o755);
  writeFileSync(join(here, 'table'), run([{ name: 'Domain-0', state: '-----r' }, { name: 'web 1' }]));
  const file = (name: string) => join(here, name);
  return {
    env: { PATH: `${here}:${process.env['PATH']}` },
    has: (name: string) => existsSync(file(name)),
    text: (name: string) => readFileSync(file(name), 'utf8'),
  };
}

/** Notes its process and that of its child, says half of what it should, and lets no signal end it that can be refused. */
const hang = [
  "trap '' TERM INT HUP",
  'head -3 $here/table',
  'sleep 1000 &',
  'echo $$ $! > $here/pids.new',
  'mv $here/pids.new $here/pids',
  'while :; do wait; done',
];

function isAlive(pid: number): boolean {
  try {
    // A process that has ended but is not waited for yet is no process any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const pidsOf = (text: string): number[] => text.trim().split(' ').map(Number);

interface Row {
  readonly recorder: string;
  readonly time: number;
  readonly [column: string]: unknown;
}

const rowsOf = (text: string): Row[] => lines(text).map((line) => JSON.parse(line));

describe('xentop', () => {
  test('that hangs costs one sample and one warning, while sysrec keeps its clock', needsRoot(), async () => {
    // The first run is the base, the second hangs, the others are good.
    const second = 'echo >> $here/runs; if [ $(wc -l < $here/runs) -ne 2 ]; then cat $here/table; exit; fi';
    const { env, text } = standIn(second, ...hang);
    const args = ['record', 'sysrec@1', 'xenrec@10', '--format', 'json', '--root', xenRoot()];
    const running = start(args, { env });
    const rows = (recorder: string) => rowsOf(running.stdout()).filter((row) => row.recorder === recorder);
    await until(
      () => rows('xenrec').length > 0,
      () => `rows of xenrec: ${running.stderr()}`,
      60_000,
    );
    const { stderr } = await running.stop();
    expect(lines(stderr)).toEqual([
      expect.stringMatching(/xenrec: xentop did not end within 9 s and was killed.*; sample skipped$/),
    ]);
    expect(pidsOf(text('pids')).map(isAlive)).toEqual([false, false]);
    expect(lines(text('runs'))).toHaveLength(3);
    const times = rows('sysrec').map((row) => row.time);
    const [first = 0] = times;
    expect(times).toEqual(times.map((_, i) => first + i));
    // The run that hung was due ten seconds before the first rows: sysrec has all of them.
    const [{ time, interval_s } = { time: 0, interval_s: 0 }] = rows('xenrec');
    expect(time % 10).toBe(0);
    expect(interval_s).toBeGreaterThan(14);
    expect(times.filter((each) => each >= time - 10 && each < time)).toHaveLength(10);
  });

  test('that hangs does not keep sdr from ending, and is dead then', needsRoot(), async () => {
    const { env, has, text } = standIn(...hang);
    const running = start(['record', 'xenrec', '2', '--root', xenRoot()], { env });
    await until(() => has('pids'), 'a run of xentop');
    const { status, stderr } = await running.stop();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const pids = pidsOf(text('pids'));
    await until(() => !pids.some(isAlive), 'the end of xentop');
  });

  test('that answers late gives rows of the tick that was due', needsRoot(), async () => {
    const { env, text } = standIn(
      'echo "$@ LC_ALL=$LC_ALL" >> $here/called',
      'read line && exit 1',
      'sleep 0.7',
      'cat $here/table',
    );
    const args = ['record', 'xenrec', '2', '2', '--root', xenRoot()];
    const { status, stdout, stderr } = await start(args, { env }).ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [head = '', ...rows] = lines(stdout).map((line) => line.split(','));
    expect(head.slice(0, 4)).toEqual(['time', 'domain', 'interval_s', 'state']);
    expect(rows.map(([, ...cells]) => [cells[0], cells[2]])).toEqual([
      ['Domain-0', 'r'],
      ['web%201', 'b'],
      ['Domain-0', 'r'],
      ['web%201', 'b'],
    ]);
    const times = rows.map(([time]) => Number(time));
    expect(times.map((time) => time % 2)).toEqual([0, 0, 0, 0]);
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBe(2);
    expect(new Set(lines(text('called')))).toEqual(new Set(['-b -d1 -i2 -f LC_ALL=C']));
  });
});

describe('sdr record xenrec', () => {
  test('ends with 69 where there is no Xen, and says so', () => {
    expect(sdr(['record', 'xenrec', '5', '3', '--root', plainRoot()])).toMatchObject({
      status: 69,
      stdout: '',
      stderr: 'sdr: This machine does not run on Xen\n',
    });
  });

  test('ends with 77 for a user in dom0, and says what to do', () => {
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { env } = standIn('cat $here/table');
    const ended = sdr(['record', 'xenrec', '5', '3', '--root', xenRoot()], {
      env,
      under: process.getuid?.() === 0 ? nobody : [],
    });
    expect(ended).toMatchObject({ status: 77, stdout: '' });
    expect(ended.stderr).toMatch(/^sdr: Only root may ask the hypervisor: run sdr as root \(now it is user \d+\)\n$/);
  });

  test('ends with 64 at an interval that xentop cannot keep, and says why', () => {
    const { status, stderr } = sdr(['record', 'xenrec', '1', '--root', plainRoot()]);
    expect(status).toBe(64);
    expect(stderr).toContain('expected at least 2 s, because xentop itself takes more than a second for each sample');
  });

  test('leaves out in silence what nobody named', () => {
    const { status, stdout, stderr } = sdr(['record', '20ms', '1', '--format', 'json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(rowsOf(stdout).map((row) => row.recorder)).toContain('sysrec');
  });
});
