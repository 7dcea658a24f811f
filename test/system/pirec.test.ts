/** pirec with a vcgencmd on PATH that the test wrote, on the machine of a fixture. */
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, sdr } from './program.ts';

/** A Raspberry Pi 4 as a root, and a folder with its vcgencmd: a script for sh. */
function board(script: string): { readonly root: string; readonly env: Record<string, string> } {
  const root = folder();
  const bin = folder();
  cpSync(resolve('fixtures/pirec/pi4/0'), root, { recursive: true });
  cpSync(resolve('fixtures/sysrec/busy/0/proc'), join(root, 'proc'), { recursive: true });
  writeFileSync(join(bin, 'vcgencmd'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'vcgencmd'), 0o755);
  return { root, env: { PATH: `${bin}:${process.env['PATH']}` } };
}

const answers = `case "$*" in
"measure_clock arm") echo 'frequency(48)=1500345728';;
"measure_volts core") echo 'volt=0.8700V';;
get_throttled) echo 'throttled=0x50005';;
esac`;

describe('pirec', () => {
  test('asks the vcgencmd on PATH', () => {
    const { root, env } = board(answers);
    const { stdout, stderr, status } = sdr(['record', 'pirec', '.2', '2', '--root', root], { env });
    expect([status, stderr]).toEqual([0, '']);
    const rows = stdout.trimEnd().split('\n').slice(1);
    expect(rows.map((row) => row.replace(/^[\d.]+,/, ''))).toEqual([
      '42.8,1500,0.8700,327685,1,0,1,0,1,0,1,0',
      '42.8,1500,0.8700,327685,1,0,1,0,1,0,1,0',
    ]);
  });

  test('goes on without one that refuses, and says once how to be let in', () => {
    const { root, env } = board(`echo "Can't open device file: /dev/vcio"; exit 255`);
    const { stdout, stderr, status } = sdr(['record', 'pirec', '.1', '3', '--root', root], { env });
    expect(status).toBe(0);
    expect(stdout.match(/,42\.8,600,,,0,,,,,,,\n/g)).toHaveLength(3);
    expect(stderr.match(/usermod -aG video/g)).toHaveLength(1);
  });

  test('holds up no other recorder when vcgencmd hangs and ignores SIGTERM, and leaves no process behind', () => {
    const { root, env } = board(`trap '' TERM; echo $$ > "${'$'}{0%/*}/pid"; while :; do sleep 1; done`);
    const args = ['record', 'pirec@1', 'sysrec', '.5', '8', '--root', root, '--format', 'json'];
    const { stdout, stderr, status } = sdr(args, { env });
    expect(status).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { recorder: string; time: number });
    const times = rows.filter(({ recorder }) => recorder === 'sysrec').map(({ time }) => time);
    // Its 2 s would be a gap of four ticks.
    expect(Math.max(...times.slice(1).map((time, i) => time - (times[i] as number)))).toBeLessThan(1.5);
    expect(rows.some(({ recorder }) => recorder === 'pirec')).toBe(true);
    expect(stderr.match(/gave no answer in 2 s/g)).toHaveLength(1);
    const pid = Number(readFileSync(join(env['PATH']?.split(':')[0] ?? '', 'pid'), 'utf8'));
    expect(pid).toBeGreaterThan(1);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('is told about by doctor', () => {
    const { root, env } = board(`echo 'VCHI initialization failed'; exit 255`);
    const { stdout } = sdr(['doctor', '--root', root], { env: { ...env, USER: 'pat' } });
    expect(stdout).toMatch(/^FAIL +vcgencmd .*group video may/m);
    expect(stdout).toContain('usermod -aG video pat');
  });
});
