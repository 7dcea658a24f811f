/** packaging/install.sh: the right program for each machine, under each shell. In a whole system: test/packages/archive.package.ts. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { find, needs } from './needs.ts';
import { folder, lines, output, run } from './program.ts';

const names = ['sdr-linux-x64', 'sdr-linux-arm64', 'sdr-linux-armv7', 'sdr-linux-armv6'];

/** A folder as the archive has it, with programs that say who they are. */
function archive(): string {
  const at = folder();
  cpSync('packaging/install.sh', join(at, 'install.sh'));
  cpSync('man', join(at, 'man'), { recursive: true });
  for (const part of ['systemd', 'sysusers.d', 'tmpfiles.d', 'sdr.toml'])
    cpSync(join('packaging', part), join(at, part), { recursive: true });
  for (const name of names) writeFileSync(join(at, name), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
  sums(at);
  return at;
}

function sums(at: string): void {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(at, name)))
      .digest('hex');
  writeFileSync(join(at, 'SHA256SUMS'), names.map((name) => `${hash(name)}  ${name}\n`).join(''));
}

/** What makes a shell answer as another machine would: functions come before programs, and before what busybox has built in. */
const machine = (uname: string, bits: string): string => `uname() { echo ${uname}; }; getconf() { echo ${bits}; }; `;

const shells: readonly [name: string, words: readonly string[]][] = [
  ['dash', ['dash']],
  ['busybox sh', ['busybox', 'sh']],
  ['bash', ['bash', '--norc', '--posix']],
];

interface Wish {
  readonly at?: string;
  readonly on?: string;
  readonly path?: string;
  readonly shell?: readonly string[];
}

function install(destdir: string, args: readonly string[] = [], wish: Wish = {}) {
  const {
    at = archive(),
    on = machine('x86_64', '64'),
    path = '/usr/sbin:/usr/bin:/sbin:/bin',
    shell = ['dash'],
  } = wish;
  const [command = 'dash', ...words] = [
    ...shell,
    '-c',
    `${on}. "$0"`,
    join(at, 'install.sh'),
    '--destdir',
    destdir,
    ...args,
  ];
  return run([command, ...words], { bare: true, env: { PATH: path } });
}

/** Every file below a folder. */
const filesIn = (at: string): string[] =>
  readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((name) => !statSync(join(at, name)).isDirectory());

describe.each(shells)('install.sh under %s', (_, shell) => {
  test.each([
    ['x86_64', '64', 'sdr-linux-x64'],
    ['x86_64', '32', 'sdr-linux-x64'],
    ['aarch64', '64', 'sdr-linux-arm64'],
    ['aarch64', '32', 'sdr-linux-armv7'],
    ['armv8l', '32', 'sdr-linux-armv7'],
    ['armv7l', '32', 'sdr-linux-armv7'],
    ['armv6l', '32', 'sdr-linux-armv6'],
  ])('gives a machine of %s and %s bits %s', (uname, bits, name) => {
    const at = folder();
    const { status, stderr } = install(at, [], { on: machine(uname, bits), shell });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(output([join(at, 'usr/local/bin/sdr')])).toBe(`${name}\n`);
  });

  test.each([
    ['i686', '32', /no program for a i686/],
    ['riscv64', '64', /no program for a riscv64/],
  ])('tells a machine of %s and %s bits that there is none, and installs nothing', (uname, bits, message) => {
    const at = folder();
    const { status, stdout, stderr } = install(at, [], { on: machine(uname, bits), shell });
    expect({ status, stdout }).toEqual({ status: 69, stdout: '' });
    expect(stderr).toMatch(message);
    expect(filesIn(at)).toEqual([]);
  });

  test('installs program, manual, units and configuration, readable by all', () => {
    const at = folder();
    expect(install(at, [], { shell }).status).toBe(0);
    const files = filesIn(at);
    for (const name of readdirSync('man')) expect(files).toContain(`usr/local/share/man/man${name.slice(-1)}/${name}`);
    for (const name of ['sdr.service', 'sdr@.service', 'sdr-xen.service']) {
      const unit = readFileSync(join(at, 'usr/local/lib/systemd/system', name), 'utf8');
      expect(unit).toContain('\nExecStart=/usr/local/bin/sdr record');
      expect(unit).not.toContain('/usr/bin/sdr');
    }
    expect(files).toEqual(expect.arrayContaining(['etc/sdr/sdr.toml', 'usr/local/share/sdr/systemd/pi.conf']));
    expect(files).toEqual(expect.arrayContaining(['usr/lib/sysusers.d/sdr.conf', 'usr/lib/tmpfiles.d/sdr.conf']));
    for (const name of files) {
      expect([name, statSync(join(at, name)).mode & 0o777]).toEqual([name, name.endsWith('bin/sdr') ? 0o755 : 0o644]);
    }
  });

  test('takes away what it installed, but the configuration', () => {
    const [at, from] = [folder(), archive()];
    install(at, [], { at: from, shell });
    writeFileSync(join(at, 'etc/sdr/sdr.toml'), '# mine\n');
    install(at, [], { at: from, shell });
    expect(readFileSync(join(at, 'etc/sdr/sdr.toml'), 'utf8')).toBe('# mine\n');
    expect(install(at, ['--uninstall'], { at: from, shell })).toMatchObject({ status: 0, stderr: '' });
    expect(filesIn(at)).toEqual(['etc/sdr/sdr.toml']);
  });

  test('refuses a program that is not what SHA256SUMS says', () => {
    const [at, from] = [folder(), archive()];
    writeFileSync(join(from, 'sdr-linux-x64'), '#!/bin/sh\necho changed\n', { mode: 0o755 });
    const { status, stderr } = install(at, [], { at: from, shell });
    expect(status).toBe(1);
    expect(stderr).toContain('sdr-linux-x64 is not what SHA256SUMS says');
    expect(filesIn(at)).toEqual([]);
  });
});

describe('install.sh', () => {
  test('is clean for shellcheck', needs('shellcheck'), () => {
    expect(run(['shellcheck', '--severity=style', 'packaging/install.sh'])).toMatchObject({ status: 0, stdout: '' });
  });

  test('needs nothing but busybox', needs('busybox'), () => {
    const tools = folder();
    const busybox = find('busybox') ?? '';
    for (const applet of lines(output([busybox, '--list']))) {
      symlinkSync(busybox, join(tools, applet));
    }
    const at = folder();
    // Without getconf it looks at the first bytes of /bin/sh, which are those of this machine.
    const { status, stderr } = install(at, [], {
      path: tools,
      on: 'uname() { echo x86_64; }; ',
      shell: [busybox, 'sh'],
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(output([join(at, 'usr/local/bin/sdr')])).toBe('sdr-linux-x64\n');
  });

  test('puts units below /usr/lib for /usr, and below /etc for any other place', () => {
    const [usr, opt] = [folder(), folder()];
    install(usr, ['--prefix=/usr']);
    install(opt, ['--prefix', '/opt/sdr/']);
    expect(readFileSync(join(usr, 'usr/lib/systemd/system/sdr.service'), 'utf8')).toContain('=/usr/bin/sdr record');
    expect(readFileSync(join(opt, 'etc/systemd/system/sdr.service'), 'utf8')).toContain('=/opt/sdr/bin/sdr record');
  });

  test('installs a program that is named, and no units when none are wanted', () => {
    const at = folder();
    const binary = join(folder(), 'mine');
    writeFileSync(binary, '#!/bin/sh\necho mine\n');
    expect(install(at, ['--binary', binary, '--no-units'], { on: machine('riscv64', '64') }).status).toBe(0);
    expect(output([join(at, 'usr/local/bin/sdr')])).toBe('mine\n');
    expect(existsSync(join(at, 'usr/local/lib'))).toBe(false);
    expect(existsSync(join(at, 'etc'))).toBe(false);
  });

  test('leaves a program whole that is running while it is replaced', () => {
    const at = folder();
    mkdirSync(join(at, 'usr/local/bin'), { recursive: true });
    writeFileSync(join(at, 'usr/local/bin/sdr'), 'old');
    const before = statSync(join(at, 'usr/local/bin/sdr')).ino;
    install(at);
    expect(statSync(join(at, 'usr/local/bin/sdr')).ino).not.toBe(before);
    expect(readdirSync(join(at, 'usr/local/bin'))).toEqual(['sdr']);
  });

  test.each([
    ['an unknown option', ['--prefx', '/usr'], /--prefx/],
    ['an option without its value', ['--prefix'], /expected a value/],
    ['a relative prefix', ['--prefix', 'usr'], /absolute/],
    ['a prefix that sed would take for something else', ['--prefix', '/a|b'], /letters, digits/],
  ])('refuses %s with 64', (_, args, message) => {
    const { status, stderr } = install(folder(), args);
    expect(status).toBe(64);
    expect(stderr).toMatch(message);
  });
});
