/** The packages as files: what is in them, that they are the same each time, and what lintian thinks of them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { needs } from '../system/needs.ts';
import { folder, output, run } from '../system/program.ts';
import { deb, there } from './debs.ts';

const path = there(await deb('amd64'));
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** `-rw-r--r-- root/root 1893 2026-11-21 10:30 ./usr/…` by path. */
const listed = new Map(
  output(['dpkg-deb', '--contents', path])
    .trimEnd()
    .split('\n')
    .map((line): [string, readonly string[]] => {
      const [mode = '', owner = '', size = '', , , name = ''] = line.split(/\s+/);
      return [name.slice(1), [mode, owner, size]];
    }),
);

describe('a package', () => {
  test('is the same each time, whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      expect(sha256(there(await deb('amd64', { folder: folder() })))).toBe(sha256(path));
    } finally {
      process.umask(before);
    }
  });

  test('belongs to root, and only programs and directories are executable', () => {
    for (const [name, [mode, owner]] of listed) {
      expect([name, owner]).toEqual([name, 'root/root']);
      const isProgram = name === '/usr/bin/sdr' || name.endsWith('.sh');
      expect([name, mode]).toEqual([name, name.endsWith('/') ? 'drwxr-xr-x' : isProgram ? '-rwxr-xr-x' : '-rw-r--r--']);
    }
  });

  test('has every page of the manual', () => {
    const pages = readdirSync('man');
    expect(pages.length).toBeGreaterThan(recorders.length);
    for (const page of pages)
      expect([page, listed.has(`/usr/share/man/man${page.slice(-1)}/${page}.gz`)]).toEqual([page, true]);
  });

  test.each([
    '/usr/bin/sdr',
    '/etc/sdr/sdr.toml',
    '/etc/sdr/conf.d/',
    '/usr/lib/systemd/system/sdr.service',
    '/usr/lib/systemd/system/sdr@.service',
    '/usr/lib/systemd/system/sdr-xen.service',
    '/usr/lib/sysusers.d/sdr.conf',
    '/usr/lib/tmpfiles.d/sdr.conf',
    '/usr/share/sdr/systemd/pi.conf',
    '/usr/share/sdr/systemd/forward.conf',
    '/usr/share/bash-completion/completions/sdr',
    '/usr/share/zsh/vendor-completions/_sdr',
    '/usr/share/fish/vendor_completions.d/sdr.fish',
    '/usr/share/doc/sdr/changelog.gz',
    '/usr/share/doc/sdr/changelog.Debian.gz',
    '/usr/share/doc/sdr/examples/README.md',
  ])('has %s', (name) => {
    expect(listed.has(name)).toBe(true);
  });

  test('has the licence of everything that is linked in', () => {
    const text = output(['sh', '-c', `dpkg-deb --fsys-tarfile ${path} | tar -xO ./usr/share/doc/sdr/copyright`]);
    for (const word of [
      'the sdr authors',
      'Fabrice Bellard',
      'Rich Felker',
      'Jean-loup Gailly',
      'TJ Holowaychuk',
      'Squirrel Chat',
      'libgcc',
    ]) {
      expect(text).toContain(word);
    }
  });

  test('asks for nothing that a system is without', () => {
    expect(output(['dpkg-deb', '--field', path, 'Depends'])).toBe('passwd\n');
  });

  test.each(['preinst.armel', 'postinst', 'prerm', 'postrm'])(
    '%s is clean for shellcheck',
    needs('shellcheck'),
    (name) => {
      expect(run(['shellcheck', '--shell=sh', `packaging/debian/${name}`])).toMatchObject({ status: 0, stdout: '' });
    },
  );

  test('is clean for lintian', needs('lintian'), () => {
    const { stdout, stderr } = run(['lintian', '--allow-root', '--fail-on', 'error,warning', '--show-overrides', path]);
    const overridden = ['statically-linked-binary', 'initial-upload-closes-no-bugs'];
    const said = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('N:'));
    expect(stderr).toBe('');
    // What is overridden is there: an override of something that is gone would be a lie.
    expect(said.map((line) => /^O: sdr: ([\w-]+)/.exec(line)?.[1] ?? line).sort()).toEqual(overridden.sort());
  });
});
