/** Recorders that users bring along: the guide of recorders/README.md followed to the letter, and any program that prints names and values. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, lines, sdr } from './program.ts';

const guide = readFileSync(new URL('../../recorders/README.md', import.meta.url), 'utf8');

/** A folder with a program in it, first in PATH. */
function withProgram(name: string, script: string) {
  const at = folder();
  writeFileSync(join(at, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(at, name), 0o755);
  return { at, env: { PATH: `${at}:${process.env['PATH']}` } };
}

const upsc = `cat <<'END'
battery.charge: 87
battery.runtime: 1860
device.model: Back-UPS ES 700G
input.voltage: 230.5
ups.load: 17
ups.status: OB DISCHRG
END`;

describe('the guide', () => {
  const code = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';

  test('has a recorder of at most 60 lines that records a UPS', () => {
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
    const { at, env } = withProgram('upsc', upsc);
    writeFileSync(join(at, 'ups.mjs'), code);
    const { status, stdout, stderr } = sdr(['record', '--recorder', './ups.mjs', 'ups', '.1', '2'], { cwd: at, env });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [head, ...rows] = lines(stdout);
    expect(head).toBe('time,battery_charge_pct,battery_runtime_s,input_v,load_pct,on_battery');
    expect(rows.map((row) => row.replace(/^[\d.]+,/, ''))).toEqual([
      '87.0,1860,230.5,17.0,1',
      '87.0,1860,230.5,17.0,1',
    ]);
  });

  test('describes it, and writes its file', () => {
    const { at, env } = withProgram('upsc', upsc);
    writeFileSync(join(at, 'ups.mjs'), code);
    const described = sdr(['describe', '--recorder', './ups.mjs', 'ups'], { cwd: at, env });
    expect(described.stdout).toContain('time left on battery');
    expect(sdr(['record', '--recorder', './ups.mjs', 'ups', '.1', '1', '-o', 'data'], { cwd: at, env }).status).toBe(0);
    const { stdout } = sdr(['cat', 'data', 'ups'], { cwd: at, env });
    expect(lines(stdout)).toHaveLength(2);
  });

  test('ends with 69 where the program is missing', () => {
    const at = folder();
    writeFileSync(join(at, 'ups.mjs'), code);
    const { status, stderr } = sdr(['record', '--recorder', './ups.mjs', 'ups', '.1', '1'], {
      cwd: at,
      env: { PATH: at },
    });
    expect(status).toBe(69);
    expect(stderr).toBe('sdr: There is no upsc: install nut-client\n');
  });

  test.each([
    ['export default 5', 'expected "export default (sdr) => sdr.defineRecorder({…})"'],
    ['export default (', 'Unexpected'],
  ])('%s is refused with 78', (text, why) => {
    const at = folder();
    writeFileSync(join(at, 'x.mjs'), text);
    const { status, stderr } = sdr(['record', '--recorder', 'x.mjs', '1', '1'], { cwd: at });
    expect(status).toBe(78);
    expect(stderr).toContain(`sdr: Cannot use recorder x.mjs: ${why}`);
    expect(lines(stderr)).toHaveLength(1);
  });
});

/** Gone, or waiting for somebody to take notice of its end. */
const isDead = (pid: string): boolean =>
  !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

describe('--exec', () => {
  test('records what a program prints', () => {
    const { env } = withProgram('upsc', upsc);
    const { status, stdout, stderr } = sdr(['record', '--exec', 'ups=upsc ups@localhost', '.1', '1'], { env });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [head, ...rows] = lines(stdout);
    expect(head).toBe('time,item,value,text');
    expect(rows.map((row) => row.replace(/^[\d.]+,/, ''))).toEqual([
      'battery.charge,87.000000,',
      'battery.runtime,1860.000000,',
      'device.model,,Back-UPS%20ES%20700G',
      'input.voltage,230.500000,',
      'ups.load,17.000000,',
      'ups.status,,OB%20DISCHRG',
    ]);
  });

  test('a program that hangs costs its samples, not those of the others, and is dead in the end', () => {
    const { at, env } = withProgram(
      'hang',
      'trap "" TERM INT\necho $$ > "$(dirname "$0")/pid"\nwhile :; do sleep 1; done',
    );
    const words = ['record', '--exec', 'slow=hang', 'cpurec', 'slow', '.1', '60', '--format', 'json'];
    const { status, stdout, stderr } = sdr(words, { env });
    expect(status).toBe(1);
    const times = lines(stdout).map((line) => JSON.parse(line).time);
    expect(new Set(times).size).toBe(60);
    expect(stderr).toContain('slow: hang did not end within 5 s; sample skipped');
    const pid = readFileSync(join(at, 'pid'), 'utf8').trim();
    expect(isDead(pid)).toBe(true);
  });

  test('what is no recorder is refused', () => {
    expect(sdr(['record', '--exec', 'upsc', '1', '1'])).toMatchObject({ status: 64 });
    expect(sdr(['record', '--exec', 'cpurec=true', '1', '1'])).toMatchObject({
      status: 64,
      stderr: 'sdr: There is a recorder cpurec already: expected another name\n',
    });
    expect(sdr(['record', '--exec', 'x=no-such-program-here', '1', '1'])).toMatchObject({ status: 69 });
  });
});
