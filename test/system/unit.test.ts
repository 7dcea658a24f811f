/** What systemd thinks of the units: no complaint, and how much a service could do. Under a running one: test/packages/boot.package.ts. */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { World } from '../../src/command.ts';
import { unit } from '../../src/commands/unit.ts';
import { Report } from '../../src/report.ts';
import { FakeEngine } from '../fake.ts';
import { needs } from './needs.ts';
import { folder, run } from './program.ts';

const tool = needs('systemd-analyze');
const shipped = readdirSync('packaging/systemd').filter((name) => name.endsWith('.service'));

/** What `sdr unit` prints. */
async function printed(words: readonly string[], values: Parameters<typeof unit.run>[2] = {}): Promise<string> {
  const engine = new FakeEngine();
  let text = '';
  const print: World['print'] = (part) => {
    text += part;
  };
  await unit.run({ engine, recorders, report: new Report(engine), print }, words, values);
  return text;
}

/** A system with nothing in it but what a unit names. */
function system(): string {
  const root = folder();
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'etc/systemd/system'), { recursive: true });
  for (const program of ['usr/bin/sdr', 'bin/sh']) {
    writeFileSync(join(root, program), '#!/bin/sh\n');
    chmodSync(join(root, program), 0o755);
  }
  const targets = '/usr/lib/systemd/system';
  for (const name of readdirSync(targets)) {
    if (name.endsWith('.target')) cpSync(join(targets, name), join(root, targets, name), { verbatimSymlinks: true });
  }
  return root;
}

function verify(units: Readonly<Record<string, string>>, names = Object.keys(units)) {
  const root = system();
  for (const [name, text] of Object.entries(units)) writeFileSync(join(root, 'etc/systemd/system', name), text);
  const { status, stdout, stderr } = run(['systemd-analyze', 'verify', '--man=no', `--root=${root}`, ...names]);
  return { status, said: stdout + stderr };
}

/** How exposed a service is, 0 (not at all) to 10, and what it says of itself. */
function exposure(text: string): number {
  const path = join(folder(), 'tested.service');
  writeFileSync(path, text);
  const { stdout } = run(['systemd-analyze', 'security', '--offline=true', '--no-pager', path]);
  const found = /exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1];
  if (found === undefined) throw new Error(stdout);
  return Number(found);
}

const read = (name: string): string => readFileSync(join('packaging/systemd', name), 'utf8');

describe.skipIf(tool.skip)('systemd', () => {
  test('finds nothing wrong with the installed units', () => {
    const units = Object.fromEntries(shipped.map((name) => [name, read(name)]));
    const names = ['sdr.service', 'sdr-xen.service', 'sdr@cpurec.service', 'sdr@hdwrec@30m.service'];
    expect(verify(units, names)).toEqual({ status: 0, said: '' });
  });

  test('would say so', () => {
    expect(verify({ 'a.service': read('sdr.service').replace('Nice=10', 'Nice=ten') }).said).toContain('nice priority');
    expect(verify({ 'a.service': read('sdr.service').replace('/usr/bin/sdr', '/usr/bin/sdx') }).status).not.toBe(0);
  });

  test.each<[string, string[], Parameters<typeof unit.run>[2], number]>([
    ['one recorder', ['cpurec'], {}, 1.5],
    ['pirec', ['pirec', '5'], {}, 1.5],
    ['a destination', ['sysrec'], { to: ['https://collector.example'] }, 1.5],
    ['programs of the user', ['cpurec'], { exec: ['ups=upsc "a b"'] }, 1.5],
    ['another directory', ['cpurec'], { output: ['/srv/a b%$"c'] }, 1.5],
    ['xenrec', ['xenrec'], {}, 2],
    ['all of it', ['xenrec', 'pirec', '10'], { to: ['https://collector.example'] }, 2.5],
  ])(
    'finds nothing wrong with what sdr unit prints for %s, and little that it could do',
    async (_, words, values, most) => {
      const text = await printed(words, values);
      expect(verify({ 'a.service': text })).toEqual({ status: 0, said: '' });
      expect(exposure(text)).toBeLessThanOrEqual(most);
    },
  );

  test.each(shipped)('finds little that %s could do', (name) => {
    expect(exposure(read(name))).toBeLessThanOrEqual(name === 'sdr-xen.service' ? 2 : 1.5);
  });

  test.each(['forward.conf', 'pi.conf', 'node.conf'])(
    'finds little that sdr.service could do with %s beside it',
    (name) => {
      // A later section goes on with the one before, as a drop-in does.
      const both = `${read('sdr.service')}\n${read(name)}`;
      expect(verify({ 'a.service': both })).toEqual({ status: 0, said: '' });
      expect(exposure(both)).toBeLessThanOrEqual(1.5);
      expect(exposure(both)).toBeGreaterThanOrEqual(exposure(read('sdr.service')));
    },
  );
});

describe('the units', () => {
  test.each(shipped)('%s is not started again where that would end the same way', (name) => {
    expect(read(name)).toContain('\nRestart=on-failure\n');
    expect(read(name)).toContain('\nRestartPreventExitStatus=64 69 75 77 78\n');
  });

  test.each(shipped)('%s writes files that everybody may read', (name) => {
    expect(read(name).split('\n')).toEqual(expect.arrayContaining(['StateDirectoryMode=0755', 'UMask=0022']));
  });

  test('only that of Xen is of root, and no other has its directory', () => {
    const of = (name: string, setting: string) => new RegExp(`^${setting}=(.*)$`, 'm').exec(read(name))?.[1];
    expect(shipped.filter((name) => of(name, 'User') !== 'sdr')).toEqual(['sdr-xen.service']);
    expect(shipped.map((name) => of(name, 'StateDirectory'))).toEqual(['sdr-xen', 'sdr', 'sdr']);
  });
});
