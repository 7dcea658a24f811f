/**
 * The back door, for commands of the same machine: a socket in the directory, which only its owner and root may use. It is opened
 * through a descriptor of the directory, because a socket's path has 107 bytes at most and a directory's has more.
 */
import fs from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import process from 'node:process';
import { SdrError } from '../errors.ts';
import { errno } from '../host.ts';
import { WireError } from '../wire/error.ts';
import type { Keeper } from './keeper.ts';
import type { Overview } from './state.ts';

const name = 'collect.sock';
/** For an answer of a process that hangs, milliseconds. */
const patience = 10_000;

/** Opens it; gives what closes it. Throws a SystemError where a file system knows no sockets. */
export async function openAdmin(path: string, overview: Overview, keeper: Keeper): Promise<() => void> {
  const server = createServer((asked, answer) => void reply(overview, keeper, asked, answer));
  const fd = fs.openSync(`${path}/.sdr`, 'r');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
    fs.closeSync(fd);
  };
  // Whoever has the directory's lock is alone in it: what lies there is of one that was killed.
  fs.rmSync(`${path}/.sdr/${name}`, { force: true });
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(`/proc/self/fd/${fd}/${name}`, resolve);
      process.umask(mask);
    });
    return close;
  } catch (error) {
    close();
    throw error;
  } finally {
    process.umask(mask);
  }
}

async function reply(
  overview: Overview,
  keeper: Keeper,
  { method, url = '' }: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  try {
    if (method === 'GET' && pathname === '/v1/status') answer.end(JSON.stringify(await overview.state()));
    else if (method === 'POST' && pathname === '/v1/accept') {
      await keeper.accept(searchParams.get('host') ?? '');
      answer.end('{}');
    } else throw new WireError(404, 'expected /v1/status or /v1/accept');
  } catch (error) {
    answer.statusCode = error instanceof WireError ? error.status : 500;
    answer.end(JSON.stringify({ error: (error as Error).message }));
  }
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Asks the collector that runs in a directory; null when none does. Rejects with an SdrError. */
export async function askAdmin(path: string, method: 'GET' | 'POST', url: string): Promise<Reply | null> {
  let fd: number;
  try {
    fd = fs.openSync(`${path}/.sdr`, 'r');
  } catch (error) {
    return absent(path, error);
  }
  try {
    return await exchange(`/proc/self/fd/${fd}/${name}`, method, url);
  } catch (error) {
    return absent(path, error);
  } finally {
    fs.closeSync(fd);
  }
}

function exchange(socketPath: string, method: string, url: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method, path: url, timeout: patience }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.on('error', reject);
    });
    asking.on('timeout', () => asking.destroy(new SdrError('io', 'The collector does not answer')));
    asking.on('error', reject);
    asking.end();
  });
}

/** Null when nobody is there. */
function absent(path: string, error: unknown): null {
  const code = errno(error);
  if (['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ECONNRESET'].includes(code)) return null;
  if (error instanceof SdrError) throw error;
  const isRefused = code === 'EACCES' || code === 'EPERM';
  if (isRefused) throw new SdrError('permission', `Cannot ask the collector in ${path}: not allowed`, error);
  throw new SdrError('io', `Cannot ask the collector in ${path}: ${code || (error as Error).message}`, error);
}
