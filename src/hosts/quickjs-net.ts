/** The network on QuickJS: HTTP over sockets of our own, HTTPS by the system's curl, gzip by the zlib that is linked in. */
import * as posix from 'sdr:posix';
import { SdrError } from '../errors.ts';
import type { Listener, Net, Request, Response } from '../host.ts';
import { curl, failed } from './quickjs-curl.ts';
import { gunzip } from './quickjs-gzip.ts';
import { Answer, headOf, placeOf } from './quickjs-http.ts';
import { Stream } from './quickjs-stream.ts';

/** A TLS handshake and a process for each request take a tenth of a second of the smallest board. */
const secure = 10_000;
/** A connection that does not stand by then is tried anew: TCP itself would wait ever longer. Milliseconds. */
export const standing = 15_000;
const level = 1;

/** Connections that wait for the next request, by host and port. */
const idle = new Map<string, Stream>();

/** One request; one that found its old connection gone is made again, once. */
class Exchange implements Listener {
  private readonly request: Request;
  private readonly told: (response: Response) => void;
  private readonly timer: number;
  private readonly place: string;
  private answer = new Answer();
  private stream: Stream;
  private isReused: boolean;

  constructor(request: Request, told: (response: Response) => void) {
    const { host, port } = placeOf(request.url);
    this.request = request;
    this.told = told;
    this.place = `${host} ${port}`;
    this.timer = posix.at(posix.monotonic() + request.limit, () => this.end(failed('ETIMEDOUT'), false));
    const waiting = idle.get(this.place);
    idle.delete(this.place);
    this.isReused = waiting !== undefined;
    this.stream = waiting ?? this.fresh();
    this.stream.listener = this;
    this.send();
  }

  open(): void {}

  data(bytes: Uint8Array): void {
    this.answer.push(bytes);
    if (this.answer.isTooLong) this.end(failed('EFBIG'), false);
    else this.look(false);
  }

  closed(failure: string): void {
    if (this.look(true)) return;
    if (!this.isReused || !this.answer.isEmpty) {
      this.end(failed(failure || 'ECONNRESET'), false);
      return;
    }
    this.isReused = false;
    this.stream = this.fresh();
    this.send();
  }

  /** Ends it, and nobody is told. */
  stop(isLasting: boolean): void {
    posix.cancel(this.timer);
    if (isLasting) keep(this.place, this.stream);
    else this.stream.close();
  }

  private fresh(): Stream {
    const { host, port } = placeOf(this.request.url);
    return new Stream(host, port, Math.min(this.request.limit, standing), this);
  }

  private send(): void {
    const { body } = this.request;
    this.stream.write(headOf(this.request));
    if (body) this.stream.write(body);
  }

  /** Whether the answer is whole. */
  private look(isEnd: boolean): boolean {
    const found = this.answer.read(isEnd);
    if (found) this.end(found, found.isLasting && !isEnd);
    return found !== null;
  }

  private end(response: Response, isLasting: boolean): void {
    this.stop(isLasting);
    this.told(response);
  }
}

/** A connection until somebody wants it or the other side is tired of it. */
function keep(place: string, stream: Stream): void {
  const drop = (): void => {
    if (idle.get(place) === stream) idle.delete(place);
    stream.close();
  };
  stream.listener = { open() {}, data: drop, closed: drop };
  idle.get(place)?.close();
  idle.set(place, stream);
}

/** What gzip makes of bytes is at most a little longer. */
function pack(bytes: Uint8Array): Uint8Array {
  const into = new Uint8Array(bytes.length + (bytes.length >> 12) + 64);
  const { made } = posix.pump(posix.zip(level), bytes, 0, bytes.length, into, true);
  return into.subarray(0, made);
}

/** Nothing may go in the clear that should not. */
function refuseTls(url: string): void {
  if (!url.startsWith('tls:')) return;
  const why = 'tls:// is in the full edition only; here https:// works';
  throw new SdrError('unavailable', `Cannot send to ${url}: ${why}`);
}

export const quickjsNet: Net = {
  request(request, then) {
    if (request.url.startsWith('https:')) return curl(request, then);
    const exchange = new Exchange(request, then);
    return () => exchange.stop(false);
  },
  connect(url, _, limit, listener) {
    refuseTls(url);
    const { host, port } = placeOf(url);
    return new Stream(host, port, Math.min(limit, standing), listener);
  },
  pace(url) {
    refuseTls(url);
    return url.startsWith('https:') ? secure : 0;
  },
  pack,
  checksum: posix.checksum,
  async *unpacked(path) {
    for (const part of gunzip(path, 'own')) {
      yield part;
      await new Promise<void>((resolve) => void posix.at(posix.monotonic(), resolve));
    }
  },
};
