/** The built programs of both editions send what they record to a receiver over real connections. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { library, x64 } from '../../scripts/quickjs.ts';
import { recorderEdition } from '../../scripts/recorder-edition.ts';
import { BuildError } from '../../scripts/tools.ts';
import { selfSigned } from '../collect/certificates.ts';
import type { Fate } from '../forward/served.ts';
import { Served } from '../forward/served.ts';
import { needs } from './needs.ts';
import type { Running } from './program.ts';
import { folder, startAny, until, words } from './program.ts';

const built = join(tmpdir(), `sdr-forward-${process.pid}`);
let missing = '';
try {
  await library(x64);
} catch (error) {
  if (!(error instanceof BuildError) || process.env['CI']) throw error;
  missing = error.message;
  process.stderr.write(`forward.test.ts leaves out the recorder edition: ${missing}\n`);
}

beforeAll(async () => {
  if (missing === '') await recorderEdition({ entry: 'bin/sdr-recorder.ts', out: built });
}, 120_000);
afterAll(() => rmSync(built, { force: true }));

const head = 'time,cpu_pct\n';
const rows = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `${1_772_366_400 + from + i},${i % 89}.25\n`).join('');

/** A directory as a recorder leaves it. */
function recorded(files: Readonly<Record<string, string | Buffer>>): string {
  const path = folder();
  mkdirSync(join(path, '.sdr'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

/** Where it is noted what was sent. */
const notesIn = (path: string): readonly string[] =>
  readdirSync(join(path, '.sdr'))
    .filter((name) => name.startsWith('forward-'))
    .map((name) => join(path, '.sdr', name));

/** The files of a directory that its receiver has other than they are. */
function wrong(path: string, { receiver }: Served): readonly string[] {
  const names = readdirSync(path).filter((name) => name.endsWith('.csv'));
  return names.filter((name) => receiver.text(name) !== readFileSync(join(path, name), 'latin1'));
}

type Edition = readonly [name: string, command: (args: readonly string[]) => [string, ...string[]]];
const recorderOnly: Edition = ['the recorder edition', (args) => [built, ...args]];
const editions: readonly Edition[] = [
  ['what is tested', (args) => words(args)],
  ...(missing === '' ? [recorderOnly] : []),
];

describe.each(editions)('%s', (name, command) => {
  const begin = (args: readonly string[], env = {}): Running => startAny(command(args), { env });
  const run = (args: readonly string[], env = {}) => begin(args, env).ended;

  test.each(['http', 'tcp'])('sends a directory over %s, and what was compressed in it', async (scheme) => {
    const served = await (scheme === 'http' ? new Served().http() : new Served().lines());
    const old = head + rows(0, 30_000);
    const path = recorded({
      'cpurec-20260227.csv.gz': gzipSync(old),
      'cpurec-20260301.csv': head + rows(0, 5000),
      'nicrec-20260301.csv': head + rows(0, 2),
    });
    const to = `${scheme}://localhost:${served.port}`;
    const { status, stderr } = await run(['forward', path, '--to', to, '--once', '--host', 'pi1']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(wrong(path, served)).toEqual([]);
    expect(served.receiver.text('cpurec-20260227.csv')).toBe(old);
    expect(served.receiver.doubled).toBe(0);
    expect(served.connections).toBe(1);
  });

  test.each(['http', 'tcp'])('loses and doubles nothing over %s, whatever becomes of connections', async (scheme) => {
    const served = await (scheme === 'http' ? new Served().http(null, 0, 50) : new Served().lines());
    const fates: readonly Fate[] = ['cut before', 'answer', 'cut after', 'chunked', 'answer'];
    let turn = 0;
    served.fate = () => fates[turn++ % fates.length] ?? 'answer';
    const path = folder();
    const to = ['--to', `${scheme}://127.0.0.1:${served.port}`, '--host', 'pi1'];
    const recording = begin(['record', 'cpurec', 'sysrec', '50ms', '-o', path, ...to]);
    const cutter = setInterval(() => served.cut(), 700);
    await sleep(4000);
    clearInterval(cutter);
    expect((await recording.stop()).status).toBe(0);
    served.fate = () => 'answer';
    expect((await run(['forward', path, ...to, '--once'])).status).toBe(0);
    expect(wrong(path, served)).toEqual([]);
    expect(served.receiver.files.size).toBeGreaterThanOrEqual(2);
  });

  test('goes on after SIGKILL from what it noted, or from what it is told', async () => {
    const served = await new Served().http();
    const path = folder();
    const to = ['--to', `http://127.0.0.1:${served.port}`, '--host', 'pi1'];
    for (let round = 0; round < 4; round++) {
      const recording = begin(['record', 'cpurec', '20ms', '-o', path, ...to]);
      await sleep(500 + 150 * round);
      await recording.stop('SIGKILL');
      const spoil = round === 1 ? rmSync : (file: string) => writeFileSync(file, '\0\0{"x":');
      if (round > 0) notesIn(path).forEach((file) => void spoil(file));
    }
    expect((await run(['forward', path, ...to, '--once'])).status).toBe(0);
    expect(wrong(path, served)).toEqual([]);
  });

  test('records on while the collector is silent, and ends at once when told to', async () => {
    const served = await new Served().http();
    served.fate = () => 'silence';
    const path = folder();
    const to = ['--to', `http://127.0.0.1:${served.port}`, '--to', 'http://nowhere.invalid:7373'];
    const recording = begin(['record', 'cpurec', '50ms', '-o', path, ...to]);
    const lines = (): number =>
      readdirSync(path)
        .filter((each) => each.endsWith('.csv'))
        .reduce((sum, each) => sum + readFileSync(join(path, each), 'latin1').split('\n').length, 0);
    await until(() => lines() > 60, 'rows');
    expect((await recording.stop()).status).toBe(0);
    expect(served.receiver.asked.length).toBeGreaterThan(0);
  });

  test('catches up when the collector comes back', async () => {
    const first = await new Served().http();
    const path = folder();
    const to = ['--to', `http://127.0.0.1:${first.port}`, '--host', 'pi1'];
    first.stop();
    const recording = begin(['record', 'cpurec', '20ms', '-o', path, ...to]);
    await until(() => recording.stderr().includes('ECONNREFUSED'), 'a word about it');
    const served = await new Served().http(null, first.port);
    await until(() => served.receiver.files.size > 0, 'rows');
    await until(() => recording.stderr().includes('takes rows again'), 'a word about it');
    await recording.stop();
    expect((await run(['forward', path, ...to, '--once'])).status).toBe(0);
    expect(wrong(path, served)).toEqual([]);
  });

  test('says a token to the collector and to nobody else', async () => {
    const served = await new Served().http();
    served.receiver.token = 'top-secret';
    const path = recorded({ 'cpurec-20260301.csv': head + rows(0, 50) });
    const credentials = folder();
    writeFileSync(join(credentials, 'token'), 'top-secret\n', { mode: 0o600 });
    writeFileSync(join(credentials, 'other'), 'wrong-secret\n', { mode: 0o600 });
    const args = ['forward', path, '--to', `http://127.0.0.1:${served.port}`, '--once'];
    const refused = await run([...args, '--token-file', join(credentials, 'other')]);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain('refuses all rows: expected a token (401)');
    expect((await run(args, { CREDENTIALS_DIRECTORY: credentials })).status).toBe(0);
    const notes = readdirSync(join(path, '.sdr')).map((each) => readFileSync(join(path, '.sdr', each), 'latin1'));
    expect([refused.stderr, ...notes].join()).not.toContain('secret');
    expect(wrong(path, served)).toEqual([]);
  });

  test('a single sample is sent before it ends', async () => {
    const served = await new Served().http();
    const path = folder();
    const { status } = await run(['record', 'hdwrec', '-o', path, '--to', `http://127.0.0.1:${served.port}`]);
    expect(status).toBe(0);
    expect(wrong(path, served)).toEqual([]);
    expect(served.receiver.files.size).toBe(1);
  });

  test('tells in selfrec how far a destination is behind', async () => {
    const served = await new Served().http();
    const path = folder();
    const to = ['--to', `http://127.0.0.1:${served.port}`, '--to', 'http://127.0.0.1:1'];
    const recording = begin(['record', 'cpurec', 'selfrec', '200ms', '-o', path, ...to]);
    const behind = () =>
      readdirSync(path)
        .filter((each) => each.startsWith('selfrec'))
        .flatMap((each) => readFileSync(join(path, each), 'latin1').split('\n'))
        .filter((line) => /,http:\/\/127\.0\.0\.1:1,,,,,,,[1-9]\d*,$/.test(line));
    await until(() => behind().length > 2, 'rows of a destination');
    await recording.stop();
  });

  test('what a link leads to is nobody’s business', async () => {
    const served = await new Served().http();
    const path = recorded({ 'cpurec-20260301.csv': head + rows(0, 5) });
    const secret = join(folder(), 'secret');
    writeFileSync(secret, `time,secret\n${rows(0, 5)}`);
    symlinkSync(secret, join(path, 'nicrec-20260301.csv'));
    const to = ['--to', `http://127.0.0.1:${served.port}`, '--host', 'pi1'];
    expect(await run(['forward', path, ...to, '--once'])).toMatchObject({ status: 0, stderr: '' });
    expect(served.receiver.frames.map(({ file }) => file)).toEqual(['cpurec-20260301.csv']);
  });

  test('a second sender of a directory to a place ends with 75, and follows when the first has gone', async () => {
    const served = await new Served().http();
    served.fate = () => 'silence';
    const path = recorded({ 'cpurec-20260301.csv': head + rows(0, 50) });
    const args = ['forward', path, '--to', `http://127.0.0.1:${served.port}`, '--host', 'pi1'];
    const first = begin(args);
    await until(() => served.receiver.asked.length > 0, 'a request');
    expect(await run(args)).toMatchObject({
      status: 75,
      stderr: `sdr: Cannot forward ${path} to http://127.0.0.1:${served.port}: process ${first.child.pid} does\n`,
    });
    await first.stop('SIGKILL');
    served.fate = () => 'answer';
    expect(await run([...args, '--once'])).toMatchObject({ status: 0, stderr: '' });
    expect(wrong(path, served)).toEqual([]);
  });

  test('of two recordings into a directory one sends both, and the other when the first has gone', async () => {
    const served = await new Served().http();
    const path = folder();
    const to = ['--to', `http://127.0.0.1:${served.port}`, '--host', 'pi1'];
    const first = begin(['record', 'cpurec', '50ms', '-o', path, ...to]);
    await until(() => served.receiver.files.size === 1, 'rows of the first');
    const second = begin(['record', 'sysrec', '50ms', '-o', path, ...to]);
    await until(() => served.receiver.files.size === 2, 'rows of the second');
    expect(served.connections).toBe(1);
    await first.stop('SIGKILL');
    const [name = ''] = readdirSync(path).filter((each) => each.startsWith('sysrec'));
    const before = served.receiver.text(name).length;
    await until(() => served.receiver.text(name).length > before + 1000, 'more rows of the second');
    await second.stop();
    expect(await run(['forward', path, ...to, '--once'])).toMatchObject({ status: 0, stderr: '' });
    expect(wrong(path, served)).toEqual([]);
  });

  test.each([
    ['--ca', 78],
    ['--token-file', 78],
  ])('a file of %s that is not there is told before anything is sent', async (option, status) => {
    const served = await new Served().http();
    const path = recorded({ 'cpurec-20260301.csv': head });
    const none = join(path, 'none');
    const args = ['forward', path, '--to', `http://127.0.0.1:${served.port}`, '--once', option, none];
    expect(await run(args)).toMatchObject({
      status,
      stderr: expect.stringContaining(`${none}: there is no such file`),
    });
    expect(served.connections).toBe(0);
  });

  test('over HTTPS, believes who it is told to', needs('openssl', 'curl'), async () => {
    const pems = folder();
    selfSigned(pems, 'server');
    const text = (file: string) => readFileSync(join(pems, file), 'utf8');
    const served = await new Served().http({ cert: text('server.pem'), key: text('server.key') });
    served.receiver.token = 'quoted "\\ token';
    writeFileSync(join(pems, 'token'), `${served.receiver.token}\n`, { mode: 0o600 });
    const path = recorded({ 'cpurec-20260301.csv': head + rows(0, 3000) });
    const args = ['forward', path, '--to', `https://localhost:${served.port}`, '--token-file', join(pems, 'token')];
    expect((await run([...args, '--ca', join(pems, 'server.pem'), '--once'])).status).toBe(0);
    expect(wrong(path, served)).toEqual([]);
    writeFileSync(join(path, 'cpurec-20260302.csv'), head + rows(0, 3));
    const doubtful = begin(args);
    await until(() => /Cannot send .*certificate/.test(doubtful.stderr()), `a refusal of ${name}`);
    await doubtful.stop();
    expect(served.receiver.text('cpurec-20260302.csv')).toBe('');
  });
});

test.each([['forward'], ['record']])(
  'the recorder edition sends nothing in the clear to tls://, by sdr %s',
  { skip: missing !== '' },
  async (name) => {
    const served = await new Served().lines();
    const path = recorded({ 'cpurec-20260301.csv': head });
    const [, command] = recorderOnly;
    const to = ['--to', `tls://127.0.0.1:${served.port}`];
    const args = name === 'forward' ? ['forward', path, '--once', ...to] : ['record', 'cpurec', '-o', path, ...to];
    expect(await startAny(command(args)).ended).toMatchObject({
      status: 69,
      stderr: `sdr: Cannot send to tls://127.0.0.1:${served.port}: tls:// is in the full edition only; here https:// works\n`,
    });
    expect(served.connections).toBe(0);
  },
);
