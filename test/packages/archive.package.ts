/** The archive for machines without dpkg: unpacked and installed in a system, used, and taken away. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archive } from '../../scripts/packages.ts';
import { BuildError } from '../../scripts/tools.ts';
import { needsRoot } from '../system/needs.ts';
import { folder, lines, output } from '../system/program.ts';
import { Chroot } from './chroot.ts';
import { binaries, deb, place, there } from './debs.ts';

const tools = needsRoot('debootstrap', 'setpriv');

/** Null, and a sentence on stderr, when not all programs are built. */
function made(at: string): string | null {
  try {
    return archive({ folder: at, binaries });
  } catch (error) {
    if (!(error instanceof BuildError) || process.env['CI']) throw error;
    process.stderr.write(`The archive is not tested: ${error.message}\n`);
    return null;
  }
}

const path = made(place);

describe.skipIf(path === null)('the archive', () => {
  const file = path ?? '';

  test('is the same each time, and belongs to root', () => {
    const sha256 = (name: string) => createHash('sha256').update(readFileSync(name)).digest('hex');
    expect(sha256(made(folder()) ?? '')).toBe(sha256(file));
    const owners = lines(output(['tar', '--numeric-owner', '-tvzf', file])).map((line) => line.split(/\s+/)[1]);
    expect(new Set(owners)).toEqual(new Set(['0/0']));
  });

  test('has a sum for each program', () => {
    const at = folder();
    output(['tar', '-xzf', file, '-C', at, '--strip-components=1']);
    expect(lines(output(['sha256sum', '-c', 'SHA256SUMS'], { cwd: at }))).toHaveLength(4);
  });
});

describe.skipIf(path === null || tools.skip)('install.sh in a system without Node', () => {
  let system: Chroot;
  let before: readonly string[] = [];
  beforeAll(() => {
    system = new Chroot({ name: 'trixie', architecture: 'amd64' });
    before = system.paths();
    system.output(`tar -xzf ${system.take(path ?? '')} -C /opt`);
  }, 300_000);
  afterAll(() => system.remove());

  test('installs the program of this machine, and a user', () => {
    expect(system.sh('/opt/sdr-*/install.sh')).toMatchObject({ status: 0, stderr: '' });
    expect(system.output('sdr --version')).toMatch(/^sdr \d/);
    expect(system.output('getent passwd sdr')).toContain(':/var/lib/sdr:');
  });

  test('its units are clean for systemd, and run the program that it installed', () => {
    const units = 'sdr.service sdr-xen.service sdr@cpurec.service';
    expect(system.sh(`systemd-analyze verify --man=no ${units}`)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(system.read('/usr/local/lib/systemd/system/sdr.service')).toContain('ExecStart=/usr/local/bin/sdr record');
  });

  test('its user records', () => {
    const line = 'setpriv --reuid=sdr --regid=sdr --init-groups sdr record cpurec 1 1 -o /var/lib/sdr';
    expect(system.sh(line)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(system.output('sdr cat cpurec')).toMatch(/\n\d+,cpu0,/);
  });

  test('again is an upgrade, which keeps the configuration', () => {
    system.write('/etc/sdr/sdr.toml', '[record]\ninterval = "1m"\n');
    expect(system.sh('/opt/sdr-*/install.sh')).toMatchObject({ status: 0, stderr: '' });
    expect(system.read('/etc/sdr/sdr.toml')).toContain('1m');
  });

  test('--uninstall leaves configuration, data and user', () => {
    expect(system.sh('/opt/sdr-*/install.sh --uninstall')).toMatchObject({ status: 0, stderr: '' });
    const known = new Set(before);
    const left = system.paths().filter((each) => !known.has(each) && !/^\/(etc\/sdr|var\/lib\/sdr)/.test(each));
    const files = left.filter((each) => system.sh(`test -d '${each}'`).status !== 0);
    expect(
      files.filter((each) => !/^\/etc\/(\.pwd\.lock|(passwd|group|shadow|gshadow|subuid|subgid)-)$/.test(each)),
    ).toEqual([]);
    expect(system.output('ls /var/lib/sdr')).toContain('cpurec-');
  });

  test('keeps its hands off what a package installed', async () => {
    system.output(`dpkg --force-confold -i ${system.take(there(await deb('amd64')))}`);
    const { status, stderr } = system.sh('/opt/sdr-*/install.sh --prefix /usr --uninstall');
    expect(status).not.toBe(0);
    expect(stderr).toContain('belongs to a package');
    expect(system.output('/usr/bin/sdr --version')).toMatch(/^sdr/);
  });
});
