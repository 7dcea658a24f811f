/** One request and its answer: what it holds of the budget is given back with the answer, which is given once. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WireError } from '../../wire/error.ts';
import { statuses } from '../../wire/statuses.ts';
import { answered } from '../counts.ts';
import type { Service } from '../service.ts';
import type { Grant } from '../tokens/grant.ts';
import type { Visitor } from '../visitor.ts';

/** The version of the protocol, in a header of every answer. */
export const wireVersion = '1';

const json = 'application/json';

export class Exchange {
  readonly service: Service;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly visitor: Visitor;
  private holder: Grant | null = null;
  private held = 0;
  private isAnswered = false;

  constructor(service: Service, request: IncomingMessage, response: ServerResponse, visitor: Visitor) {
    this.service = service;
    this.request = request;
    this.response = response;
    this.visitor = visitor;
    visitor.open++;
    service.open++;
    service.counts.requests++;
  }

  /** Whose token this is. Throws a WireError (401). */
  grant(): Grant {
    return this.service.access.byHeader(this.visitor, this.request.headers.authorization);
  }

  /** Takes room until the answer. Throws a WireError (429, 503). */
  hold(grant: Grant, bytes: number): void {
    this.service.take(grant, bytes);
    this.holder = grant;
    this.held += bytes;
  }

  release(bytes: number): void {
    if (this.holder) this.service.give(this.holder, bytes);
    this.held -= bytes;
  }

  answer(status: number, body: string, type = json, more: readonly string[] = []): void {
    if (!this.end()) return;
    answered(this.service.counts, status);
    const headers = [
      'Content-Type',
      type,
      'Content-Length',
      String(Buffer.byteLength(body)),
      'Sdr-Wire',
      wireVersion,
      ...more,
    ];
    if (this.service.isClosing) headers.push('Connection', 'close');
    this.response.writeHead(status, headers).end(body);
  }

  refuse(thrown: unknown, more: readonly string[] = []): void {
    const error = this.service.errorOf(thrown);
    const headers = [...more, ...retryAfter(error)];
    if (error.status === 401) headers.push('WWW-Authenticate', 'Bearer');
    this.answer(error.status, errorBody(error.message), json, headers);
  }

  /** The other end has gone before the request was whole. */
  abandon(): void {
    this.end();
  }

  private end(): boolean {
    if (this.isAnswered) return false;
    this.isAnswered = true;
    if (this.held > 0) this.release(this.held);
    this.visitor.open--;
    this.service.open--;
    this.service.ended();
    return true;
  }
}

export const errorBody = (message: string): string => `${JSON.stringify({ error: message })}\n`;

function retryAfter({ status }: WireError): readonly string[] {
  const { after } = statuses[status];
  return after === undefined ? [] : ['Retry-After', String(after)];
}

/** Words behind the path of a request: `?host=pi1&recorder=ups`. Throws a WireError (400). */
export function parameter(query: URLSearchParams, name: string, isRight: (text: string) => boolean): string {
  const value = query.get(name) ?? '';
  if (!isRight(value)) throw new WireError(400, `expected a ${name}, got ${JSON.stringify(value.slice(0, 80))}`);
  return value;
}
