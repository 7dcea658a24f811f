/** `POST /v1/append`: frames in, how far we are out. `GET /v1/next`: how far we are. */

import type { Verdict } from '../../wire/answer.ts';
import { keyOf } from '../../wire/answer.ts';
import { WireError } from '../../wire/error.ts';
import type { Frame } from '../../wire/frame.ts';
import { isHost } from '../../wire/frame.ts';
import { Frames } from '../../wire/frames.ts';
import { receive } from './body.ts';
import type { Exchange } from './exchange.ts';
import { parameter } from './exchange.ts';

export const appendType = 'application/vnd.sdr.append';

export function append(exchange: Exchange): void {
  const { request, service, visitor } = exchange;
  const grant = exchange.grant();
  checkType(request.headers['content-type'], [appendType]);
  receive(exchange, grant, service.limits.inflated, (body) => {
    const frames = framesOf(body, new Frames(service.limits.inflated, service.heads));
    service.append(visitor, grant, frames).then(
      (verdicts) => answer(exchange, frames, verdicts),
      (error: unknown) => exchange.refuse(error),
    );
  });
}

/** Throws a WireError (415). */
export function checkType(header: string | undefined, wanted: readonly string[]): string {
  // As our own senders spell it, each time.
  if (header !== undefined && wanted.includes(header)) return header;
  const type = header?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (wanted.includes(type)) return type;
  throw new WireError(415, `expected Content-Type: ${wanted.join(' or ')}`);
}

/** Throws a WireError (400, 413). */
function framesOf(body: Uint8Array, reader: Frames): readonly Frame[] {
  const frames = [...reader.push(body)];
  reader.end();
  const [first] = frames;
  if (!first) throw new WireError(400, 'expected frames, got an empty body');
  if (frames.length === 1) return frames;
  if (frames.some(({ host }) => host !== first.host)) throw new WireError(400, 'expected frames of one host a request');
  if (new Set(frames.map(({ file }) => file)).size < frames.length) {
    throw new WireError(400, 'expected each file at most once a request');
  }
  return frames;
}

/** Names need no escapes in JSON: src/wire/frame.ts refuses those that would. */
function answer(exchange: Exchange, frames: readonly Frame[], verdicts: readonly Verdict[]): void {
  const next: string[] = [];
  const refused: string[] = [];
  let status = 0;
  for (const [at, frame] of frames.entries()) {
    const verdict = verdicts[at] as Verdict;
    if ('next' in verdict) next.push(`"${keyOf(frame)}":${verdict.next}`);
    else {
      refused.push(`"${keyOf(frame)}":${JSON.stringify(verdict)}`);
      status ||= verdict.status;
    }
  }
  const tail = refused.length > 0 ? `,"refused":{${refused.join(',')}}` : '';
  exchange.answer(next.length > 0 ? 200 : status, `{"next":{${next.join(',')}}${tail}}\n`);
}

const is16 = (text: string): boolean => /^[0-9a-f]{16}$/.test(text);

export function next(exchange: Exchange, words: string): void {
  const query = new URLSearchParams(words);
  const { service, visitor } = exchange;
  const grant = exchange.grant();
  const host = parameter(query, 'host', isHost);
  const why = service.mayLook(visitor, grant, host);
  if (why !== '') throw new WireError(403, why);
  const machine = parameter(query, 'machine', is16);
  const instance = parameter(query, 'instance', is16);
  service.keeper.next(host, machine, instance).then(
    (found) => exchange.answer(200, `${JSON.stringify({ next: found })}\n`),
    (error: unknown) => exchange.refuse(error),
  );
}
