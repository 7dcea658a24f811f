/** `POST /v1/records`: rows of strangers, CSV with a header or an object of JSON a line. */
import { WireError } from '../../wire/error.ts';
import { isHost } from '../../wire/frame.ts';
import { fromCsv } from '../guests/csv.ts';
import { fromNdjson } from '../guests/ndjson.ts';
import { checkType } from './append.ts';
import { receive } from './body.ts';
import type { Exchange } from './exchange.ts';
import { parameter } from './exchange.ts';

const kinds = { 'text/csv': fromCsv, 'application/x-ndjson': fromNdjson } as const;
/** What is asked for, as it is printed and declared. */
export const recordTypes = Object.keys(kinds) as readonly (keyof typeof kinds)[];

const isRecorder = (text: string): boolean => /^[a-z][a-z0-9_]{0,59}$/.test(text);

export function records(exchange: Exchange, words: string): void {
  const query = new URLSearchParams(words);
  const { request, service, visitor } = exchange;
  const grant = exchange.grant();
  const host = parameter(query, 'host', isHost);
  const recorder = parameter(query, 'recorder', isRecorder);
  const why = service.refusal(visitor, grant, host, recorder);
  if (why !== '') throw new WireError(403, why);
  const type = checkType(request.headers['content-type'], recordTypes) as keyof typeof kinds;
  const key = keyOf(request.headers['idempotency-key'], grant.token.name);
  receive(exchange, grant, service.limits.body, (body) => {
    const { header, rows, count } = kinds[type](body, String(Math.floor(service.now() / 1000)));
    exchange.hold(grant, rows.length);
    if (count === 0) return exchange.answer(200, '{"rows":0}\n');
    service.write(host, recorder, header, rows, key).then(
      (stored) => exchange.answer(200, `{"rows":${stored}}\n`),
      (error: unknown) => exchange.refuse(error),
    );
    return undefined;
  });
}

/** Keys of one token are no business of another. Throws a WireError (400). */
function keyOf(header: string | string[] | undefined, token: string): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)) return `${token} ${header}`;
  throw new WireError(400, 'expected an Idempotency-Key of 1 to 200 printable characters');
}
