/** The network on Node.js. HTTP, TLS and zlib load when they are first used. */
import fs from 'node:fs';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import process from 'node:process';
import type { TLSSocketOptions } from 'node:tls';
import type { Connection, Listener, Net, Pem, Request, Response } from '../host.ts';
import { errno } from '../host.ts';

/** Longer answers are none of a collector's. */
const longest = 1024 * 1024;
/** A connection that does not stand by then is tried anew: TCP itself would wait ever longer. Milliseconds. */
const standing = 15_000;
const level = 1;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

/** Connections that stay open between requests, by what they were opened with, and how those files were then. */
const agents = new Map<string, { readonly agent: Agent; readonly stamp: string }>();

/** One connection a destination: what is in flight is one request. Throws a SystemError when a file of TLS cannot be read. */
function agentOf(isSecure: boolean, pem: Pem): Agent {
  const key = `${isSecure} ${pem.ca} ${pem.cert} ${pem.key}`;
  const stamp = isSecure ? stampOf(pem) : '';
  const known = agents.get(key);
  if (known?.stamp === stamp) return known.agent;
  if (known) discard(known.agent);
  const options = { keepAlive: true, maxSockets: 4, maxFreeSockets: 4 };
  const agent = isSecure
    ? new (process.getBuiltinModule('node:https').Agent)({ ...options, ...secrets(pem) })
    : new (process.getBuiltinModule('node:http').Agent)(options);
  agents.set(key, { agent, stamp });
  return agent;
}

/** Its connections end: those that are in use, with what is under way on them. */
function discard(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

/** What is different when one of these files was replaced. */
function stampOf({ ca, cert, key }: Pem): string {
  const stats = [ca, cert, key].map((path) => (path === '' ? undefined : fs.statSync(path, { throwIfNoEntry: false })));
  return stats.map((stat) => stat && `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}`).join(' ');
}

/** What TLS is given. Throws a SystemError when a file cannot be read. */
function secrets({ ca, cert, key }: Pem): TLSSocketOptions & { minVersion: 'TLSv1.2' } {
  const read = (path: string) => (path === '' ? undefined : fs.readFileSync(path));
  const files = { ca: read(ca), cert: read(cert), key: read(key) };
  const given = Object.fromEntries(Object.entries(files).filter(([, bytes]) => bytes !== undefined));
  return { minVersion: 'TLSv1.2', ...given };
}

const failed = (failure: string): Response => ({ status: 0, headers: {}, body: Buffer.of(), failure });

/** An errno, or the words of TLS and OpenSSL. */
const reasonOf = (error: Error): string => {
  const code = errno(error);
  return /^E[A-Z0-9]+$/.test(code) ? code : error.message.replace(/\s+/g, ' ').trim() || code;
};

/** One request; one that found its old connection gone is made again, once. */
class Exchange {
  private isOver = false;
  private cancel: () => void = () => {};
  private readonly request: Request;
  private readonly told: (response: Response) => void;
  private readonly timer: NodeJS.Timeout;

  constructor(request: Request, told: (response: Response) => void) {
    this.request = request;
    this.told = told;
    this.timer = setTimeout(() => this.end(failed('ETIMEDOUT')), request.limit);
    this.begin(true);
  }

  /** Ends it, and nobody is told. */
  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.cancel();
  }

  private end(response: Response): void {
    if (this.isOver) return;
    this.stop();
    this.told(response);
  }

  private begin(mayRepeat: boolean): void {
    const { url, method, headers, body, pem } = this.request;
    const isSecure = url.startsWith('https:');
    const http = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http');
    let sent: ClientRequest;
    try {
      const options = { method, headers, agent: agentOf(isSecure, pem) };
      // A certificate and a key that do not belong together, as in the middle of being replaced, throw here.
      sent = http.request(url, options, (message) => this.listen(message));
    } catch (error) {
      queueMicrotask(() => this.end(failed((error as Error).message)));
      return;
    }
    sent.on('socket', (socket) => limited(socket, isSecure, () => this.end(failed('ETIMEDOUT'))));
    this.cancel = () => sent.destroy();
    sent.on('error', (error) => {
      if (this.isOver) return;
      const isStale = sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errno(error));
      if (isStale && mayRepeat) this.begin(false);
      else this.end(failed(reasonOf(error)));
    });
    sent.end(body ?? undefined);
  }

  private listen(message: IncomingMessage): void {
    const pieces: Buffer[] = [];
    let length = 0;
    message.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > longest) this.end(failed('EFBIG'));
      else pieces.push(piece);
    });
    message.on('error', (error) => this.end(failed(reasonOf(error))));
    message.on('end', () => {
      const named = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
      const body = Buffer.concat(pieces);
      // Not stop(): the connection is good for the next request.
      this.cancel = () => {};
      this.end({ status: message.statusCode ?? 0, headers: Object.fromEntries(named), body, failure: '' });
    });
  }
}

/** Calls `late` when a connection does not stand in time. */
function limited(socket: Socket, isSecure: boolean, late: () => void): void {
  if (!socket.connecting) return;
  const timer = setTimeout(late, standing);
  for (const event of [isSecure ? 'secureConnect' : 'connect', 'close']) socket.once(event, () => clearTimeout(timer));
}

function connect(url: string, pem: Pem, limit: number, listener: Listener): Connection {
  let isOver = false;
  let socket: Socket | null = null;
  const close = (): void => {
    isOver = true;
    clearTimeout(timer);
    socket?.destroy();
  };
  const over = (failure: string): void => {
    if (isOver) return;
    close();
    listener.closed(failure);
  };
  const timer = setTimeout(() => over('ETIMEDOUT'), Math.min(limit, standing));
  try {
    socket = socketOf(url, pem);
  } catch (error) {
    queueMicrotask(() => over((error as Error).message));
    return { write() {}, close };
  }
  socket.on(url.startsWith('tls:') ? 'secureConnect' : 'connect', () => {
    clearTimeout(timer);
    if (!isOver) listener.open();
  });
  socket.on('data', (bytes: Buffer) => {
    if (!isOver) listener.data(bytes);
  });
  socket.on('error', (error) => over(reasonOf(error)));
  socket.on('close', () => over(''));
  return { write: (bytes) => void (isOver || socket.write(bytes)), close };
}

/** Throws a SystemError when a file of TLS cannot be read. */
function socketOf(url: string, pem: Pem): Socket {
  const { hostname, port } = new URL(url);
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), noDelay: true };
  const net = process.getBuiltinModule('node:net');
  if (url.startsWith('tcp:')) return net.connect(place);
  // An address is no name for TLS.
  const servername = net.isIP(place.host) === 0 ? place.host : '';
  return process.getBuiltinModule('node:tls').connect({ ...place, servername, ...secrets(pem) });
}

const zlib = () => process.getBuiltinModule('node:zlib');

export const nodeNet: Net = {
  request(request, then) {
    const exchange = new Exchange(request, then);
    return () => exchange.stop();
  },
  connect,
  pace: () => 0,
  pack: (bytes) => zlib().gzipSync(bytes, { level }),
  checksum: (bytes) => zlib().crc32(bytes),
  async *unpacked(path) {
    // Root may read where others can write: no link is followed, no writer of a pipe is waited for.
    const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const unzip = zlib().createGunzip();
    // What fails in either is thrown to whoever reads.
    process.getBuiltinModule('node:stream').pipeline(fs.createReadStream(path, { fd }), unzip, () => {});
    yield* unzip as AsyncIterable<Buffer>;
  },
};
