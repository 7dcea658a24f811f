/** A receiver behind a real port, over HTTP, HTTPS or the TCP mode, that can be told to behave badly. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { createServer as createSocketServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import { keyOf, verdictLine } from '../../src/wire/answer.ts';
import type { Frame } from '../../src/wire/frame.ts';
import { Frames } from '../../src/wire/frames.ts';
import { Receiver } from './receiver.ts';

/** What becomes of a request: it is answered, the connection is cut before or after it counts, or nothing is ever said. */
export type Fate = 'answer' | 'chunked' | 'cut before' | 'cut after' | 'silence';

export interface Pems {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

export class Served {
  readonly receiver = new Receiver();
  port = 0;
  fate: () => Fate = () => 'answer';
  /** Connections since the start. */
  connections = 0;
  private readonly open = new Set<Socket>();
  private server: { close(): unknown } | null = null;

  /** On `port`, or one that the kernel chooses. */
  async http(pems: Pems | null = null, port = 0, keepAlive = 5000): Promise<this> {
    const listener = (request: IncomingMessage, response: ServerResponse) => this.take(request, response);
    const tls = pems && { ...pems, requestCert: pems.ca !== undefined, rejectUnauthorized: pems.ca !== undefined };
    const server: Server = tls ? createSecureServer(tls, listener) : createServer(listener);
    server.keepAliveTimeout = keepAlive;
    return this.listen(server, port);
  }

  async lines(pems: Pems | null = null, port = 0): Promise<this> {
    const listener = (socket: Socket) => this.talk(socket);
    return this.listen(pems ? createTlsServer(pems, listener) : createSocketServer(listener), port);
  }

  /** Tears every connection where it is. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  stop(): void {
    this.server?.close();
    this.cut();
  }

  private listen(server: Server | ReturnType<typeof createSocketServer>, port: number): Promise<this> {
    this.server = server;
    server.on('connection', (socket: Socket) => {
      this.connections++;
      socket.setNoDelay(true);
      this.open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.open.delete(socket));
    });
    server.on('tlsClientError', () => {});
    onTestFinished(() => this.stop());
    return new Promise((resolve) => {
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        this.port = typeof address === 'object' && address ? address.port : 0;
        resolve(this);
      });
    });
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('error', () => {});
    request.on('end', () => {
      const fate = this.fate();
      if (fate === 'cut before') {
        request.socket.destroy();
        return;
      }
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const { method = '', url = '' } = request;
      const reply = this.receiver.answer({ method, path: url, headers, body: Buffer.concat(pieces) });
      if (fate === 'cut after') request.socket.destroy();
      if (fate === 'cut after' || fate === 'silence') return;
      const length = fate === 'chunked' ? {} : { 'content-length': String(Buffer.byteLength(reply.body)) };
      response.writeHead(reply.status, { ...reply.headers, ...length });
      for (let at = 0; at < reply.body.length; at += 7) response.write(reply.body.slice(at, at + 7));
      response.end();
    });
  }

  private talk(socket: Socket): void {
    let frames: Frames | null = null;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      frames ??= this.greet(socket, chunk);
      const first = chunk.toString('latin1', 0, 5) === 'AUTH ' ? chunk.indexOf(10) + 1 : 0;
      for (const frame of frames?.push(Buffer.from(chunk.subarray(first))) ?? []) this.say(socket, frame);
    });
  }

  /** What reads the frames that follow; null when they do not. */
  private greet(socket: Socket, chunk: Buffer): Frames | null {
    const { token } = this.receiver;
    const isKnown = token === null || chunk.toString('latin1', 0, chunk.indexOf(10)) === `AUTH ${token}`;
    if (isKnown) socket.write('OK sdr/1\n');
    else socket.end('ERR 401 expected a token\n');
    return isKnown ? new Frames(2 ** 20) : null;
  }

  private say(socket: Socket, frame: Frame): void {
    const fate = this.fate();
    if (fate === 'cut before') socket.destroy();
    if (socket.destroyed) return;
    const line = verdictLine(keyOf(frame), this.receiver.take(frame));
    if (fate === 'cut after') socket.destroy();
    if (fate === 'silence' || fate === 'cut after') return;
    socket.write(line.slice(0, 3));
    socket.write(line.slice(3));
  }
}
