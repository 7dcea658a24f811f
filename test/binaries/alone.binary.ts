/** A binary of the recorder edition needs nothing of the machine but its kernel: no library, no file, no folder. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { machines } from '../../scripts/targets.ts';
import { faults } from '../system/csv.ts';
import { needs, needsRoot } from '../system/needs.ts';
import { folder, lines, output, run } from '../system/program.ts';
import { type Binary, folderOfBinaries, fullBinaries, recorderBinaries } from './programs.ts';

const readelf = (flags: string, { file }: Binary): string => output(['readelf', flags, join(folderOfBinaries, file)]);

describe.each(recorderBinaries)('$file', (binary) => {
  test('is a static program of its machine, stripped', needs('readelf'), () => {
    expect(readelf('-h', binary)).toContain(machines[binary.machine].elf);
    const segments = readelf('-lW', binary);
    expect(segments).toContain('LOAD');
    expect(segments).not.toMatch(/INTERP|DYNAMIC/);
    expect(readelf('-SW', binary)).not.toMatch(/\.symtab|\.debug/);
  });

  test('has at most 2 MB', () => {
    expect(readFileSync(join(folderOfBinaries, binary.file)).length).toBeLessThanOrEqual(2_000_000);
  });

  test('works in an empty root with nothing but /proc and /sys', needsRoot('unshare', 'chroot', 'mount'), (context) => {
    const at = folder();
    for (const name of ['proc', 'sys', 'data']) mkdirSync(join(at, name));
    const copy = (from: string, name: string): string => {
      copyFileSync(from, join(at, name));
      chmodSync(join(at, name), 0o755);
      return `/${name}`;
    };
    const emulator = binary.words.slice(0, -1);
    const [first, ...rest] = emulator;
    const words = first ? [copy(`${first}-static`, 'emulator'), ...rest] : [];
    words.push(copy(join(folderOfBinaries, binary.file), 'sdr'));
    const before = readdirSync(at);
    const within = (...args: string[]) =>
      run(['unshare', '--mount', 'sh', '-c', `${mounts(at)} && exec chroot "$@"`, 'sh', at, ...words, ...args]);
    const tried = run(['unshare', '--mount', 'sh', '-c', mounts(at)]);
    if (tried.status !== 0) context.skip(`the kernel refuses a mount: ${tried.stderr}`);
    expect(within('--version')).toMatchObject({ status: 0, stderr: '' });
    expect(within('describe', 'sysrec')).toMatchObject({ status: 0, stderr: '' });
    expect(lines(within('list').stdout).length).toBeGreaterThan(5);
    expect(within('record', 'sysrec', 'cpurec', '200ms', '3', '-o', '/data')).toMatchObject({ status: 0, stderr: '' });
    const recorded = within('cat', '/data', 'sysrec');
    expect(lines(recorded.stdout)).toHaveLength(4);
    expect(faults(recorded.stdout)).toEqual([]);
    expect(readdirSync(at)).toEqual(before);
  });
});

const mounts = (at: string): string => `mount -t proc none '${at}/proc' && mount -t sysfs none '${at}/sys'`;

test('armv6 has no instruction that an ARM1176 lacks, as far as its parts say', needs('readelf'), () => {
  const [armv6] = recorderBinaries.filter(({ machine }) => machine === 'armv6');
  const said = armv6 ? readelf('-A', armv6) : '';
  expect(said).toMatch(/Tag_CPU_arch: v6/);
  expect(said).toMatch(/Tag_FP_arch: VFPv2/);
});

test('recording makes no file but its own', needs('strace'), () => {
  const at = folder();
  const trace = join(folder(), 'trace');
  const [x64] = recorderBinaries.filter(({ machine }) => machine === 'x64');
  const words = ['record', 'sysrec', 'cpurec', '100ms', '5', '-o', at];
  output(['strace', '-f', '-e', 'trace=%file', '-o', trace, ...(x64?.words ?? []), ...words]);
  const made = readFileSync(trace, 'utf8').match(/^.*(O_CREAT|mkdir|rename|link|symlink|mknod).*$/gm) ?? [];
  expect(made.length).toBeGreaterThan(2);
  for (const line of made) expect(line).toContain(`"${at}`);
});

/** What every Debian, Ubuntu and Raspberry Pi OS since 2019 has. */
const expected = ['libc.so.6', 'libdl.so.2', 'libgcc_s.so.1', 'libm.so.6', 'libpthread.so.0', 'libstdc++.so.6'];

test.each(fullBinaries)(
  '$file needs the C and C++ libraries of glibc 2.28 and no other',
  needs('readelf'),
  (binary) => {
    const dynamic = [...readelf('-dW', binary).matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name ?? '');
    expect(dynamic.filter((name) => !name.startsWith('ld-linux')).sort()).toEqual(expected);
    const versions = [...readelf('-VW', binary).matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
    expect(Math.max(...versions)).toBe(28);
  },
);
