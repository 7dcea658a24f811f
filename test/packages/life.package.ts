/**
 * A package's life in Debian without Node: installed, its service started by hand as its unit would, upgraded, removed, purged. Each
 * test goes on where the one before ended.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needsRoot } from '../system/needs.ts';
import { lines } from '../system/program.ts';
import { Chroot } from './chroot.ts';
import { deb, newToml, there, toml } from './debs.ts';

const tools = needsRoot('debootstrap', 'dpkg-deb', 'unshare', 'setpriv');

describe.skipIf(tools.skip).each(['bookworm', 'trixie'] as const)('on Debian %s', (name) => {
  let system: Chroot;
  let first = '';
  let second = '';
  let before: readonly string[] = [];
  beforeAll(async () => {
    system = new Chroot({ name, architecture: 'amd64' });
    first = system.take(there(await deb('amd64', { version: '0.1.0-1' })));
    second = system.take(there(await deb('amd64', { version: '0.1.1-1', configuration: newToml })));
    before = system.paths();
  }, 300_000);
  afterAll(() => system.remove());

  const dpkg = (words: string) => system.sh(`dpkg ${words}`);
  /** What is there now that was not there at first. */
  const left = () => {
    const known = new Set(before);
    return system.paths().filter((path) => !known.has(path));
  };

  test('there is no Node', () => {
    expect(system.sh('command -v node nodejs').status).not.toBe(0);
  });

  test('it is installed without network, and records nothing yet', () => {
    const { status, stdout, stderr } = system.sh(`unshare --net dpkg -i ${first}`);
    expect({ status, stderr: lines(stderr).filter((line) => !/^Creating (user|group)/.test(line)) }).toEqual({
      status: 0,
      stderr: [],
    });
    expect(stdout).toContain('systemctl enable --now sdr');
    expect(system.output('sdr --version')).toMatch(/^sdr \d/);
    expect(system.output('stat -c "%U %G %a" /var/lib/sdr')).toBe('sdr sdr 755\n');
    expect(system.output('ls -A /var/lib/sdr')).toBe('');
    expect(system.output('getent passwd sdr')).toMatch(/:\/var\/lib\/sdr:\/usr\/sbin\/nologin$/m);
    for (const unit of ['sdr.service', 'sdr-xen.service', 'sdr@cpurec.service']) {
      expect([unit, system.sh(`systemctl is-enabled ${unit}`).stdout]).toEqual([unit, 'disabled\n']);
    }
  });

  test('dpkg finds every file as it was packed', () => {
    expect(dpkg('--verify sdr')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('its units are clean for the systemd of this release', () => {
    const units = 'sdr.service sdr-xen.service sdr@cpurec.service sdr@hdwrec@30m.service';
    expect(system.sh(`systemd-analyze verify --man=no ${units}`)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('its service, started by hand as its unit would, writes files that everybody may read', () => {
    const unit = system.read('/usr/lib/systemd/system/sdr.service');
    const of = (setting: string) => new RegExp(`^${setting}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
    expect([of('User'), of('StateDirectory'), of('UMask')]).toEqual(['sdr', 'sdr', '0022']);
    const environment = 'env -i LANG=C PATH=/usr/sbin:/usr/bin HOME=/var/lib/sdr USER=sdr STATE_DIRECTORY=/var/lib/sdr';
    const user = 'setpriv --reuid=sdr --regid=sdr --init-groups --no-new-privs --bounding-set=-all';
    // Its pace is ten seconds: the first rows come within fifteen, and the end writes them out.
    const line = `umask 0022; cd /; timeout -s TERM 16 ${user} ${environment} ${of('ExecStart')}`;
    const { status, stdout, stderr } = system.sh(line);
    expect({ status, stdout, stderr }).toEqual({ status: 124, stdout: '', stderr: '' });
    const files = lines(
      system.output('setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "cd /var/lib/sdr; head -qn1 *.csv"'),
    );
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const header of files) expect(header).toMatch(/^time,/);
    expect(system.output('sdr cat /var/lib/sdr cpurec')).toMatch(/\n\d+,cpu0,/);
    expect(system.output('find /var/lib/sdr ! -user sdr')).toBe('');
  });

  test('an upgrade takes the new configuration where the old one was not touched', () => {
    expect(dpkg(`-i ${second}`)).toMatchObject({ status: 0, stderr: '' });
    expect(system.read('/etc/sdr/sdr.toml')).toBe(newToml);
    expect(system.output('dpkg -s sdr')).toContain('\nVersion: 0.1.1-1\n');
  });

  test('an upgrade keeps what the administrator wrote', () => {
    expect(dpkg(`--force-confnew --force-downgrade -i ${first}`).status).toBe(0);
    const own = toml.replace('interval = "10s"', 'interval = "1s"');
    expect(own).not.toBe(toml);
    system.write('/etc/sdr/sdr.toml', own);
    system.write('/etc/sdr/conf.d/mine.toml', '[record]\nflush = "5s"\n');
    expect(dpkg(`--force-confdef -i ${second}`).status).toBe(0);
    expect(system.read('/etc/sdr/sdr.toml')).toBe(own);
    expect(system.read('/etc/sdr/sdr.toml.dpkg-dist')).toBe(newToml);
  });

  test('removing keeps configuration and data', () => {
    system.sh('systemctl enable sdr.service sdr@cpurec.service');
    const data = system.output('cd /var/lib/sdr; find . -type f | sort | xargs sha256sum');
    expect(dpkg('-r sdr').status).toBe(0);
    expect(left().filter((path) => /^\/(usr|etc)\//.test(path) && !path.startsWith('/etc/sdr/'))).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/^\/usr\/(?!share\/man)/)]),
    );
    expect(system.read('/etc/sdr/conf.d/mine.toml')).toContain('flush');
    expect(system.output('cd /var/lib/sdr; find . -type f | sort | xargs sha256sum')).toBe(data);
  });

  test('purging leaves the data with the account that owns it, and nothing else', () => {
    expect(dpkg('-P sdr')).toMatchObject({ status: 0, stderr: '' });
    // What every account leaves: the lock of the tables, and the tables before it.
    const account = /^\/etc\/(\.pwd\.lock|(passwd|group|shadow|gshadow|subuid|subgid)-)$/;
    const other = left().filter((path) => !path.startsWith('/var/lib/sdr') && !account.test(path));
    expect(other).toEqual([]);
    expect(system.output('ls /var/lib/sdr')).toContain('cpurec-');
    expect(system.output('stat -c %U /var/lib/sdr')).toBe('sdr\n');
    expect(system.sh('dpkg -s sdr').status).not.toBe(0);
    expect(system.output('ls /var/lib/dpkg/info')).not.toMatch(/^sdr\./m);
  });

  test('it finds its data again', () => {
    expect(dpkg(`-i ${second}`).status).toBe(0);
    expect(system.output('sdr cat cpurec')).toMatch(/\n\d+,cpu0,/);
  });

  test('where nothing was recorded, purging leaves no account either', () => {
    system.output('rm -r /var/lib/sdr; mkdir /var/lib/sdr; chown sdr:sdr /var/lib/sdr');
    expect(dpkg('-P sdr').status).toBe(0);
    expect(left().filter((path) => path.includes('sdr'))).toEqual([]);
    expect(system.sh('getent passwd sdr').status).toBe(2);
  });
});
