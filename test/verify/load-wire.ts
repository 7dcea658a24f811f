/** Frames over a pair of virtual wires into a namespace of our own, and TCP connections that stand or starve. */
import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Known, Part } from './load.ts';
import { atEnd, lacking, must, sleep, unlessRefused } from './shell.ts';

const FRAMES_OUT = 6000;
const FRAMES_IN = 4000;
const SIZE = 1000;

export async function wireLoad(folder: string): Promise<Part[]> {
  const pairs = lacking(['ip'], 'frames and TCP retransmits') ? null : await wires();
  const parts = pairs === null ? [] : [await frames(folder, pairs), await starving(pairs)];
  return [...parts, sockets()].filter((part) => part !== null);
}

/** A pair of virtual wires: this end `name`, the other end `peer` in namespace `name`. Nobody speaks on it unasked. */
async function pair(name: string, peer: string, namespace: string): Promise<void> {
  const mute = (end: string): string => `echo 1 > /proc/sys/net/ipv6/conf/${end}/disable_ipv6 2>/dev/null || true`;
  await must(`ip link add ${name} type veth peer name ${peer}`);
  atEnd(`ip link del ${name}`);
  await must(`${mute(name)}; ${mute(peer)}; ip link set ${peer} netns ${namespace}`);
  await must(`ip netns exec ${namespace} sh -c '${mute(peer)}; ip link set ${peer} up'; ip link set ${name} up`);
}

interface Wires {
  /** For frames: nobody else sends on it. */
  readonly quiet: string;
  readonly far: string;
  /** For connections that nobody answers. */
  readonly deaf: string;
  readonly namespace: string;
}

function wires(): Promise<Wires | null> {
  return unlessRefused('the wires', async () => {
    const ns = `sdrv${process.pid}`;
    await must(`ip netns add ${ns}`);
    atEnd(`ip netns del ${ns}`);
    const [quiet, far, deaf] = [`${ns}a`, `${ns}b`, `${ns}t`];
    await pair(quiet, far, ns);
    await pair(deaf, `${ns}u`, ns);
    return { quiet, far, deaf, namespace: ns };
  });
}

async function frames(folder: string, { quiet, far, namespace }: Wires): Promise<Part | null> {
  if (lacking(['gcc'], 'frames on a wire')) return null;
  const sender = `${folder}/frames`;
  await must(`gcc -O1 -o ${sender} ${fileURLToPath(new URL('frames.c', import.meta.url))}`);
  const known = (column: string, total: number): Known => ({ recorder: 'nicrec', device: quiet, column, total });
  return {
    known: [
      ...[known('tx_packets_per_s', FRAMES_OUT), known('tx_bytes_per_s', FRAMES_OUT * SIZE)],
      ...[known('rx_packets_per_s', FRAMES_IN), known('rx_bytes_per_s', FRAMES_IN * SIZE)],
      ...[known('packets_per_s', FRAMES_IN + FRAMES_OUT), known('bytes_per_s', (FRAMES_IN + FRAMES_OUT) * SIZE)],
    ],
    run: async () => {
      await sleep(300);
      await Promise.all([
        must(`${sender} ${quiet} ${FRAMES_OUT} ${SIZE}`),
        must(`ip netns exec ${namespace} ${sender} ${far} ${FRAMES_IN} ${SIZE}`),
      ]);
    },
  };
}

/** Connections to an address where nobody answers: the kernel sends their first segment again after 1 s and 3 s. */
async function starving({ deaf }: Wires): Promise<Part> {
  await must(`ip addr add 198.51.100.1/30 dev ${deaf}`);
  await must(`ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:09 dev ${deaf}`);
  return {
    known: [],
    run: async () => {
      const tries = Array.from({ length: 20 }, () => connect(9, '198.51.100.2').on('error', () => undefined));
      await sleep(4500);
      for (const socket of tries) socket.destroy();
    },
  };
}

/** Connections that stand, and files that are open, for a part of the window. */
function sockets(): Part {
  const listening = (server: Server): Promise<number> =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const run = async (): Promise<void> => {
    const accepted: Socket[] = [];
    const server = createServer((socket) => accepted.push(socket));
    const port = await listening(server);
    const standing = Array.from({ length: 9 }, () => connect(port, '127.0.0.1'));
    const files = Array.from({ length: 300 }, () => openSync('/dev/null', 'r'));
    await sleep(3200);
    for (const socket of [...standing, ...accepted]) socket.destroy();
    for (const file of files) closeSync(file);
    server.close();
  };
  return { known: [], run };
}
