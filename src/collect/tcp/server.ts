/** The door for the line mode, plain or TLS. One look a second at all connections takes the place of a timer for each. */
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createServer as createSecureServer } from 'node:tls';
import type { Door } from '../door.ts';
import { renewed } from '../door.ts';
import type { Address } from '../listen.ts';
import { listen } from '../listen.ts';
import type { Service } from '../service.ts';
import type { Secured } from '../tls.ts';
import { certificateName } from '../tls.ts';
import { visitor } from '../visitor.ts';
import { Connection } from './connection.ts';

export async function tcpDoor(service: Service, address: Address, tls: Secured | null): Promise<Door> {
  const { limits, counts } = service;
  const connections = new Set<Connection>();
  const sockets = new Set<Socket>();
  const meet = (socket: Socket): void => {
    const who = visitor(tls?.requestCert ? certificateName(socket as TLSSocket) : null);
    const connection = new Connection(service, socket, who, () => performance.now());
    connections.add(connection);
    counts.tcp++;
    counts.connections++;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => connection.data(chunk));
    socket.on('end', () => connection.ended());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      connection.gone();
      connections.delete(connection);
      counts.tcp--;
    });
  };
  const server: Server = tls
    ? createSecureServer({ ...tls, allowHalfOpen: true, handshakeTimeout: limits.handshake }, meet)
    : createServer({ allowHalfOpen: true }, meet);
  server.maxConnections = limits.connections;
  server.on('drop', () => counts.dropped++);
  // Node leaves a handshake that failed or took too long to us.
  server.on('tlsClientError', (_: Error, socket: Socket) => socket.destroy());
  // Also who has not got through the handshake yet is sent away at the end.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const where = await listen(server, address);
  const timer = setInterval(() => {
    const now = performance.now();
    for (const connection of connections) connection.check(now);
  }, limits.check);
  return {
    where,
    renew: (secured) => renewed(server, secured),
    close() {
      server.close();
      for (const connection of connections) connection.finish();
    },
    end() {
      clearInterval(timer);
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
