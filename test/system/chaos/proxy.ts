/** A network that is cut: connections pass through here, a few bytes at a time now and then, until they are torn. */
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export interface Network {
  readonly port: number;
  /** Tears every connection where it is. */
  cut(): void;
  /** No connection is taken while down. */
  isDown: boolean;
  close(): void;
}

/** `chance` gives the share of connections that are torn by themselves, somewhere inside a request or an answer. */
export function network(to: number, random: () => number, chance: () => number): Promise<Network> {
  const open = new Set<Socket>();
  const track = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  };
  const state = { isDown: false };
  const server: Server = createServer((client) => {
    track(client);
    if (state.isDown) return client.destroy();
    const upstream = connect(to, '127.0.0.1');
    track(upstream);
    let left = random() < chance() ? Math.floor(random() * 40_000) : Number.POSITIVE_INFINITY;
    const pass = (from: Socket, into: Socket) => {
      from.on('data', (bytes: Buffer) => {
        into.write(left < bytes.length ? bytes.subarray(0, left) : bytes);
        left -= bytes.length;
        if (left <= 0) for (const socket of [client, upstream]) socket.destroy();
      });
      from.on('close', () => into.destroy());
      return undefined;
    };
    pass(client, upstream);
    pass(upstream, client);
    return undefined;
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : 0,
        cut() {
          for (const socket of open) socket.destroy();
        },
        get isDown() {
          return state.isDown;
        },
        set isDown(is) {
          state.isDown = is;
        },
        close: () => void server.close(),
      });
    });
  });
}
