/** A directory, a clock, a network of the test's own and receivers on it: a sender in memory. */
import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import { secretOf } from '../../src/config/secret.ts';
import { Forwarder } from '../../src/forward/index.ts';
import { forwardWishesOf } from '../../src/forward/wishes.ts';
import type { Connection, Listener, Net, Request, Response, Stat } from '../../src/host.ts';
import { Report } from '../../src/report.ts';
import { FakeClock } from '../fake/clock.ts';
import { FakeFiles } from '../fake/files.ts';
import { FakeEngine } from '../fake.ts';
import type { Reply } from './receiver.ts';
import { Receiver } from './receiver.ts';

export const data = '/data/sdr';

/** Files whose directories change when a name in them does. */
class Folders extends FakeFiles {
  override stat(path: string): Stat {
    const stat = super.stat(path);
    if (stat.kind !== 'directory') return stat;
    return { ...stat, mtime: this.names(path).reduce((sum, name) => crc32(name) + ((sum * 31) % 1e9), 7) };
  }
}

/** What happens to a request on its way: nothing, an errno before it arrives, or after it has, or another answer. */
export type Trouble = null | { readonly lost: string; readonly isArrived: boolean } | { readonly instead: Reply };

/** Where `http://NAME:80` are receivers. */
export class FakeNet implements Net {
  readonly receivers = new Map<string, Receiver>();
  /** Milliseconds until an answer. */
  latency = 5;
  /** The most bytes that were under way at a time. */
  peak = 0;
  trouble: (name: string, request: Request) => Trouble = () => null;
  private readonly clock: FakeClock;
  private readonly files: FakeFiles;

  constructor(clock: FakeClock, files: FakeFiles) {
    this.clock = clock;
    this.files = files;
  }

  request(request: Request, then: (response: Response) => void): () => void {
    const url = new URL(request.url);
    this.peak = Math.max(this.peak, request.body?.length ?? 0);
    let isOff = false;
    const tell = (response: Response, after: number) => {
      this.clock.at(this.clock.monotonic() + after, () => {
        if (!isOff) then(response);
      });
    };
    const trouble = this.trouble(url.hostname, request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const arrive = (): Reply | undefined =>
      this.receivers.get(url.hostname)?.answer({
        method: request.method,
        path: url.pathname + url.search,
        headers,
        body: request.body ?? Buffer.of(),
      });
    const failed = (failure: string): Response => ({ status: 0, headers: {}, body: Buffer.of(), failure });
    if (trouble && 'lost' in trouble) {
      if (trouble.isArrived) arrive();
      tell(failed(trouble.lost), waitOf(trouble, request.limit, this.latency));
    } else {
      const reply = trouble ? trouble.instead : arrive();
      tell(
        reply
          ? { status: reply.status, headers: { ...reply.headers }, body: Buffer.from(reply.body), failure: '' }
          : failed('ECONNREFUSED'),
        this.latency,
      );
    }
    return () => {
      isOff = true;
    };
  }

  connect(_url: string, _pem: unknown, _limit: number, _listener: Listener): Connection {
    throw new Error('not on this network');
  }

  pace(): number {
    return 0;
  }

  pack(bytes: Uint8Array): Uint8Array {
    return gzipSync(bytes, { level: 1 });
  }

  checksum(bytes: Uint8Array): number {
    return crc32(bytes);
  }

  async *unpacked(path: string): AsyncIterable<Uint8Array> {
    const text = gunzipSync(Buffer.from(this.files.text(path), 'latin1'));
    for (let at = 0; at < text.length; at += 65_536) yield text.subarray(at, at + 65_536);
  }
}

/** What is silent is given up late, and a connection that does not come about sooner. */
function waitOf(
  { lost, isArrived }: { readonly lost: string; readonly isArrived: boolean },
  limit: number,
  latency: number,
) {
  if (lost !== 'ETIMEDOUT') return latency;
  return isArrived ? limit : Math.min(limit, 15_000);
}

class ForwardEngine extends FakeEngine {
  readonly network: FakeNet;

  constructor() {
    super(new Folders(), new FakeClock(Date.UTC(2026, 2, 1, 12)));
    this.network = new FakeNet(this.clock, this.files);
  }

  override net(): Promise<Net> {
    return Promise.resolve(this.network);
  }
}

export interface Wish {
  readonly host?: string;
  readonly token?: string;
  /** The file that the token is in. */
  readonly tokenPath?: string;
  readonly isOnce?: boolean;
  readonly random?: () => number;
  readonly turned?: () => void;
}

export class World {
  readonly engine = new ForwardEngine();
  readonly files = this.engine.files;
  readonly clock = this.engine.clock;
  readonly net = this.engine.network;
  readonly report = new Report(this.engine);

  constructor() {
    this.files.put('/etc/machine-id', 'machine-1\n');
    this.files.put('/proc/sys/kernel/random/uuid', '0b3055fa-7a9f-44e9-8e33-587da2c7ec11\n');
    this.files.put('/proc/sys/kernel/hostname', 'pi attic.example\n');
    this.files.folders(`${data}/.sdr`);
  }

  /** What a person was told. */
  get told(): readonly string[] {
    return this.files.said(2).split('\n').slice(0, -1);
  }

  forwarder(to: readonly string[], wish: Wish = {}): Forwarder {
    const { engine, net, report } = this;
    const wishes = forwardWishesOf({ to, ...(wish.host ? { host: wish.host } : {}) });
    return new Forwarder({
      engine,
      net,
      report,
      directory: data,
      wishes,
      token: {
        path: wish.tokenPath ?? '',
        read: () => (wish.tokenPath ? secretOf(engine, 'token', wish.tokenPath, report) : (wish.token ?? null)),
      },
      isOnce: wish.isOnce ?? false,
      random: wish.random ?? (() => 0.5),
      ...(wish.turned ? { turned: wish.turned } : {}),
    });
  }

  /** Appends to a file of the directory, which is made when it is not there. */
  append(file: string, text: string): void {
    const path = `${data}/${file}`;
    const fd = this.files.open(path, this.files.has(path) ? 'append' : 'create');
    const bytes = Buffer.from(text, 'latin1');
    this.files.write(fd, bytes, 0, bytes.length);
    this.files.close(fd);
  }

  /** Lets time go by, and what is asked beside. */
  async run(ms: number): Promise<void> {
    const until = this.clock.monotonic() + ms;
    await settled();
    while (this.clock.next <= until) {
      this.clock.fire();
      await settled();
    }
    if (this.clock.monotonic() < until) this.clock.pass(until - this.clock.monotonic());
  }

  /** Sends until there is nothing left to send, or no hope: whether all went. */
  async drain(to: readonly string[], wish: Wish = {}): Promise<boolean> {
    const forwarder = this.forwarder(to, { isOnce: true, ...wish });
    let isDone: boolean | null = null;
    forwarder.start();
    forwarder.drain((done) => {
      isDone = done;
    });
    for (let fired = 0; isDone === null; fired++) {
      if (fired > 100_000 || this.clock.next === Number.POSITIVE_INFINITY) throw new Error('this never ends');
      this.clock.fire();
      await settled();
    }
    forwarder.close();
    this.clock.forget();
    return isDone;
  }
}

/** Promises that are under way. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Rows of a second each from `from` on. */
export const rows = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `${1_772_366_400 + from + i},${(from + i) % 97}.25,12345678\n`).join('');

export const head = 'time,cpu_pct,mem_bytes\n';

/** A world with receivers of these names; `a` and `b` are the first two. */
export function worldWith(...names: readonly string[]) {
  const world = new World();
  const receivers = names.map((name) => {
    const receiver = new Receiver();
    world.net.receivers.set(name, receiver);
    return receiver;
  });
  const [a = new Receiver(), b = new Receiver()] = receivers;
  return { world, a, b };
}
