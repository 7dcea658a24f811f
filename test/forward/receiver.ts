/** A receiver in memory that keeps the rules of sdr-wire(7): for tests of the sender, on a network of the test's own or behind a real port. */
import { gunzipSync } from 'node:zlib';
import { keyOf } from '../../src/wire/answer.ts';
import { crc32 } from '../../src/wire/crc32.ts';
import type { Frame } from '../../src/wire/frame.ts';
import { before } from '../../src/wire/frame.ts';
import { Frames } from '../../src/wire/frames.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a receiver is asked. */
export interface Asked {
  readonly method: string;
  /** `/v1/next?host=…` */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

type Verdict = { readonly next: number } | { readonly status: number; readonly error: string };

const nothing = Buffer.alloc(0);

export class Receiver {
  /** Bytes by `host/instance/file`. */
  readonly files = new Map<string, Buffer>();
  /** What it was asked, in order. */
  readonly asked: Asked[] = [];
  /** Frames as they came, whatever became of them. */
  readonly frames: Frame[] = [];
  /** Bytes of rows that came and were there already. */
  doubled = 0;
  /** The token that it wants; null = none. */
  token: string | null = null;
  /** The longest body that it takes, inflated. */
  most = 16 * 1024 * 1024;
  /** Says of a frame that it is refused. */
  refuses: (frame: Frame) => { readonly status: number; readonly error: string } | null = () => null;
  private readonly machines = new Map<string, string>();

  /** A file of a host, of whichever instance came last. */
  text(file: string): string {
    const found = [...this.files].filter(([key]) => key.endsWith(`/${file}`)).at(-1);
    return (found?.[1] ?? nothing).toString('latin1');
  }

  answer(asked: Asked): Reply {
    this.asked.push(asked);
    if (this.token !== null && asked.headers['authorization'] !== `Bearer ${this.token}`) {
      return said(401, { error: 'expected a token' });
    }
    const url = new URL(asked.path, 'http://receiver');
    if (asked.method === 'GET' && url.pathname === '/v1/next') return this.next(url.searchParams);
    if (asked.method !== 'POST' || url.pathname !== '/v1/append') return said(404, { error: 'no such path' });
    const body = asked.headers['content-encoding'] === 'gzip' ? gunzipSync(asked.body) : asked.body;
    if (body.length > this.most)
      return said(413, { error: `a body of ${body.length} bytes: expected at most ${this.most}` });
    return this.append([...new Frames(this.most).push(body)]);
  }

  /** What becomes of a frame; the line of sdr-wire(7). */
  take(frame: Frame): Verdict {
    this.frames.push(frame);
    const refused = this.refuses(frame);
    if (refused) return refused;
    const { host, machine, instance, file, offset, length, crc, bytes } = frame;
    if ((this.machines.get(host) ?? machine) !== machine)
      return { status: 409, error: 'another machine has this name' };
    this.machines.set(host, machine);
    const key = `${host}/${instance}/${file}`;
    const there = this.files.get(key) ?? nothing;
    const n = there.length;
    if (offset > n) return { next: n };
    if (crc32(there.subarray(offset - Math.min(before, offset), offset)) !== crc) {
      return { status: 409, error: 'other bytes are there' };
    }
    const known = Math.min(n - offset, length);
    if (!there.subarray(offset, offset + known).equals(bytes.subarray(0, known))) {
      return { status: 409, error: 'other bytes are there' };
    }
    if (n === 0 && length > 0 && !Buffer.from(bytes).toString('latin1').startsWith('time,')) {
      return { status: 400, error: 'expected a file that begins with time,' };
    }
    this.doubled += known;
    if (known < length) this.files.set(key, Buffer.concat([there, bytes.subarray(known)]));
    return { next: Math.max(n, offset + length) };
  }

  private append(frames: readonly Frame[]): Reply {
    const next: Record<string, number> = {};
    const refused: Record<string, object> = {};
    for (const frame of frames) {
      const verdict = this.take(frame);
      if ('next' in verdict) next[keyOf(frame)] = verdict.next;
      else refused[keyOf(frame)] = verdict;
    }
    const [first] = Object.values(refused) as { status: number }[];
    if (!first) return said(200, { next });
    return said(Object.keys(next).length === 0 ? first.status : 200, { next, refused });
  }

  private next(query: URLSearchParams): Reply {
    const host = query.get('host') ?? '';
    const machine = query.get('machine') ?? '';
    if ((this.machines.get(host) ?? machine) !== machine) return said(409, { error: 'another machine has this name' });
    const prefix = `${host}/${query.get('instance')}/`;
    const found = [...this.files].filter(([key]) => key.startsWith(prefix));
    return said(200, {
      next: Object.fromEntries(found.map(([key, { length }]) => [`${host}/${key.slice(prefix.length)}`, length])),
    });
  }
}

const said = (status: number, body: object): Reply => ({ status, body: JSON.stringify(body) });
