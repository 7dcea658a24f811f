/**
 * The packages for ARM. dpkg and its scripts are this machine's own; the program runs as the processor that its package is for, the
 * oldest one. LONG=1: the same in whole systems of ARM, where everything is imitated.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { find, needsRoot } from '../system/needs.ts';
import { long } from '../system/program.ts';
import { Chroot } from './chroot.ts';
import { deb } from './debs.ts';

/** Debian's name of the architecture, the emulator, and the oldest processor that the package is for. */
const machines = [
  ['arm64', 'qemu-aarch64-static', 'cortex-a53'],
  ['armhf', 'qemu-arm-static', 'arm1176'],
  ['armel', 'qemu-arm-static', 'arm1176'],
] as const;

const tools = needsRoot('debootstrap', 'qemu-arm-static', 'dpkg-deb', 'setpriv');
const packages = new Map(await Promise.all(machines.map(async ([name]) => [name, await deb(name)] as const)));

const recording = 'record sysrec cpurec 1 1 -o /var/lib/sdr';
const user = 'setpriv --reuid=sdr --regid=sdr --init-groups';

describe.skipIf(tools.skip)('on a system of another processor', () => {
  let system: Chroot;
  beforeAll(() => {
    system = new Chroot({ name: 'trixie', architecture: 'amd64' });
    for (const emulator of new Set(machines.map(([, each]) => each))) {
      system.take(find(emulator) ?? emulator, `/usr/local/bin/${emulator}`);
    }
  }, 300_000);
  afterAll(() => system.remove());

  test.each(machines)('%s is installed, records and goes', (name, emulator, processor) => {
    const path = packages.get(name) ?? null;
    if (path === null) return;
    system.output(`dpkg --add-architecture ${name}`);
    expect(system.sh(`dpkg -i ${system.take(path)}`)).toMatchObject({ status: 0 });
    const line = `${user} ${emulator} -cpu ${processor} /usr/bin/sdr ${recording}`;
    expect(system.sh(line)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(system.output('cat /var/lib/sdr/cpurec-*.csv')).toMatch(/^time,device,.*\n\d+,cpu0,/);
    system.output('rm -r /var/lib/sdr');
    expect(system.sh('dpkg -P sdr')).toMatchObject({ status: 0, stderr: '' });
  });

  test('armel refuses a processor that is too old, before anything is changed', () => {
    const path = packages.get('armel') ?? null;
    if (path === null) return;
    system.output('dpkg --add-architecture armel');
    system.write('/usr/local/bin/uname', '#!/bin/sh\necho armv5tel\n', 0o755);
    const { status, stderr } = system.sh(`dpkg -i ${system.take(path)}`);
    system.output('rm /usr/local/bin/uname');
    expect(status).not.toBe(0);
    expect(stderr).toContain('sdr needs an ARMv6 processor');
    expect(system.sh('ls /usr/bin/sdr').status).not.toBe(0);
    system.sh('dpkg -P --force-all sdr');
  });
});

const registry = '/proc/sys/fs/binfmt_misc';

/** Lets the kernel run programs of ARM by their emulators, also in a chroot. False when it refuses. */
function register(): boolean {
  if (!existsSync(`${registry}/register`)) spawnSync('mount', ['-t', 'binfmt_misc', 'none', registry]);
  try {
    for (const name of ['qemu-aarch64', 'qemu-arm']) {
      if (existsSync(`${registry}/${name}`)) continue;
      writeFileSync(`${registry}/register`, readFileSync(`/usr/lib/binfmt.d/${name}.conf`));
      // What was not there before goes with us.
      process.on('exit', () => writeFileSync(`${registry}/${name}`, '-1'));
    }
    return true;
  } catch (error) {
    process.stderr.write(`Whole systems of ARM are not tested: ${String(error)}\n`);
    return false;
  }
}

// Two minutes each to make the first time.
describe.skipIf(!long || tools.skip || !register())('on a whole system', () => {
  test.each([
    ['trixie', 'arm64', 'cortex-a53'],
    ['trixie', 'armhf', 'cortex-a7'],
    ['bookworm', 'armel', 'arm1176'],
  ] as const)('of Debian %s for %s, with the processor %s', { timeout: 900_000 }, (name, architecture, processor) => {
    const path = packages.get(architecture) ?? null;
    if (path === null) return;
    process.env['QEMU_CPU'] = processor;
    const system = new Chroot({ name, architecture });
    try {
      const file = system.take(path);
      expect(system.sh(`export QEMU_CPU=${processor}; dpkg -i ${file}`).status).toBe(0);
      expect(system.sh(`export QEMU_CPU=${processor}; ${user} sdr ${recording}`)).toEqual({
        status: 0,
        stdout: '',
        stderr: '',
      });
      expect(system.output('cat /var/lib/sdr/cpurec-*.csv')).toMatch(/\n\d+,cpu0,/);
      expect(system.sh('dpkg -P sdr').status).toBe(0);
      expect(system.output('ls /var/lib/sdr')).toContain('cpurec-');
    } finally {
      delete process.env['QEMU_CPU'];
      system.remove();
    }
  });
});
