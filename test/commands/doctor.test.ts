/** `sdr doctor`: it finds what is wrong, says how to mend it, and changes nothing. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import type { Values, World } from '../../src/command.ts';
import { doctor } from '../../src/commands/doctor.ts';
import type { Check } from '../../src/doctor/check.ts';
import type { Engine, Files } from '../../src/host.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import { Report } from '../../src/report.ts';
import { bootId } from '../../src/sinks/directory/claim.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sdr-doctor-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

class Refusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** This machine, whose files answer some paths with an errno. */
function refusing(codes: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}): Engine {
  const engine = nodeEngine();
  const asked = (path: string): string => {
    const code = codes[path];
    if (code !== undefined) throw new Refusal(code);
    return path;
  };
  const files: Files = {
    ...engine.files,
    open: (path, mode, permissions) => engine.files.open(asked(path), mode, permissions),
    stat: (path) => engine.files.stat(asked(path)),
    space: (path) => engine.files.space(asked(path)),
  };
  return { ...engine, files, env: (name) => environment[name] };
}

interface Found {
  readonly exit: unknown;
  readonly text: string;
  readonly checks: readonly Check[];
  readonly check: (name: string) => Check | undefined;
}

async function diagnosis(engine: Engine, words: readonly string[], values: Values = {}): Promise<Found> {
  let printed = '';
  const print: World['print'] = (text) => {
    printed += text;
  };
  const world: World = { engine, recorders, report: new Report(engine), print };
  await doctor.run(world, words, values);
  const text = printed;
  printed = '';
  const exit = await doctor.run(world, words, { ...values, json: true });
  const { checks } = JSON.parse(printed) as { checks: readonly Check[] };
  return { exit, text, checks, check: (name) => checks.find((each) => each.name === name) };
}

test('a recorder that cannot read its file is a fault with a remedy', async () => {
  const { exit, check, text } = await diagnosis(refusing({ '/proc/diskstats': 'EACCES' }), []);
  expect(exit).toBe('partial');
  expect(check('diskrec')).toMatchObject({ ok: false, text: expect.stringContaining('EACCES') });
  expect(check('/proc/diskstats')).toMatchObject({ ok: false, mend: 'let this user read it' });
  expect(text).toMatch(/^FAIL {2}diskrec /m);
});

test('pressure that is turned off is mended by psi=1', async () => {
  const { exit, check } = await diagnosis(refusing({ '/proc/pressure/io': 'EOPNOTSUPP' }), []);
  expect(exit).toBe('partial');
  expect(check('/proc/pressure/io')).toEqual({
    name: '/proc/pressure/io',
    ok: false,
    text: 'the kernel refuses it (EOPNOTSUPP); empty: psi_io_some_pct, psi_io_full_pct',
    mend: 'boot with psi=1',
  });
});

test('pressure that an old kernel does not have is no fault', async () => {
  const { check } = await diagnosis(refusing({ '/proc/pressure/cpu': 'ENOENT' }), []);
  expect(check('/proc/pressure/cpu')).toMatchObject({ ok: null, text: 'not there; empty: psi_cpu_some_pct' });
  expect(check('sysrec')).toMatchObject({ ok: true });
});

test('a machine without /proc says so once', async () => {
  const root = folder();
  const { exit, checks, check } = await diagnosis(refusing({}), [], { root });
  expect(exit).toBe('partial');
  expect(check('kernel files')).toMatchObject({ ok: false, mend: `mount -t proc proc ${root}/proc` });
  expect(checks.filter(({ name }) => name.startsWith('/proc'))).toEqual([]);
});

test('the clock: a mark, none, and a daemon without one', async () => {
  const mark = '/run/systemd/timesync/synchronized';
  const stat = (codes: Readonly<Record<string, true>>): Engine => {
    const engine = refusing({});
    const known: Files['stat'] = (path) => {
      if (!path.startsWith('/run/')) return engine.files.stat(path);
      if (codes[path]) return engine.files.stat('/');
      throw new Refusal('ENOENT');
    };
    return { ...engine, files: { ...engine.files, stat: known } };
  };
  expect((await diagnosis(stat({ [mark]: true }), [])).check('clock')?.ok).toBe(true);
  expect((await diagnosis(stat({}), [])).check('clock')?.ok).toBe(null);
  expect((await diagnosis(stat({ '/run/systemd/timesync': true }), [])).check('clock')?.ok).toBe(false);
});

test('a directory: writable, with room, and left as it was', async () => {
  const directory = folder();
  const { check } = await diagnosis(refusing({}), [directory]);
  expect(check('directory')).toMatchObject({ ok: true, text: `${directory} can be written` });
  expect(check('space')?.text).toMatch(/^\d+ MiB free \(\d+ %\)$/);
  expect(check('writers')?.text).toBe('nobody has recorded here yet');
  expect(readdirSync(directory)).toEqual([]);
});

test('without a word, $STATE_DIRECTORY', async () => {
  const directory = folder();
  const { check } = await diagnosis(refusing({}, { STATE_DIRECTORY: `${directory}:/other` }), []);
  expect(check('directory')?.text).toBe(`${directory} can be written`);
});

test('a directory that is missing, without its parent, a file, read-only', async () => {
  const directory = folder();
  const of = async (path: string, codes = {}) => (await diagnosis(refusing(codes), [path])).check('directory');
  expect(await of(`${directory}/new`)).toMatchObject({
    ok: null,
    text: `${directory}/new is not there yet: record makes it`,
  });
  expect(await of(`${directory}/a/b`)).toMatchObject({ ok: false, mend: `mkdir -p ${directory}/a/b` });
  writeFileSync(`${directory}/file`, '');
  expect(await of(`${directory}/file`)).toMatchObject({ ok: false, text: `${directory}/file is not a directory` });
  const probe = `${directory}/.sdr-doctor.${process.pid}`;
  expect(await of(directory, { [probe]: 'EROFS' })).toMatchObject({
    ok: false,
    mend: expect.stringContaining('mount it'),
  });
});

test('torn files are counted and not touched', async () => {
  const directory = folder();
  const whole = 'time,cpu_pct\n1,2.00\n';
  writeFileSync(`${directory}/sysrec-20260101.csv`, whole);
  writeFileSync(`${directory}/sysrec-20260102.csv`, `${whole}2,3.`);
  writeFileSync(`${directory}/cpurec-20260102.csv`, whole);
  appendFileSync(`${directory}/cpurec-20260102.csv`, Buffer.alloc(100));
  writeFileSync(`${directory}/notes.txt`, 'not ours');
  const { exit, check } = await diagnosis(refusing({}), [directory]);
  expect(check('torn files')).toMatchObject({ ok: null, text: expect.stringContaining('2 of 3 end inside a line') });
  expect(exit).toBe('done');
  expect(readFileSync(`${directory}/sysrec-20260102.csv`, 'utf8')).toBe(`${whole}2,3.`);
});

test('who records there now: the living, of this boot', async () => {
  const directory = folder();
  mkdirSync(`${directory}/.sdr`);
  const engine = refusing({});
  const start = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19];
  const claim = (name: string, words: object) =>
    writeFileSync(`${directory}/.sdr/${name}`, `${JSON.stringify({ boot: bootId(engine), ...words })}\n`);
  claim('cpurec.1', { pid: 1, start: '0' });
  claim('cpurec.2', { pid: process.pid, start });
  claim('sysrec.1', { pid: process.pid, start: '1' });
  claim('nicrec.1', { pid: 0, start: '' });
  claim('diskrec.1', { pid: process.pid, start, boot: 'another' });
  writeFileSync(`${directory}/.sdr/fsrec.1`, '');
  expect((await diagnosis(engine, [directory])).check('writers')?.text).toBe(`cpurec: process ${process.pid}`);
});

test('two words are refused', async () => {
  await expect(diagnosis(refusing({}), ['a', 'b'])).rejects.toThrow('doctor: expected one DIR, got "b" behind it');
});
