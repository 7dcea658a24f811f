/** `sdr unit`: the service of a recording. What systemd makes of it is in test/system/unit.test.ts and test/packages. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { Values, World } from '../../src/command.ts';
import { unit } from '../../src/commands/unit.ts';
import { SdrError } from '../../src/errors.ts';
import { item, setting, unitText, word } from '../../src/pages/unit/file.ts';
import { Report } from '../../src/report.ts';
import { FakeEngine } from '../fake.ts';

async function printed(words: string, values: Values = {}): Promise<string> {
  const engine = new FakeEngine();
  let text = '';
  const print: World['print'] = (part) => {
    text += part;
  };
  const world = { engine, recorders, report: new Report(engine), print };
  expect(
    await unit.run(
      world,
      words.split(' ').filter((each) => each !== ''),
      values,
    ),
  ).toBe('done');
  return text;
}

/** The values of a setting, in their order. */
const of = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

const exec = async (words: string, values: Values = {}): Promise<string | undefined> =>
  of(await printed(words, values), 'ExecStart')[0];

const bounds = '--flush 60s --keep 28d --max-bytes 256M --min-free 5%%';

describe('the command line', () => {
  test('has the pace and the bounds of the packages where nobody says otherwise', async () => {
    expect(await exec('cpurec')).toBe(`/usr/bin/sdr record cpurec 10s -o $STATE_DIRECTORY ${bounds}`);
  });

  test('has what was asked for instead, and nothing twice', async () => {
    expect(
      await exec('cpurec nicrec@1s 5', { keep: '7d', fsync: true, skipDevices: ['nicrec=veth*', 'nicrec=lo'] }),
    ).toBe(
      '/usr/bin/sdr record cpurec nicrec@1s 5 -o $STATE_DIRECTORY --skip-devices nicrec=veth* --skip-devices nicrec=lo ' +
        '--fsync --flush 60s --keep 7d --max-bytes 256M --min-free 5%%',
    );
  });

  test('needs no interval for all where each recorder has its own', async () => {
    expect(await exec('cpurec@1 hdwrec@1d')).toContain('record cpurec@1 hdwrec@1d -o ');
  });

  test('runs what the configuration says when nothing is asked for, as the installed service does', async () => {
    const text = await printed('');
    const own = (line: string) => !line.startsWith('#');
    const installed = readFileSync('packaging/systemd/sdr.service', 'utf8');
    expect(text.split('\n').filter(own)).toEqual(installed.split('\n').filter(own));
    expect(await exec('')).toBe('/usr/bin/sdr record');
  });

  test('reads the configuration that was named', async () => {
    expect(await exec('', { config: '/srv/sdr.toml' })).toBe('/usr/bin/sdr record --config /srv/sdr.toml');
    expect(await printed('', { config: '/srv/sdr.toml' })).toMatch(/^# Records what \/srv\/sdr\.toml says\.$/m);
    expect(await exec('cpurec', { config: '/srv/a b.toml' })).toMatch(/ --config "\/srv\/a b\.toml"$/);
    expect(await exec('', { config: false })).toMatch(/record 10s -o .* --no-config$/);
  });
});

describe('words in a unit', () => {
  test.each([
    ['plain', 'plain'],
    ['/srv/sdr', '/srv/sdr'],
    ['5%', '5%%'],
    ['%n', '%%n'],
    ['$HOME', '$$HOME'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what systemd would put a variable for
    ['${HOME}', '$${HOME}'],
    ['a b', '"a b"'],
    ['', '""'],
    ['"', '"\\""'],
    ["it's", '"it\'s"'],
    ['back\\slash', '"back\\\\slash"'],
    ['two\nlines\t', '"two\\nlines\\t"'],
    ['\u0001\u007f', '"\\x01\\x7f"'],
    [';', '";"'],
    ['#', '"#"'],
    ['ümlaut', '"ümlaut"'],
  ])('%j is %s', (text, quoted) => {
    expect(word(text)).toBe(quoted);
  });

  test('a $ of a path means nothing to systemd', () => {
    expect(item('/srv/$a b%')).toBe('"/srv/$a b%%"');
  });

  test('nothing that is typed begins a line of its own', async () => {
    const text = await printed('cpurec', { output: ['/srv/a\nUser=root'], exec: ['x=y\nExecStartPre=/bin/evil'] });
    expect(of(text, 'User')).toEqual(['sdr']);
    expect(of(text, 'ExecStartPre')).toEqual([]);
  });

  test('a reason is a comment above its setting', () => {
    const sections = [{ title: 'Service' as const, settings: [setting('Nice', '10', 'Others first.')] }];
    expect(unitText(['About.'], sections)).toBe('# About.\n\n[Service]\n# Others first.\nNice=10\n');
  });
});

describe('where it writes', () => {
  test('systemd makes what lies below /var/lib', async () => {
    const text = await printed('cpurec', { output: ['/var/lib/sdr-fast/'] });
    expect(of(text, 'StateDirectory')).toEqual(['sdr-fast']);
    expect(of(text, 'ReadWritePaths')).toEqual([]);
    expect(of(text, 'ExecStart')[0]).toContain('--output /var/lib/sdr-fast/ ');
  });

  test('a directory elsewhere is opened for it, and the unit says whose it must be', async () => {
    const text = await printed('cpurec', { output: ['/srv/my data', '/var/lib/a/b'] });
    expect(of(text, 'ReadWritePaths')).toEqual(['"/srv/my data"']);
    expect(of(text, 'StateDirectory')).toEqual(['a/b']);
    expect(of(text, 'RequiresMountsFor')).toEqual(['"/srv/my data"']);
    expect(text).toContain('# "/srv/my data" must be there and belong to its user.');
  });

  test('everybody may read it', async () => {
    const text = await printed('cpurec');
    expect([of(text, 'StateDirectoryMode'), of(text, 'UMask')]).toEqual([['0755'], ['0022']]);
  });
});

describe('what a recorder needs', () => {
  test('nothing: no rights, no devices, no network', async () => {
    const text = await printed('sysrec cpurec');
    expect(of(text, 'User')).toEqual(['sdr']);
    expect(of(text, 'CapabilityBoundingSet')).toEqual(['']);
    expect(of(text, 'RestrictAddressFamilies')).toEqual(['AF_NETLINK']);
    expect(of(text, 'PrivateDevices')).toEqual(['yes']);
    expect(of(text, 'DeviceAllow')).toEqual([]);
  });

  test('pirec: group video and its devices', async () => {
    const text = await printed('pirec cpurec');
    expect(of(text, 'SupplementaryGroups')).toEqual(['video']);
    expect(of(text, 'DeviceAllow')).toEqual(['/dev/vcio_gencmd rw', '/dev/vcio rw']);
    expect([of(text, 'PrivateDevices'), of(text, 'PrivateUsers')]).toEqual([['no'], ['no']]);
  });

  test('xenrec: root, and a directory of its own', async () => {
    const text = await printed('xenrec@30s');
    expect(of(text, 'User')).toEqual([]);
    expect(of(text, 'StateDirectory')).toEqual(['sdr-xen']);
    expect(of(text, 'CapabilityBoundingSet')).toEqual(['CAP_SYS_ADMIN CAP_IPC_LOCK']);
  });

  test('both of them: the devices of both', async () => {
    const text = await printed('xenrec pirec 10');
    expect(of(text, 'DeviceAllow')).toEqual(expect.arrayContaining(['/dev/vcio rw', '/dev/xen/privcmd rw']));
    expect(of(text, 'PrivateUsers')).toEqual(['no']);
  });

  test('programs of the user: what nobody knows', async () => {
    const text = await printed('cpurec', { exec: ['ups=upsc ups@localhost'] });
    expect(of(text, 'ExecStart')[0]).toContain('--exec "ups=upsc ups@localhost"');
    expect(of(text, 'RestrictAddressFamilies')).toEqual(['AF_NETLINK AF_UNIX AF_INET AF_INET6']);
    expect(of(text, 'IPAddressDeny')).toEqual([]);
  });

  test('a destination: the network, and no token that nobody has named', async () => {
    const text = await printed('cpurec', { to: ['https://collector.example'] });
    expect(of(text, 'RestrictAddressFamilies')).toEqual(['AF_NETLINK AF_UNIX AF_INET AF_INET6']);
    expect(of(text, 'LoadCredential')).toEqual([]);
  });

  test('a token and a key that only root can read: systemd hands them over', async () => {
    const text = await printed('cpurec', {
      to: ['https://collector.example'],
      tokenFile: '/etc/sdr//to ken%1',
      cert: '/etc/sdr/cert.pem',
      key: '/etc/sdr/key.pem',
    });
    expect(of(text, 'LoadCredential')).toEqual(['token:/etc/sdr/to ken%%1', 'key:/etc/sdr/key.pem']);
    expect(of(text, 'ExecStart')[0]).toMatch(/ --cert \/etc\/sdr\/cert\.pem --key %d\/key$/);
    expect(of(text, 'ExecStart')[0]).not.toContain('token');
  });
});

describe('what is refused', () => {
  test.each<[string, string, Values, RegExp]>([
    ['an unknown recorder', 'cpurek', {}, /cpurec/],
    ['what record would refuse', 'cpurec', { keep: 'long' }, /--keep "long"/],
    ['an interval that xentop cannot keep', 'xenrec 1', {}, /xenrec cannot be recorded/],
    ['a count', 'cpurec 1 5', {}, /expected no count, got "5"/],
    ['stdout', 'cpurec', { output: ['-'] }, /expected a directory/],
    ['a relative directory', 'cpurec', { output: ['data'] }, /absolute path, got "data"/],
    ['a directory that climbs', 'cpurec', { output: ['/var/lib/../../etc'] }, /absolute path/],
    ['a directory that goes with the service', 'cpurec', { output: ['/tmp/data'] }, /a \/tmp of its own/],
    ['the same by another name', 'cpurec', { output: ['//var/./tmp/x'] }, /a \/tmp of its own/],
    ['a relative root', 'cpurec', { root: 'host' }, /host/],
    ['a relative token', 'cpurec', { to: ['http://c'], tokenFile: 'token' }, /absolute path, got "token"/],
    ['a relative certificate', 'cpurec', { to: ['https://c'], ca: 'ca.pem' }, /absolute path, got "ca.pem"/],
    ['a token that begins a line', 'cpurec', { to: ['http://c'], tokenFile: '/a\nUser=root' }, /a path that systemd/],
    ['a relative configuration', '', { config: 'sdr.toml' }, /absolute path, got "sdr.toml"/],
  ])('%s', async (_, words, values, message) => {
    const error = await printed(words, values).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SdrError);
    expect(error).toMatchObject({ exit: 'usage', message: expect.stringMatching(message) });
  });
});
