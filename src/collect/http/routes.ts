/** What is asked for, and who answers. */
import { WireError } from '../../wire/error.ts';
import { append, next } from './append.ts';
import type { Exchange } from './exchange.ts';
import { health, metrics } from './looking.ts';
import { records } from './records.ts';

interface Path {
  readonly method: 'GET' | 'POST';
  /** `query` is what follows the path, with its `?`. */
  readonly answer: (exchange: Exchange, query: string) => void;
}

const paths: ReadonlyMap<string, Path> = new Map([
  ['/v1/append', { method: 'POST', answer: append }],
  ['/v1/next', { method: 'GET', answer: next }],
  ['/v1/records', { method: 'POST', answer: records }],
  ['/healthz', { method: 'GET', answer: health }],
  ['/metrics', { method: 'GET', answer: metrics }],
]);

/** Throws a WireError (404). */
export function route(exchange: Exchange): void {
  const { url = '', method } = exchange.request;
  const at = url.indexOf('?');
  const path = paths.get(at < 0 ? url : url.slice(0, at));
  if (!path) throw new WireError(404, `expected one of ${[...paths.keys()].join(', ')}`);
  const isRight = method === path.method || (method === 'HEAD' && path.method === 'GET');
  if (isRight) path.answer(exchange, at < 0 ? '' : url.slice(at));
  else exchange.refuse(new WireError(405, `expected ${path.method}`), ['Allow', path.method]);
}
