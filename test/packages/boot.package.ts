/** The package under a real systemd, in a container: what the units promise, and that their confinement changes no number. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { word } from '../../src/pages/unit/file.ts';
import type { Table } from '../system/csv.ts';
import { tableOf } from '../system/csv.ts';
import { needsRoot } from '../system/needs.ts';
import { lines } from '../system/program.ts';
import { Chroot } from './chroot.ts';
import { deb, newToml, there } from './debs.ts';

const tools = needsRoot('debootstrap', 'systemd-nspawn', 'dpkg-deb');

/** Words that systemd would change if they were not quoted. */
const odd = [
  'plain',
  'a b',
  '',
  '5%',
  '%n %i',
  '$HOME',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what systemd would put a variable for
  '${HOME}',
  '$$',
  '"q"',
  "it's",
  'back\\slash',
  '\\x41',
  'tab\there',
  'ümlaut',
  ';',
  '#',
  '-',
  '@x',
  '=*?[]{}()<>&|~^!,:+',
];

const recorders = ['sysrec', 'cpurec', 'diskrec', 'nicrec', 'fsrec', 'hdwrec'];

describe.skipIf(tools.skip).each(['bookworm', 'trixie'] as const)('booted, Debian %s', (name) => {
  let system: Chroot;
  beforeAll(async () => {
    system = new Chroot({ name, architecture: 'amd64' }, true);
    const first = system.take(there(await deb('amd64', { version: '0.1.0-1' })));
    system.take(there(await deb('amd64', { version: '0.1.1-1', configuration: newToml })), '/opt/second.deb');
    system.output(`dpkg -i ${first}`);
    const names = JSON.stringify(recorders);
    system.write('/etc/sdr/conf.d/test.toml', `[record]\nrecorders = ${names}\ninterval = "1s"\nflush = "1s"\n`);
    const format = word('<%s>\\n');
    system.write(
      '/etc/systemd/system/words.service',
      `[Service]\nType=oneshot\nStandardOutput=file:/report/words\nExecStart=/usr/bin/printf ${[format, ...odd.map(word)].join(' ')}\n`,
    );
    system.take('test/packages/boot.sh', '/opt/boot.sh');
    const unit =
      '[Service]\nType=oneshot\nExecStart=/bin/sh /opt/boot.sh\nStandardOutput=file:/said\nStandardError=file:/said\n';
    system.write('/etc/systemd/system/boot-test.service', `${unit}[Install]\nWantedBy=multi-user.target\n`);
    system.output('systemctl enable boot-test.service');
    const options = ['--register=no', '--keep-unit', '--quiet', '--console=pipe', '--boot', '-D', system.root];
    spawnSync('systemd-nspawn', options, { timeout: 150_000, stdio: 'ignore', killSignal: 'SIGKILL' });
    if (!existsSync(`${system.root}/report/end`)) throw new Error(`It did not come to its end: ${said('/said')}`);
  }, 400_000);
  afterAll(() => system.remove());

  const said = (path: string) => (existsSync(system.root + path) ? system.read(path) : 'nothing was said');
  const report = (file: string) => said(`/report/${file}`);

  test('the recorder has no rights left, and a filter of system calls', () => {
    const of = (field: string) => new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(report('status'))?.[1];
    expect([of('CapBnd'), of('CapEff'), of('NoNewPrivs'), of('Seccomp')]).toEqual([
      '0000000000000000',
      '0000000000000000',
      '1',
      '2',
    ]);
    expect(of('Uid')).not.toMatch(/^0\b/);
  });

  test('any user may read what it writes', () => {
    expect(report('nobody')).toMatch(/^time,device,.*\n\d+,cpu0,/);
  });

  test('a reload leaves it running', () => {
    expect(report('reload')).toBe('0 active same\n');
  });

  test.each(recorders)('the confinement hides nothing from %s', (recorder) => {
    const [inside, outside] = ['service', 'plain'].map((how) => tableOf(report(`${recorder}.${how}`)));
    expect(inside?.header).toEqual(outside?.header);
    expect(shape(inside)).toEqual(shape(outside));
    expect(shape(inside).length).toBeGreaterThan(0);
  });

  test('a killed recorder is started again', () => {
    expect(report('killed')).toBe('auto-restart\n');
  });

  test('one that cannot work is not', () => {
    expect(lines(report('failed'))).toEqual([
      'sdr@nosuch failed 64 0',
      'sdr-xen failed 69 0',
      'sdr@xenrec failed 69 0',
    ]);
  });

  test('the directory of the Xen service belongs to root', () => {
    expect(report('xen')).toBe('root 755\n');
  });

  test('every word of a command line reaches the program as it was', () => {
    expect(lines(report('words'))).toEqual(odd.map((each) => `<${each}>`));
  });

  test('what sdr unit prints writes where it was told to', () => {
    expect(report('odd')).toMatch(/^cpurec-\d{8}\.csv$/m);
  });

  test('a token and a key that only root may read reach a service of another user', () => {
    expect(lines(report('sent'))).toEqual([expect.stringMatching(/^cpurec-\d{8}\.csv$/), 'running']);
    expect(report('key')).toBe('key\n');
  });

  test('an upgrade starts again what runs, and nothing else', () => {
    expect(report('upgraded')).toBe('another active inactive\n');
  });

  test('removing the package ends what runs', () => {
    expect(report('removed')).toBe('inactive\n');
  });
});

/** Which things have a row, and which of their cells are empty; of an inventory what it says. */
function shape(table: Table | undefined): readonly string[] {
  const { header, rows } = table ?? { header: [], rows: [] };
  const isInventory = header[1] === 'item';
  // The mean wait of no requests is empty: that is what the disk did, not what is hidden.
  const isSteady = (_: string, at: number) => !/^time$|await_ms$/.test(header[at] ?? '');
  const found = rows.map((row) => row.filter(isSteady)).map((row) => (isInventory ? row : row.map(emptiness)).join());
  return [...new Set(found)].sort();
}

const emptiness = (cell: string, at: number): string =>
  at === 0 && !/^[\d.]*$/.test(cell) ? cell : cell === '' ? '' : 'x';
