/** What each binary must do by itself, beside the system tests of the program. */
import { basename, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import pack from '../../package.json' with { type: 'json' };
import { recorders } from '../../recorders/index.ts';
import { column, faults, tableOf } from '../system/csv.ts';
import { folder, lines, output, program, sdr } from '../system/program.ts';
import { binaries } from './programs.ts';

const binary = binaries.find(({ file }) => file === basename(program));
if (!binary) throw new Error(`${program} is none of the binaries`);

/** The same words to the bundle that Node runs. */
const plain = (args: readonly string[]): string => output([process.execPath, resolve('dist/sdr.cjs'), ...args]);

/** What `uname -m` says on the machine. */
const hardware = { x64: 'x86_64', arm64: 'aarch64', armv7: 'armv7l', armv6: 'armv6l' }[binary.machine];

describe(binary.file, () => {
  test('is sdr, and no bare engine', () => {
    expect(sdr(['--version'])).toMatchObject({ status: 0, stdout: `sdr ${pack.version}\n`, stderr: '' });
    expect(sdr([])).toMatchObject({ status: 64 });
  });

  test('names its edition', () => {
    const [version, edition] = lines(sdr(['--version', '--verbose']).stdout);
    expect(version).toBe(`sdr ${pack.version}`);
    const engine = binary.edition === 'full edition' ? /, node 24\.\d+\.\d+, / : /, quickjs \d+-\d+-\d+$/;
    expect(edition).toMatch(engine);
    expect(edition).toContain(binary.edition);
  });

  test('lists all recorders', () => {
    const { status, stdout, stderr } = sdr(['list']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const names = lines(stdout).map((line) => line.split(' ')[0]);
    expect(names.slice(1)).toEqual(recorders.map(({ name }) => name));
  });

  test.each([
    ...recorders.map(({ name }) => ['describe', name]),
    ['describe', '--lmo', 'xml'],
    ['help', 'record'],
    ['help', 'sysrec'],
  ])('says the same as on Node: %s %s', (...words) => {
    const args = words.filter((word) => word !== undefined);
    expect(sdr(args)).toMatchObject({ status: 0, stdout: plain(args), stderr: '' });
  });

  test('records the machine that it runs on', () => {
    const { status, stdout, stderr } = sdr(['record', 'sysrec', '0.2', '3']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines(stdout)[0]).toBe(lines(plain(['record', 'sysrec', '0.2', '1']))[0]);
    expect(lines(stdout)).toHaveLength(4);
    expect(faults(stdout)).toEqual([]);
    expect(column(tableOf(stdout), 'cpu_pct').every((cell) => Number(cell) >= 0 && Number(cell) <= 100)).toBe(true);
  });

  test('records several recorders into files, and reads them back', () => {
    const at = folder();
    const names = ['cpurec', 'diskrec', 'nicrec', 'selfrec'];
    const { status, stderr } = sdr(['record', ...names, '500ms', '3', '-o', at]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(sdr(['cat', at, 'cpurec']).stdout).toBe(plain(['cat', at, 'cpurec']));
    expect(sdr(['stats', at, 'cpurec']).stdout).toBe(plain(['stats', at, 'cpurec']));
  });

  test('packs closed files, and reads what is packed', () => {
    const at = folder();
    sdr(['record', 'sysrec', '50ms', '60', '-o', at, '--max-file', '8k', '--compress']);
    expect(lines(output(['ls', at])).some((name) => name.endsWith('.csv.gz'))).toBe(true);
    const { status, stdout } = sdr(['cat', at, 'sysrec']);
    expect(status).toBe(0);
    expect(lines(stdout)).toHaveLength(61);
    expect(faults(stdout)).toEqual([]);
  });

  test('knows the machine that it was built for', () => {
    const { status, stdout } = sdr(['record', 'hdwrec']);
    expect(status).toBe(0);
    expect(stdout).toContain(hardware);
  });

  test('runs a program of the user', () => {
    const { stdout } = sdr(['record', '--exec', 'x=/bin/echo a 7', 'x', '1', '1']);
    expect(lines(stdout)[1]).toMatch(/,a,7\.0+,$/);
  });
});
