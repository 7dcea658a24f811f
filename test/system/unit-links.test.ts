/** Root records where another user may write: no link that is planted there leads out of it. On both engines. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { recorderEdition } from '../../scripts/recorder-edition.ts';
import { BuildError } from '../../scripts/tools.ts';
import { needsRoot } from './needs.ts';
import type { Ended } from './program.ts';
import { folder, run, startAny, until, words } from './program.ts';

const built = mkdtempSync(join(tmpdir(), 'sdr-links-'));
const edition = join(built, 'sdr-recorder');
try {
  await recorderEdition({ entry: 'bin/sdr-recorder.ts', out: edition });
} catch (error) {
  if (!(error instanceof BuildError) || process.env['CI']) throw error;
  process.stderr.write(`unit-links.test.ts leaves out QuickJS: ${error.message}\n`);
}
afterAll(() => rmSync(built, { recursive: true, force: true }));

const hosts: readonly (readonly [name: string, program: (args: readonly string[]) => [string, ...string[]]])[] = [
  ['Node', (args) => words(args)],
  ...(existsSync(edition)
    ? [['QuickJS', (args: readonly string[]): [string, ...string[]] => [edition, ...args]] as const]
    : []),
];

const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
const other = 65_534;
const secret = 'time,device\nroot,only\n';

describe.skipIf(needsRoot().skip).each(hosts)('on %s', (_, program) => {
  const record = (args: readonly string[]): Ended => run(program(args));

  /** A directory of another user, and a place of root that links could lead to. */
  function planted(): { readonly data: string; readonly theirs: string; readonly secret: string } {
    const at = folder();
    chmodSync(at, 0o755);
    const [data, theirs] = [join(at, 'data'), join(at, 'root')];
    mkdirSync(data);
    chownSync(data, other, other);
    mkdirSync(theirs, { mode: 0o700 });
    writeFileSync(join(theirs, 'secret'), secret, { mode: 0o600 });
    return { data, theirs, secret: join(theirs, 'secret') };
  }

  test('a link in the place of .sdr is refused with 73, and nothing is written where it leads', () => {
    const { data, theirs } = planted();
    symlinkSync(theirs, join(data, '.sdr'));
    const { status, stderr } = record(['record', 'cpurec', '20ms', '2', '-o', data]);
    expect({ status, stderr }).toEqual({ status: 73, stderr: `sdr: ${data}/.sdr is a link: expected a directory\n` });
    expect(readdirSync(theirs)).toEqual(['secret']);
  });

  test('a link in the place of a file is passed by', () => {
    const { data, secret: path } = planted();
    symlinkSync(path, join(data, `cpurec-${day}.csv`));
    symlinkSync(join(data, 'nowhere'), join(data, `cpurec-${day}r0001.csv`));
    expect(record(['record', 'cpurec', '20ms', '2', '-o', data]).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(secret);
    expect(existsSync(join(data, 'nowhere'))).toBe(false);
    expect(readFileSync(join(data, `cpurec-${day}r0002.csv`), 'utf8')).toMatch(/^time,device,/);
  });

  test('a link in the place of the file that is being written is not followed', async () => {
    const { data, secret: path } = planted();
    const running = startAny(program(['record', 'cpurec', '20ms', '-o', data]));
    const file = join(data, `cpurec-${day}.csv`);
    await until(() => existsSync(file), 'the first file');
    rmSync(file);
    symlinkSync(path, file);
    await until(() => existsSync(join(data, `cpurec-${day}r0001.csv`)), 'the next file');
    expect((await running.stop()).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(secret);
  });

  test.each(['instance', 'cpurec.1'])('a link in the place of .sdr/%s is not written through', (name) => {
    const { data, secret: path } = planted();
    mkdirSync(join(data, '.sdr'));
    symlinkSync(path, join(data, '.sdr', name));
    record(['record', 'cpurec', '20ms', '2', '-o', data]);
    expect(readFileSync(path, 'utf8')).toBe(secret);
  });

  test('what a link leads to is not compressed for everybody to read', async () => {
    const { data, secret: path } = planted();
    symlinkSync(path, join(data, 'cpurec-20200101.csv'));
    writeFileSync(join(data, 'cpurec-20200102.csv'), 'time,device\n1,cpu0\n');
    const running = startAny(program(['record', 'cpurec', '20ms', '-o', data, '--compress']));
    await until(() => existsSync(join(data, 'cpurec-20200102.csv.gz')), 'a compressed file');
    await running.stop();
    expect(gunzipSync(readFileSync(join(data, 'cpurec-20200102.csv.gz'))).toString()).toContain('cpu0');
    expect(existsSync(join(data, 'cpurec-20200101.csv.gz'))).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(secret);
  });
});
