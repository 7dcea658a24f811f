/** The recorder edition over HTTPS, which the curl(1) of the system speaks for it: what can go wrong with another program between. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { library, x64 } from '../../scripts/quickjs.ts';
import { recorderEdition } from '../../scripts/recorder-edition.ts';
import { BuildError } from '../../scripts/tools.ts';
import { selfSigned, signed } from '../collect/certificates.ts';
import type { Reply } from '../forward/receiver.ts';
import { Served } from '../forward/served.ts';
import { needs, needsRoot } from './needs.ts';
import type { Ended, Running } from './program.ts';
import { environment, folder, sdr, start, startAny, until } from './program.ts';

const built = join(tmpdir(), `sdr-forward-curl-${process.pid}`);
let missing = '';
try {
  await library(x64);
} catch (error) {
  if (!(error instanceof BuildError) || process.env['CI']) throw error;
  missing = error.message;
  process.stderr.write(`forward-curl.test.ts is left out: ${missing}\n`);
}
const here = (tools: { readonly skip: boolean } = needs('openssl', 'curl')) => ({ skip: missing !== '' || tools.skip });

const pems = join(tmpdir(), `sdr-forward-pems-${process.pid}`);
const pem = (name: string): string => join(pems, name);
const text = (name: string): string => readFileSync(pem(name), 'utf8');

beforeAll(async () => {
  if (here().skip) return;
  await recorderEdition({ entry: 'bin/sdr-recorder.ts', out: built });
  mkdirSync(pems);
  selfSigned(pems, 'ca', 'authority');
  for (const [name, cn] of Object.entries({
    server: 'localhost',
    elsewhere: 'elsewhere.example',
    pi1: 'pi1',
    pi2: 'pi2',
  })) {
    signed(pems, name, cn, 'ca');
  }
  selfSigned(pems, 'other');
  execFileSync('openssl', ['x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', ...past], {
    cwd: pems,
    stdio: 'pipe',
  });
  writeFileSync(pem('token'), `${token}\n`, { mode: 0o600 });
  writeFileSync(pem('wrong'), 'wrong-secret\n', { mode: 0o600 });
}, 120_000);
afterAll(() => {
  rmSync(built, { force: true });
  rmSync(pems, { force: true, recursive: true });
});

/** Signed to end the day before it begins, which openssl of every age does. */
const past = ['-CAcreateserial', '-days', '-1', '-out', 'expired.pem'];
const token = 'top-secret';
const file = 'cpurec-20260301.csv';
const rows = (count: number): string =>
  `time,cpu_pct\n${Array.from({ length: count }, (_, i) => `${1_772_366_400 + i},${i % 89}.25\n`).join('')}`;

function recorded(count = 3000): string {
  const path = folder();
  mkdirSync(join(path, '.sdr'));
  writeFileSync(join(path, file), rows(count));
  return path;
}

const begin = (args: readonly string[], env = {}): Running =>
  startAny([built, 'forward', '--host', 'pi1', ...args], { env });
const once = (args: readonly string[]): Promise<Ended> => begin([...args, '--once']).ended;

/** A collector of ours with TLS, its directory and its port. */
async function collector(...more: readonly string[]) {
  const path = folder();
  const made = sdr(['collect', 'token', 'add', path, '--name', 'pis', '--host', 'pi1', '--enrol']).stdout.trim();
  writeFileSync(join(path, 'made'), `${made.split(/\s/).at(-1)}\n`, { mode: 0o600 });
  const tls = ['--tls-cert', pem('server.pem'), '--tls-key', pem('server.key')];
  const running = start(['collect', path, '--listen', '127.0.0.1:0', ...tls, ...more]);
  const port = () => /https:\/\/127\.0\.0\.1:(\d+)/.exec(running.stderr())?.[1] ?? '';
  await until(
    () => port() !== '',
    () => `a port: ${running.stderr()}`,
  );
  const copy = (): string => {
    try {
      return readFileSync(join(path, 'pi1', file), 'latin1');
    } catch {
      return '';
    }
  };
  return {
    to: ['--to', `https://localhost:${port()}`],
    ca: ['--ca', pem('ca.pem')],
    tokenFile: join(path, 'made'),
    copy,
  };
}

/** A receiver that can be told what to answer. */
async function served(name = 'server') {
  const made = await new Served().http({ cert: text(`${name}.pem`), key: text('server.key') });
  made.receiver.token = token;
  const args = ['--to', `https://localhost:${made.port}`, '--ca', pem('ca.pem'), '--token-file', pem('token')];
  return { served: made, receiver: made.receiver, args };
}

/** The curl that a program of ours runs now. */
function childOf({ child: { pid } }: Running): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
}

test('reaches a collector that wants a token and a certificate, by those that are right', here(), async () => {
  const { to, ca, tokenFile, copy } = await collector('--tls-client-ca', pem('ca.pem'));
  const path = recorded();
  const ours = (name: string) => ['--cert', pem(`${name}.pem`), '--key', pem(`${name}.key`)];
  const all = [path, ...to, ...ca, ...ours('pi1')];
  const refused = await once([...all, '--token-file', pem('wrong')]);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(/refuses all rows: .* \(401\)/) });
  const another = await once([path, ...to, ...ca, ...ours('pi2'), '--token-file', tokenFile]);
  expect(another).toMatchObject({ status: 1, stderr: expect.stringMatching(/refuses .*\(403\)/) });
  const [nobody, stranger] = [begin([recorded(), ...to, ...ca, '--token-file', tokenFile]), begin([recorded(), ...to])];
  await until(() => nobody.stderr().includes('Cannot send'), 'a word about no certificate');
  await until(() => /Cannot send .*certificate/.test(stranger.stderr()), 'a word about an unknown authority');
  for (const each of [nobody, stranger]) await each.stop();
  expect(copy()).toBe('');
  expect(await once([...all, '--token-file', tokenFile])).toMatchObject({ status: 0, stderr: '' });
  expect(copy()).toBe(readFileSync(join(path, file), 'latin1'));
});

test.each([
  ['expired', /certificate has expired/],
  ['elsewhere', /no alternative certificate subject|does not match/],
])('sends nothing to a certificate that is %s', here(), async (name, why) => {
  const key = name === 'expired' ? 'server' : name;
  const made = await new Served().http({ cert: text(`${name}.pem`), key: text(`${key}.key`) });
  const running = begin([recorded(), '--to', `https://localhost:${made.port}`, '--ca', pem('ca.pem')]);
  await until(() => why.test(running.stderr()), running.stderr);
  await running.stop();
  expect(made.receiver.asked).toEqual([]);
});

test('neither the token nor rows are to be seen from outside, nor on a disk', here(), async () => {
  const { served: made, args } = await served();
  made.fate = () => 'silence';
  const temporary = folder();
  const running = begin([recorded(), ...args, '--once'], { TMPDIR: temporary });
  await until(() => childOf(running) !== '' && made.receiver.asked.length > 0, 'curl');
  const pids = [running.child.pid, childOf(running)];
  const seen = pids.map((pid) => ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'latin1')));
  expect(seen.join()).toContain('curl');
  expect(seen.join()).not.toContain(token);
  expect(readdirSync(temporary)).toEqual([]);
  await running.stop();
});

test('a curl that is killed, and a connection that is cut, lose and double nothing', here(), async () => {
  const { served: made, receiver, args } = await served();
  const path = recorded();
  made.fate = () => 'silence';
  const running = begin([path, ...args, '--once']);
  for (let kills = 0; kills < 3; kills++) {
    const [before, asked] = [childOf(running), receiver.asked.length];
    await until(() => childOf(running) !== '' && receiver.asked.length >= Math.max(1, asked), 'curl');
    process.kill(Number(childOf(running)), 'SIGKILL');
    await until(() => childOf(running) !== before || childOf(running) === '', 'its end');
  }
  made.fate = () => (made.connections % 2 === 0 ? 'cut before' : 'answer');
  const { status, stderr } = await running.ended;
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('takes rows again') });
  expect(receiver.text(file)).toBe(rows(3000));
});

test.each([
  [413, { most: 3000 }, ''],
  [409, {}, 'refuses all rows: so it is (409)'],
  [401, {}, 'refuses all rows: so it is (401)'],
])('%i is understood', here(), async (status, wish, said) => {
  const { receiver, args } = await served();
  const path = recorded(300);
  Object.assign(receiver, wish);
  const answer = receiver.answer.bind(receiver);
  if (said !== '') receiver.answer = () => ({ status, body: '{"error":"so it is"}' });
  const first = await once([path, ...args]);
  expect(first).toMatchObject({ status: said === '' ? 0 : 1, stderr: expect.stringContaining(said) });
  receiver.answer = answer;
  expect((await once([path, ...args])).status).toBe(0);
  expect(receiver.text(file)).toBe(rows(300));
});

test.each([429, 503])('%i is waited for as long as Retry-After says', here(), async (status) => {
  const { receiver, args } = await served();
  const answer = receiver.answer.bind(receiver);
  const times: number[] = [];
  const busy: Reply = { status, headers: { 'Retry-After': '2' }, body: '{"error":"busy"}' };
  receiver.answer = (asked) => {
    times.push(performance.now());
    return times.length < 2 ? busy : answer(asked);
  };
  expect(await once([recorded(300), ...args])).toMatchObject({
    status: 0,
    stderr: expect.stringContaining(`(${status})`),
  });
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1900);
  expect(receiver.text(file)).toBe(rows(300));
});

test('without curl it says so and keeps the rows', here(needsRoot('chroot', 'openssl', 'curl')), async () => {
  const root = folder();
  mkdirSync(join(root, 'data', '.sdr'), { recursive: true });
  writeFileSync(join(root, 'data', '.sdr', 'instance'), '0123456789abcdef \n');
  writeFileSync(join(root, 'data', file), rows(3));
  copyFileSync(built, join(root, 'sdr'));
  const args = [root, '/sdr', 'forward', '/data', '--to', 'https://localhost:1'];
  const running = startAny(['chroot', ...args], { env: environment() });
  await until(() => running.stderr() !== '', 'a word about it');
  expect(await running.stop()).toMatchObject({ status: 0 });
  expect(running.stderr()).toBe(
    'sdr: Cannot send to https://localhost:1: https:// takes the program curl here, which is not installed; rows wait in /data\n',
  );
  expect(readFileSync(join(root, 'data', file), 'latin1')).toBe(rows(3));
});
