/** The door for HTTP and HTTPS. All limits are the constructor's: set later, Node's own checks do not know them. */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WireError } from '../../wire/error.ts';
import type { Limits } from '../../wire/limits.ts';
import { statuses } from '../../wire/statuses.ts';
import { answered } from '../counts.ts';
import type { Door } from '../door.ts';
import { renewed } from '../door.ts';
import type { Address } from '../listen.ts';
import { listen } from '../listen.ts';
import type { Service } from '../service.ts';
import type { Secured } from '../tls.ts';
import { certificateName } from '../tls.ts';
import type { Visitor } from '../visitor.ts';
import { visitor } from '../visitor.ts';
import { Exchange, errorBody, wireVersion } from './exchange.ts';
import { route } from './routes.ts';

const options = (limits: Limits): ServerOptions => ({
  headersTimeout: limits.headers,
  requestTimeout: limits.request,
  connectionsCheckingInterval: limits.check,
  keepAliveTimeout: limits.keepAlive,
  maxHeaderSize: limits.header,
  noDelay: true,
});

export async function httpDoor(service: Service, address: Address, tls: Secured | null): Promise<Door> {
  const server = httpServer(service, tls);
  const where = await listen(server, address);
  return {
    where,
    renew: (secured) => renewed(server, secured),
    close() {
      server.close();
      server.closeIdleConnections();
    },
    end: () => server.closeAllConnections(),
  };
}

function httpServer(service: Service, tls: Secured | null): Server {
  const { limits, counts } = service;
  const server: Server | SecureServer = tls
    ? createSecureServer({ ...options(limits), ...tls, handshakeTimeout: limits.handshake })
    : createServer(options(limits));
  server.maxConnections = limits.connections;
  server.timeout = limits.unread;
  const visitors = new WeakMap<Socket, Visitor>();
  const meet = (socket: Socket): void => {
    visitors.set(socket, visitor(tls?.requestCert ? certificateName(socket as TLSSocket) : null));
    counts.http++;
    counts.connections++;
    socket.on('close', () => counts.http--);
  };
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const who = visitors.get(request.socket);
    if (who && who.open < limits.pipelined) handle(new Exchange(service, request, response, who));
    else request.socket.destroy();
  };
  server.on(tls ? 'secureConnection' : 'connection', meet);
  server.on('request', take);
  // Who asks for leave to send a large body gets the refusal before it, not after.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    take(request, response);
    if (!response.headersSent) response.writeContinue();
  });
  server.on('clientError', (error: Error, socket: Socket) => {
    // Nothing may be said before TLS stands, in the middle of an answer, or before one that is owed.
    const who = visitors.get(socket);
    if (!who || who.open > (isLate(error) ? 1 : 0)) socket.destroy();
    else refuseRaw(service, error, socket);
  });
  server.on('drop', () => {
    counts.dropped++;
    server.closeIdleConnections();
  });
  return server;
}

function handle(exchange: Exchange): void {
  try {
    if (exchange.service.isClosing) throw new WireError(503, 'the collector is about to end');
    route(exchange);
  } catch (error) {
    exchange.refuse(error);
  }
}

const isLate = (error: Error): boolean => 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';

const codes: Readonly<Record<string, WireError>> = {
  HPE_HEADER_OVERFLOW: new WireError(431, 'the header is too large'),
  ERR_HTTP_REQUEST_TIMEOUT: new WireError(408, 'the request did not arrive in time'),
};

/** What Node could not read as a request at all. */
function refuseRaw(service: Service, error: Error, socket: Socket): void {
  const code = 'code' in error ? String(error.code) : '';
  const { status, message } = codes[code] ?? new WireError(400, 'expected a request of HTTP/1.1');
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  answered(service.counts, status);
  const body = errorBody(message);
  socket.end(
    `HTTP/1.1 ${status} ${statuses[status].name}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
      `Sdr-Wire: ${wireVersion}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}
