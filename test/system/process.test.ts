/** sdr as a process: pipes, signals, cron, environment and wrong words. */
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimOf } from './claims.ts';
import { column, faults, read, tableOf } from './csv.ts';
import { needs, needsRoot } from './needs.ts';
import type { Running } from './program.ts';
import {
  emulated,
  folder,
  lines,
  long,
  output,
  program,
  quoted,
  run,
  sdr,
  start,
  startAny,
  until,
  words,
} from './program.ts';

const sh = (line: string, options = {}) => run(['bash', '-c', `set -o pipefail; ${line}`], options);

describe('a pipe', () => {
  test('whose reader has had enough ends it with 0, and nothing on stderr', () => {
    const { status, stdout, stderr } = sh(`${quoted(['record', 'cpurec', '20ms'])} | head -2`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines(stdout)).toHaveLength(2);
    expect(stdout).toMatch(/^time,device,/);
  });

  test.each(['csv', 'json', 'table'])('whose reader has gone before the first row ends it with 0 (%s)', (format) => {
    const { status, stderr } = sh(`${quoted(['record', 'cpurec', '20ms', '--format', format])} | true`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.each(['csv', 'json', 'table'])('gets each sample at once (%s)', async (format) => {
    const running = start(['record', 'sysrec', '50ms', '--format', format]);
    for (let count = 1; count <= 3; count++) {
      await until(() => lines(running.stdout()).length >= count + 1, `sample ${count}`);
      expect(running.child.exitCode).toBe(null);
      expect(running.stdout().endsWith('\n')).toBe(true);
    }
    await running.stop();
  });

  test('gets all rows of a run that ends by itself', () => {
    const { status, stdout, stderr } = sdr(['record', 'cpurec', '20ms', '25']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(new Set(column(tableOf(stdout), 'time')).size).toBe(25);
    expect(faults(stdout)).toEqual([]);
  });

  test('that is full makes it wait, and no row is torn', async () => {
    const slow = startAny([
      'bash',
      '-c',
      `${quoted(['record', 'cpurec', '10ms', '300', '--format', 'json'])} | (sleep 2; cat)`,
    ]);
    const { status, stdout } = await slow.ended;
    expect(status).toBe(0);
    for (const line of lines(stdout)) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('/dev/full costs rows, not the run', () => {
    const { status, stderr } = sh(`${quoted(['record', 'cpurec', '20ms', '3'])} > /dev/full`);
    expect(status).toBe(0);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toContain('ENOSPC');
  });
});

describe('a signal', () => {
  const running = async (...more: string[]) => {
    const child = start(['record', 'cpurec', '20ms', ...more]);
    await until(() => lines(child.stdout()).length > 3, 'rows');
    return child;
  };

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const)('%s ends it with %i, whole lines and a silent stderr', async (signal, status) => {
    const end = await (await running()).stop(signal);
    expect(end).toMatchObject({ status, signal: null, stderr: '' });
    expect(faults(end.stdout)).toEqual([]);
  });

  test.each(['SIGHUP', 'SIGUSR2'] as const)('%s does not end it', async (signal) => {
    const child = await running();
    for (let i = 0; i < 5; i++) {
      const before = lines(child.stdout()).length;
      child.child.kill(signal);
      await until(() => lines(child.stdout()).length > before + 2, 'more rows');
    }
    expect(await child.stop()).toMatchObject({ status: 0, stderr: '' });
  });

  /** System calls that a program waits in: ppoll and epoll_pwait. An emulator listens to all signals, whatever it runs. */
  const waits = /^(271|281) /;

  /** It listens to signals: they would end it by themselves before. */
  const listens = (child: Running): Promise<void> =>
    until(() => {
      if (emulated) return waits.test(read(`/proc/${child.child.pid}/syscall`));
      const caught = /SigCgt:\s*([0-9a-f]+)/.exec(read(`/proc/${child.child.pid}/status`))?.[1] ?? '0';
      return (BigInt(`0x${caught}`) & (1n << BigInt(constants.signals.SIGUSR2 - 1))) !== 0n;
    }, 'a process that listens to SIGUSR2');

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends a run that waits for its first tick of an hour',
    async (signal) => {
      const directory = folder();
      const child = start(['record', 'cpurec', '1h', '-o', directory]);
      await listens(child);
      const end = await child.stop(signal);
      expect(end.status).toBe(signal === 'SIGINT' ? 130 : 0);
      expect(read(claimOf(directory, 'cpurec'))).toContain('"pid":0');
    },
  );

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const)('%s ends a single sample with %i', async (signal, status) => {
    const child = start(['record', 'cpurec', '-o', folder()]);
    await listens(child);
    expect(await child.stop(signal)).toMatchObject({ status, stderr: '' });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('%s leaves JSON that is valid line by line', async (signal) => {
    const child = start(['record', 'sysrec', 'cpurec', 'diskrec', 'nicrec', '10ms', '--format', 'json']);
    await until(() => lines(child.stdout()).length > 100, 'rows');
    const { stdout, stderr } = await child.stop(signal);
    expect(stderr).toBe('');
    expect(stdout.endsWith('\n')).toBe(true);
    for (const line of lines(stdout)) {
      const found: unknown = JSON.parse(line);
      expect(found).toMatchObject({ time: expect.any(Number) });
    }
  });
});

describe('the environment', () => {
  /** A machine that stands still, so that two runs have the same to say. */
  function machine(): string {
    const root = folder();
    for (const path of ['proc/self', 'proc/net', 'proc/1', 'sys']) mkdirSync(join(root, path), { recursive: true });
    for (const name of ['stat', 'meminfo', 'loadavg', 'diskstats', 'vmstat', 'uptime', 'net/dev', 'net/snmp']) {
      mkdirSync(dirname(join(root, 'proc', name)), { recursive: true });
      writeFileSync(join(root, 'proc', name), readFileSync(`/proc/${name}`));
    }
    cpSync(join(root, 'proc/net'), join(root, 'proc/self/net'), { recursive: true });
    cpSync(join(root, 'proc/net'), join(root, 'proc/1/net'), { recursive: true });
    return root;
  }
  const clockless = (text: string): string =>
    text
      .replace(/^\d{10},/gm, 'T,')
      .replace(/"time":\d{10}/g, '"time":T')
      .replace(/^(T,(?:[a-z]\w*,)?)\d\.\d{3},/gm, '$1I,')
      .replace(/"interval_s":[\d.]+/g, '"interval_s":I')
      .replaceAll('\r', '');
  const settings: Record<string, string>[] = [
    { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8', LC_NUMERIC: 'de_DE.UTF-8' },
    { LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' },
    { TZ: 'Asia/Kolkata' },
    { NO_COLOR: '1' },
    { FORCE_COLOR: '3', CLICOLOR_FORCE: '1', TERM: 'xterm-256color' },
    { COLUMNS: '20', LINES: '5', TERM: 'dumb' },
    { POSIXLY_CORRECT: '1', HOME: '/nonexistent' },
  ];

  test('changes no byte: not LANG, TZ, NO_COLOR, COLUMNS, nor a terminal', needs('script'), async () => {
    const root = machine();
    for (const more of [
      ['sysrec'],
      ['sysrec', '--counters'],
      ['cpurec', '--counters'],
      ['diskrec', '--format', 'json'],
    ]) {
      const args = ['record', ...more, '--root', root];
      const started = settings.map((env) => start(args, { env }));
      started.push(startAny(['script', '-qec', `stty cols 20; ${quoted(args)}`, '/dev/null']));
      const plain = sdr(args, { bare: true });
      expect(plain).toMatchObject({ status: 0, stderr: '' });
      expect(lines(plain.stdout).length).toBeGreaterThan(1);
      for (const { ended } of started) expect(clockless((await ended).stdout)).toBe(clockless(plain.stdout));
    }
  });

  test('may be empty: nothing on stderr, 0', () => {
    const { status, stdout, stderr } = sdr(['record', 'sysrec'], { bare: true, cwd: '/' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines(stdout)).toHaveLength(2);
  });

  test('may have no open stdin, stdout or stderr', () => {
    const directory = folder();
    const line = `${quoted(['record', 'cpurec', '20ms', '3', '-o', directory])} <&- >&- 2>&-`;
    expect(sh(line).status).toBe(0);
    expect(faults(read(join(directory, output(['ls', directory]).trim())))).toEqual([]);
  });
});

describe('cron', () => {
  /** A folder with `sdr` on a path of its own. */
  function installed(): { at: string; path: string } {
    const at = folder();
    mkdirSync(join(at, 'bin'));
    if (emulated) writeFileSync(join(at, 'bin', 'sdr'), `#!/bin/sh\nexec ${quoted([])} "$@"\n`, { mode: 0o755 });
    else symlinkSync(program, join(at, 'bin', 'sdr'));
    return { at, path: `${join(at, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin` };
  }

  test('lines append a row to one file under one header, in silence', () => {
    const { at, path } = installed();
    for (let i = 0; i < 3; i++) {
      const line = 'sdr record sysrec >> s.csv';
      const { status, stdout, stderr } = run(['/bin/sh', '-c', line], { bare: true, cwd: at, env: { PATH: path } });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    }
    expect(lines(read(join(at, 's.csv')))).toHaveLength(4);
    expect(faults(read(join(at, 's.csv')))).toEqual([]);
  });

  test('lines with --state cover the time since the run before, and end at once', () => {
    const { at } = installed();
    const args = ['record', 'sysrec', '--state', join(at, 'state')];
    expect(sdr(args).status).toBe(0);
    output(['sleep', '1.5']);
    const { status, stdout, stderr } = sdr(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Number(column(tableOf(stdout), 'interval_s')[0])).toBeGreaterThan(1.45);
  });

  test('a header of something else in the file is refused with 73, and the file stays', () => {
    const { at } = installed();
    writeFileSync(join(at, 's.csv'), 'time,a,b\n1,2,3\n');
    const { status, stderr } = sh(`${quoted(['record', 'sysrec'])} >> s.csv`, { cwd: at });
    expect(status).toBe(73);
    expect(lines(stderr)).toHaveLength(1);
    expect(read(join(at, 's.csv'))).toBe('time,a,b\n1,2,3\n');
  });

  test('a torn last row in the file is cut before the next one', () => {
    const { at } = installed();
    const once = () => sh(`${quoted(['record', 'cpurec', '20ms', '2'])} >> s.csv`, { cwd: at });
    once();
    writeFileSync(join(at, 's.csv'), read(join(at, 's.csv')).slice(0, -9));
    const { status, stderr } = once();
    expect(status).toBe(0);
    expect(lines(stderr)).toHaveLength(1);
    expect(faults(read(join(at, 's.csv')))).toEqual([]);
  });

  const slow = { skip: !long || needsRoot('cron', 'unshare').skip, timeout: 300_000 };
  test('itself runs it: one header and a row a minute, in silence', slow, async () => {
    const { at, path } = installed();
    const table = `PATH=${path}\n* * * * * cd ${at} && sdr record sysrec >> s.csv 2>> said\n`;
    writeFileSync(join(at, 'root'), table, { mode: 0o600 });
    const line = [
      'for d in /var/spool/cron/crontabs /etc/cron.d /run; do mount -t tmpfs none $d; done',
      'mount --bind /dev/null /etc/crontab',
      `install -m 600 -g crontab ${at}/root /var/spool/cron/crontabs/root`,
      'exec cron -f',
    ].join(' && ');
    startAny(['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', line]);
    const rows = () => (run(['test', '-s', join(at, 's.csv')]).status === 0 ? lines(read(join(at, 's.csv'))) : []);
    for (let minute = 1; minute <= 3; minute++) {
      await until(() => rows().length > minute, `the row of minute ${minute}`, 120_000);
    }
    expect(read(join(at, 'said'))).toBe('');
    expect(faults(read(join(at, 's.csv')))).toEqual([]);
  });
});

describe('wrong words', () => {
  test.each<[string, number, RegExp, string[]]>([
    ['an unknown recorder', 64, /cpurek.*cpurec/, ['record', 'cpurek', '1', '1']],
    ['an unknown recorder in a list', 64, /nicrex.*nicrec/, ['record', 'cpurec', 'nicrex', '1', '1']],
    ['an unknown command', 64, /recrod.*record/, ['recrod']],
    ['an unknown option', 64, /--colunms.*--columns/, ['record', 'cpurec', '--colunms', 'x', '1', '1']],
    ['an unknown column', 64, /idle_pc.*idle_pct/, ['record', 'cpurec', '--columns', 'idle_pc', '1', '1']],
    ['an unknown format', 64, /xml.*csv.*json/, ['record', 'cpurec', '--format', 'xml']],
    ['an interval of 0', 64, /"0".*expected/, ['record', 'cpurec', '0']],
    ['a negative interval', 64, /"-5".*expected/, ['record', 'cpurec', '-5']],
    ['an interval of text', 64, /"abc".*expected/, ['record', 'cpurec', 'abc']],
    ['an interval that is almost one', 64, /"1x".*expected/, ['record', 'cpurec', '1x']],
    ['an interval of less than 10 ms', 64, /"9ms".*10ms/, ['record', 'cpurec', '9ms']],
    ['a broken interval', 64, /".0105".*whole milliseconds/, ['record', 'cpurec', '.0105']],
    ['a recorder with a wrong interval of its own', 64, /"x".*expected/, ['record', 'cpurec@x', '1']],
    ['a count of 0', 64, /"0".*from 1/, ['record', 'cpurec', '1', '0']],
    ['a negative count', 64, /"-1".*expected/, ['record', 'cpurec', '1', '-1']],
    ['a count of text', 64, /"two".*expected/, ['record', 'cpurec', '1', 'two']],
    ['a third number', 64, /"3"/, ['record', 'cpurec', '1', '2', '3']],
    ['a recorder twice', 64, /twice/, ['record', 'cpurec', 'cpurec', '1', '1']],
    ['several recorders in one CSV stream', 64, /json/, ['record', 'cpurec', 'sysrec', '1', '1']],
    ['a root without proc', 64, /proc/, ['record', 'cpurec', '--root', '/dev', '1', '1']],
    ['a size of 0', 64, /--max-file "0"/, ['record', 'cpurec', '1', '1', '--max-file', '0']],
    ['a duration of text', 64, /--keep "long"/, ['record', 'cpurec', '1', '1', '--keep', 'long']],
    ['a share above 100 %', 64, /--min-free "101%"/, ['record', 'cpurec', '1', '1', '--min-free', '101%']],
    ['devices of no recorder', 64, /"eth0".*recorder=glob/, ['record', 'nicrec', '1', '1', '--devices', 'eth0']],
    ['devices of an unknown recorder', 64, /nicrek.*nicrec/, ['record', 'nicrec', '1', '1', '--devices', 'nicrek=a']],
    ['an option without its value', 64, /--output/, ['record', 'cpurec', '1', '1', '-o']],
    ['a directory below one that is not there', 73, /does not exist/, ['record', 'cpurec', '1', '1', '-o', '/no/no']],
    ['a directory that is a file', 73, /file is in the way/, ['record', 'cpurec', '1', '1', '-o', '/etc/passwd']],
    ['a directory below a file', 73, /passwd/, ['record', 'cpurec', '1', '1', '-o', '/etc/passwd/x']],
    ['a directory without a name', 73, /director/, ['record', 'cpurec', '1', '1', '-o', '']],
  ])('%s: one line on stderr, nothing on stdout, %i', (_, code, says, args) => {
    const { status, stdout, stderr } = sdr(args, { cwd: folder() });
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/^sdr: /);
    expect(stderr).toMatch(says);
  });

  test('a second directory that cannot be made ends it as well, and the first one is free', () => {
    const at = folder();
    const { status, stderr } = sdr(['record', 'cpurec', '20ms', '1', '-o', join(at, 'a'), '-o', '/etc/passwd']);
    expect(status).toBe(73);
    expect(lines(stderr)).toHaveLength(1);
    expect(sdr(['record', 'cpurec', '20ms', '1', '-o', join(at, 'a')]).status).toBe(0);
  });
});

describe('without rights', needsRoot('setpriv'), () => {
  /** The program where nobody may read it. */
  function asNobody(args: readonly string[], cwd: string) {
    const copy = join(cwd, basename(program));
    copyFileSync(program, copy);
    chmodSync(cwd, 0o755);
    const under = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'];
    const [first, ...rest] = words(args, under);
    return run([first, ...rest.map((word) => (word === program ? copy : word))], { cwd });
  }

  test('a directory that cannot be made is refused with 77 or 73', () => {
    const at = folder();
    const { status, stdout, stderr } = asNobody(['record', 'cpurec', '20ms', '2', '-o', join(at, 'data')], at);
    expect([73, 77]).toContain(status);
    expect(stdout).toBe('');
    expect(lines(stderr)).toHaveLength(1);
  });

  test('a directory that is there but cannot be written is refused as well', () => {
    const at = folder();
    mkdirSync(join(at, 'data'));
    expect(sdr(['record', 'cpurec', '20ms', '2', '-o', join(at, 'data')]).status).toBe(0);
    for (const args of [['20ms', '2'], []]) {
      const { status, stdout, stderr } = asNobody(['record', 'cpurec', ...args, '-o', join(at, 'data')], at);
      expect([73, 77]).toContain(status);
      expect(stdout).toBe('');
      expect(lines(stderr)).toHaveLength(1);
    }
  });

  test('everything that is recorded can be read, and the files of root as well', () => {
    const at = folder();
    const mine = sdr(['record', 'sysrec', '20ms', '2']);
    const nobodys = asNobody(['record', 'sysrec', '20ms', '2'], at);
    expect(nobodys).toMatchObject({ status: 0, stderr: '' });
    expect(lines(nobodys.stdout)[0]).toBe(lines(mine.stdout)[0]);
  });
});

describe('-q and -v', () => {
  test('say less and more on stderr, wherever they stand', () => {
    const loud = ['record', 'cpurec', '20ms', '3', '-o', folder()];
    expect(sdr([...loud, '-v']).stderr).toMatch(/^sdr: \d+ bytes written, 0 rows dropped, \d+ ticks missed$/m);
    expect(sdr(['-v', ...loud]).stderr).toMatch(/bytes written/);
    expect(sdr(loud).stderr).toBe('');
    const full = `${quoted(['record', 'cpurec', '20ms', '3', '-q'])} > /dev/full`;
    expect(sh(full).stderr).toBe('');
    expect(lines(sdr(['record', 'nonsense', '-q']).stderr)).toHaveLength(1);
  });
});
