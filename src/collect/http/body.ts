/** The body of a request: as a whole, inflated, and within the limits. */
import { gunzip, gunzipSync } from 'node:zlib';
import { WireError } from '../../wire/error.ts';
import { weight } from '../budget.ts';
import type { Grant } from '../tokens/grant.ts';
import type { Exchange } from './exchange.ts';

/** Bodies up to these sizes take less time to inflate than to hand to another thread. */
const small = { compressed: 65_536, inflated: 262_144 };

/** How gzip begins, and the least that it has: RFC 1952. */
const magic = 0x1f8b;
const shortest = 18;

/** Reads the body and gives it to `then`; whatever is wrong with it is answered here. */
export function receive(exchange: Exchange, grant: Grant, largest: number, then: (body: Uint8Array) => void): void {
  const { request, service } = exchange;
  const isCompressed = checkHeaders(exchange, service.limits.body);
  const pieces: Buffer[] = [];
  let length = 0;
  let isOver = false;
  const fail = (error: unknown): void => {
    isOver = true;
    pieces.length = 0;
    // What still comes is read and dropped: a sender that is cut off while it sends may never see the answer.
    exchange.refuse(error);
  };
  request.on('data', (piece: Buffer) => {
    service.counts.receivedBytes += piece.length;
    if (isOver) return;
    length += piece.length;
    try {
      if (length > service.limits.body) throw tooLarge(service.limits.body);
      exchange.hold(grant, weight(piece));
      pieces.push(piece);
    } catch (error) {
      fail(error);
    }
  });
  request.on('end', () => {
    if (isOver) return;
    isOver = true;
    const body = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, length);
    if (isCompressed) inflate(exchange, grant, body, largest, then);
    else guarded(exchange, () => then(body));
  });
  request.on('close', () => {
    if (!isOver) exchange.abandon();
    isOver = true;
  });
}

/** Whether the body is compressed. Throws a WireError (411, 413, 415). */
function checkHeaders({ request }: Exchange, largest: number): boolean {
  const { headers } = request;
  const length = headers['content-length'];
  if (length === undefined && headers['transfer-encoding'] === undefined) {
    throw new WireError(411, 'expected a Content-Length');
  }
  if (Number(length) > largest) throw tooLarge(largest);
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  if (encoding === 'identity') return false;
  throw new WireError(415, 'expected Content-Encoding: gzip, or none');
}

const tooLarge = (largest: number): WireError => new WireError(413, `expected a body of at most ${largest} bytes`);

/** The last four bytes of gzip are the size inside: that much room is taken, and no byte more comes out. */
function inflate(
  exchange: Exchange,
  grant: Grant,
  body: Buffer,
  largest: number,
  then: (body: Uint8Array) => void,
): void {
  guarded(exchange, () => {
    if (body.length < shortest || body.readUInt16BE(0) !== magic) throw notGzip();
    const size = body.readUInt32LE(body.length - 4);
    if (size > largest) throw new WireError(413, `expected at most ${largest} bytes inside, got ${size}`);
    exchange.hold(grant, size);
    const options = { maxOutputLength: Math.max(size, 1), chunkSize: Math.min(size, small.inflated) + 64 };
    const inflated = (error: Error | null, bytes: Buffer): void => {
      if (error) throw reasonOf(error, size);
      exchange.release(body.length);
      then(bytes);
    };
    if (body.length <= small.compressed && size <= small.inflated) {
      inflated(...attempt(() => gunzipSync(body, options)));
    } else gunzip(body, options, (error, bytes) => guarded(exchange, () => inflated(error, bytes)));
  });
}

function attempt(make: () => Buffer): [Error | null, Buffer] {
  try {
    return [null, make()];
  } catch (error) {
    return [error as Error, Buffer.alloc(0)];
  }
}

const notGzip = (): WireError => new WireError(400, 'expected gzip data');

function reasonOf(error: Error, size: number): WireError {
  const isLonger = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
  return isLonger ? new WireError(400, `expected one gzip member of ${size} bytes as it says, got more`) : notGzip();
}

function guarded(exchange: Exchange, work: () => void): void {
  try {
    work();
  } catch (error) {
    exchange.refuse(error);
  }
}
