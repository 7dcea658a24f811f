/** Where xenrec works and where it says why not; how it runs xentop, and which of its answers is a sample. */
import { describe, expect, test } from 'vitest';
import { xenrec } from '../../recorders/xenrec/index.ts';
import type { Batch } from '../../src/batch.ts';
import { SdrError } from '../../src/errors.ts';
import { Csv } from '../../src/formats/csv.ts';
import type { Ran, System } from '../../src/host.ts';
import { Job } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import { planOf } from '../../src/plan.ts';
import { noSystem } from '../../src/tape-system.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';
import { FakeFiles } from '../fake/files.ts';
import { install } from '../fake/kernel.ts';
import type { Printed } from './xentop.ts';
import { run, table, usual } from './xentop.ts';

const dom0 = { '/sys/hypervisor/type': 'xen\n', '/proc/xen/capabilities': 'control_d\n' };
const withType = { '/sys/hypervisor/type': 'xen\n' };
const guest = 'unavailable: This machine is a guest of Xen: domains can only be seen from dom0';
const hangs = 'xentop did not end within 9 s and was killed (it waits for ever when xenstored is dead)';
const zeros = '00000000-0000-0000-0000-000000000000\n';
const nothing = new Uint8Array(0);
const ended: Ran = { stdout: nothing, stderr: nothing, status: 0, failure: '' };

/** A machine with these files, where xentop is found and root asks unless `system` says otherwise. */
function machineOf(files: Readonly<Record<string, string>>, system: Partial<System> = {}): Machine {
  const kept = new FakeFiles();
  install(kept, files);
  return new Machine(kept, '', () => {}, {
    system: { ...noSystem, find: () => '/usr/sbin/xentop', fact: () => '0', ...system },
  });
}

/** Why xenrec does not work there, behind the name of the exit code; '' when it works. */
function refusal(files: Readonly<Record<string, string>>, system: Partial<System> = {}): string {
  try {
    xenrec.open(machineOf(files, system), () => false);
    return '';
  } catch (error) {
    if (!(error instanceof SdrError)) throw error;
    return `${error.exit}: ${error.message}`;
  }
}

describe('xenrec works', () => {
  test.each([
    ['where xenfs says control_d', dom0],
    [
      'without xenfs, where the kernel says initdomain',
      { ...withType, '/sys/hypervisor/start_flags/initdomain': '1\n' },
    ],
    ['without xenfs, where the UUID is all zeros', { ...withType, '/sys/hypervisor/uuid': zeros }],
    ['where the UUID is denied', { ...withType, '/sys/hypervisor/uuid': '<denied>\n' }],
    ['where only xenfs tells of Xen', { '/proc/xen/capabilities': 'control_d\n' }],
    ['where nothing tells a guest from dom0: xentop will', withType],
  ])('%s', (_, files) => {
    expect(refusal(files)).toBe('');
  });

  test('where nobody knows who asks', () => {
    expect(refusal(dom0, { fact: () => null })).toBe('');
  });

  test.each([
    ['there is no Xen', {}, 'unavailable: This machine does not run on Xen'],
    ['the hypervisor is another', { '/sys/hypervisor/type': 'kvm\n' }, 'unavailable: This machine does not run on Xen'],
    ['xenfs does not say control_d', { ...withType, '/proc/xen/capabilities': '\n' }, guest],
    ['the kernel is not initdomain', { ...withType, '/sys/hypervisor/start_flags/initdomain': '0\n' }, guest],
    ['the UUID is one', { ...withType, '/sys/hypervisor/uuid': zeros.replace('0', 'c') }, guest],
  ])('not where %s', (_, files, why) => {
    expect(refusal(files)).toBe(why);
  });

  test('not where there is no xentop, which it looks for with the running version first', () => {
    const asked: string[] = [];
    const versions = ['xen-4.14', 'xen-4.17', 'xen-4.9', 'xenomai', 'x86_64-linux-gnu'];
    const files = {
      ...dom0,
      '/sys/hypervisor/version/major': '4\n',
      '/sys/hypervisor/version/minor': '17\n',
      ...Object.fromEntries(versions.map((name) => [`/usr/lib/${name}/file`, 'x'])),
    };
    const find = (program: string, directories: readonly string[]) => {
      asked.push(program, ...directories);
      return null;
    };
    expect(refusal(files, { find })).toBe(
      'unavailable: There is no xentop in PATH, /usr/sbin, /sbin, /usr/local/sbin and /usr/lib/xen-*/bin: install the Xen utilities',
    );
    expect(asked).toEqual([
      ...['xentop', '/usr/sbin', '/sbin', '/usr/local/sbin'],
      ...['4.17', '4.14', '4.9'].map((version) => `/usr/lib/xen-${version}/bin`),
    ]);
  });

  test('not for another user than root in dom0, but a guest hears that it is one', () => {
    expect(refusal(dom0, { fact: () => '1000' })).toBe(
      'permission: Only root may ask the hypervisor: run sdr as root (now it is user 1000)',
    );
    expect(refusal({ ...withType, '/proc/xen/capabilities': '\n' }, { fact: () => '1000' })).toBe(guest);
  });
});

test('an interval shorter than xentop needs is refused with the reason', () => {
  expect(() => planOf(['xenrec', '1'], [xenrec], [])).toThrow(
    'xenrec cannot be recorded every 1 s: expected at least 2 s, because xentop itself takes more than a second for each sample',
  );
  expect(planOf(['xenrec', '2'], [xenrec], []).jobs[0]?.interval).toBe(2000);
});

/** Samples, ten seconds apart, of which xentop says this: the CSV, the warnings, and what was run. */
function recorded(answers: readonly Partial<Ran>[], wanted = (_: string) => true) {
  const runs: unknown[] = [];
  const warnings: string[] = [];
  const left = [...answers];
  const machine = machineOf(dom0, {
    run(program, args, limit, then) {
      runs.push([program, args, limit]);
      then({ ...ended, ...left.shift() });
    },
  });
  const view = viewOf(xenrec);
  const job = new Job(xenrec, view, machine, wanted, (_, message) => warnings.push(message));
  const csv = new Csv();
  const out = new Text();
  answers.forEach((_, i) => {
    machine.begin(i * 10_000);
    job.sample(i * 10_000, i * 10_000, false, (batch: Batch) => csv.rows(batch, out));
  });
  const names = view.header.split(',');
  const rows = Buffer.from(out.view()).toString().split('\n').slice(0, -1);
  const cells = rows.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
  return { runs, warnings, cells };
}

const words = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const good = (...domains: readonly Printed[]): Partial<Ran> => ({ stdout: run(domains) });
/** The usual guest with other words. */
const guestWith = (changes: Readonly<Record<number, string>>): Printed => ({
  name: 'a',
  words: usual.map((word, i) => changes[i] ?? word),
});

describe('a sample', () => {
  test('is one run, by its path, with a limit below the own interval', () => {
    const { runs, warnings } = recorded([good({ name: 'a' })]);
    expect(runs).toEqual([['/usr/sbin/xentop', ['-b', '-d1', '-i2', '-f'], 9000]]);
    expect(xenrec.slow).toBeGreaterThan(9000);
    expect(warnings).toEqual([]);
  });

  test('is the second table, seen from the guest, in base units', () => {
    const first = guestWith({ 0: '10', 8: '1', 9: '2' });
    const second = guestWith({ 0: '11', 1: '73.4', 8: '3', 9: '5', 14: '7', 15: '9' });
    const { cells } = recorded([{ stdout: run([first], [second]) }]);
    expect(cells).toMatchObject([
      {
        domain: 'a',
        state: 'b',
        cpu_s_total: '11',
        cpu_pct: '73.4',
        cpu_interval_pct: '',
        mem_bytes: String(524_288 * 1024),
        guest_rx_bytes_total: '3072',
        guest_tx_bytes_total: '5120',
        vbd_read_bytes_total: '3584',
        vbd_written_bytes_total: '4608',
      },
    ]);
  });

  test('has the growth of the CPU time over the interval', () => {
    const { cells } = recorded([good(guestWith({ 0: '10' })), good(guestWith({ 0: '14' }))]);
    expect(cells.map((row) => row['cpu_interval_pct'])).toEqual(['', '40.00']);
  });

  test('has only the domains that are wanted', () => {
    const { cells } = recorded([good({ name: 'a' }, { name: 'b' })], (key) => key === 'b');
    expect(cells.map((row) => row['domain'])).toEqual(['b']);
  });

  test.each([
    ['0.0 of a domain that was not there before', [], { 1: '0.0' }, ''],
    ['0.0 of one that was started anew', [guestWith({ 0: '50' })], { 0: '1', 1: '0.0' }, ''],
    ['0.0 of one that did nothing', [guestWith({ 0: '50' })], { 0: '50', 1: '0.0' }, '0.0'],
    ['a share of one that the first table had left out', [], { 1: '12.5' }, '12.5'],
    ['twice what its vcpus have', [guestWith({})], { 1: '400.0', 6: '2' }, '400.0'],
    ['more than that', [guestWith({})], { 1: '400.1', 6: '2' }, ''],
    ['a clock set back', [guestWith({})], { 1: '-0.9' }, ''],
    ['no time at all', [guestWith({})], { 1: 'inf' }, ''],
  ])('writes %s as it should', (_, first, changes, cell) => {
    const others: Printed = { name: 'z' };
    const { cells } = recorded([{ stdout: run([...first, others], [guestWith(changes), others]) }]);
    expect(cells[0]?.['cpu_pct']).toBe(cell);
  });

  test('has totals to the last digit, and no memory that no host has', () => {
    const { cells } = recorded([good(guestWith({ 2: '9007199254740993', 4: '9007199254740', 8: '9007199254740993' }))]);
    expect(cells).toMatchObject([{ mem_bytes: '', maxmem_bytes: '', guest_rx_bytes_total: '9223372036854776832' }]);
    const { cells: less } = recorded([good(guestWith({ 2: '8796093022207' }))]);
    expect(less).toMatchObject([{ mem_bytes: '9007199254739968' }]);
  });

  test('has no share of the interval that no vcpus could have', () => {
    const { cells } = recorded([
      good(guestWith({ 0: '10' })),
      good(guestWith({ 0: '31' })),
      good(guestWith({ 0: '51' })),
    ]);
    expect(cells.map((row) => row['cpu_interval_pct'])).toEqual(['', '', '200.00']);
  });
});

describe('a run is no sample', () => {
  const one = table([{ name: 'a' }]);
  const said = words('\n first\x1b[2J line \nsecond\n');
  test.each<[string, Partial<Ran>, string]>([
    ['that never ends', { status: null, failure: 'ETIMEDOUT', stdout: one }, hangs],
    ['that never ends and says why', { status: null, failure: 'ETIMEDOUT', stderr: said }, `${hangs}: first[2J line`],
    [
      'that never stops talking',
      { status: null, failure: 'EFBIG' },
      'xentop printed more than any host has domains, and was killed',
    ],
    ['that cannot start', { status: null, failure: 'EACCES' }, 'Cannot run /usr/sbin/xentop: EACCES'],
    ['with one table and status 0', { stdout: one }, 'xentop printed no second table (exit status 0)'],
    ['with words and status 1', { status: 1, stderr: said }, 'xentop printed no table (exit status 1): first[2J line'],
    ['that was killed', { status: null, stdout: one }, 'xentop printed no second table (killed by a signal)'],
    [
      'with three tables',
      { stdout: Buffer.concat([one, one, one]) },
      'xentop printed more than two tables (exit status 0)',
    ],
    [
      'with other text behind',
      { stdout: Buffer.concat([one, one, words('x\n')]) },
      'Cannot parse the output of xentop: expected a domain, got "x?"',
    ],
  ])('%s', (_, answer, why) => {
    const { cells, warnings } = recorded([answer, good({ name: 'a' })]);
    expect(warnings).toEqual([`xenrec: ${why}; sample skipped`]);
    expect(cells).toHaveLength(1);
  });

  test('with a megabyte on stderr, of which 200 bytes are told', () => {
    const { warnings } = recorded([{ status: 1, stderr: words('é!'.repeat(300_000)) }]);
    expect(warnings).toEqual([`xenrec: xentop printed no table (exit status 1): ${'!'.repeat(66)}; sample skipped`]);
  });

  test('but words on stderr and a status alone are no failure', () => {
    const { cells, warnings } = recorded([
      { ...good({ name: 'a' }), stderr: words('vif1.0 but no domain\n'), status: 1 },
    ]);
    expect([cells.length, warnings]).toEqual([1, []]);
  });
});
