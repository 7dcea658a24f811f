/**
 * HTTPS on QuickJS: no TLS is linked in, so the system's curl(1) speaks it. What it is told lies in a file without a name in memory:
 * neither the token nor the rows are ever on a command line or on a disk.
 */
import * as posix from 'sdr:posix';
import type { Ran, Request, Response } from '../host.ts';
import { errno } from '../host.ts';
import { ascii } from '../parse.ts';
import { utf8 } from '../text.ts';
import { Answer } from './quickjs-http.ts';
import { start } from './quickjs-programs.ts';
import { find } from './quickjs-system.ts';

const none = new Uint8Array(0);
export const failed = (failure: string): Response => ({ status: 0, headers: {}, body: none, failure });

/** The file of a descriptor of ours, for a child of ours. */
const path = (fd: number): string => `/proc/${posix.pid()}/fd/${fd}`;

/** A line of curl's configuration file. */
const setting = (name: string, value: string): string =>
  `${name} = "${value.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, ' ')}"\n`;

function configuration({ url, headers, limit, pem }: Request, body: number): string {
  // Expect: 100-continue would cost a round trip.
  const fields = Object.entries({ Expect: '', ...headers }).filter(([name]) => name !== 'Content-Length');
  return [
    'silent\nshow-error\ninclude\nraw\nhttp1.1\nsuppress-connect-headers\nproto = "=https"\ntlsv1.2\n',
    setting('url', url),
    setting('max-time', String(Math.ceil(limit / 1000))),
    setting('connect-timeout', '15'),
    ...fields.map(([name, value]) => setting('header', `${name}: ${value}`.trim())),
    ...[
      ['cacert', pem.ca],
      ['cert', pem.cert],
      ['key', pem.key],
    ].flatMap(([name = '', file = '']) => (file === '' ? [] : [setting(name, file)])),
    ...(body < 0 ? [] : [setting('data-binary', `@${path(body)}`)]),
  ].join('');
}

/** Returns what makes sure that nobody is told. */
export function curl(request: Request, then: (response: Response) => void): () => void {
  let isCancelled = false;
  const told = (response: Response): void => {
    if (!isCancelled) then(response);
  };
  const program = find('curl', ['/usr/bin', '/usr/local/bin']);
  if (program === null) posix.at(0, () => told(failed('https:// takes the program curl here, which is not installed')));
  else run(program, request, told);
  return () => {
    isCancelled = true;
  };
}

function run(program: string, request: Request, told: (response: Response) => void): void {
  const files: number[] = [];
  try {
    const body = request.body ? posix.memory(request.body) : -1;
    files.push(body);
    const config = posix.memory(utf8(configuration(request, body)));
    files.push(config);
    // -q: no configuration of the user's.
    start(program, ['-q', '-K', path(config)], request.limit + 1000, (ran) => {
      closeAll(files);
      told(responseOf(ran));
    });
  } catch (error) {
    if (errno(error) === '') throw error;
    closeAll(files);
    posix.at(0, () => told(failed(errno(error))));
  }
}

function closeAll(files: readonly number[]): void {
  for (const fd of files) if (fd >= 0) posix.close(fd);
}

/** What its exit codes say in the words of the system: curl(1). */
const codes: Readonly<Record<number, string>> = { 6: 'ENOTFOUND', 7: 'ECONNREFUSED', 28: 'ETIMEDOUT' };

function responseOf({ stdout, stderr, status, failure }: Ran): Response {
  if (status !== 0) {
    const said = ascii(stderr)
      .trim()
      .split('\n')[0]
      ?.replace(/^curl: \(\d+\) /, '');
    return failed(codes[status ?? -1] ?? (said || failure || 'EIO'));
  }
  const answer = new Answer();
  answer.push(stdout);
  return answer.read(true) ?? failed('ECONNRESET');
}
