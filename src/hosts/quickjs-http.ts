/** What of HTTP/1.1 (RFC 9112) a client has to know whose requests are small and whose answers are smaller. */
import type { Request, Response } from '../host.ts';
import { ascii } from '../parse.ts';
import { utf8 } from '../text.ts';

/** Longer answers are none of a collector's. */
export const longest = 1024 * 1024;

export interface Place {
  readonly host: string;
  readonly port: number;
  /** `/v1/next?host=a` */
  readonly path: string;
}

/** Where a URL of ours leads to. */
export function placeOf(url: string): Place {
  const [, host = '', port = '', path = ''] = /^[a-z]+:\/\/(\[[^\]]*\]|[^:/]+):(\d+)(.*)$/.exec(url) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port), path: path || '/' };
}

/** The request up to its body. */
export function headOf({ method, headers, url }: Request): Uint8Array {
  const { path } = placeOf(url);
  const [, authority = ''] = /^[a-z]+:\/\/([^/]*)/.exec(url) ?? [];
  const fields = Object.entries({ Host: authority, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return utf8(`${method} ${path} HTTP/1.1\r\n${fields.join('')}\r\n`);
}

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the body begins. */
  readonly end: number;
}

const CR = 13;
const LF = 10;

/** An answer as it comes. */
export class Answer {
  private bytes = new Uint8Array(2048);
  private length = 0;

  /** Whether nothing of it has come. */
  get isEmpty(): boolean {
    return this.length === 0;
  }

  get isTooLong(): boolean {
    return this.length > longest;
  }

  push(chunk: Uint8Array): void {
    if (this.length + chunk.length > this.bytes.length) {
      const bigger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + chunk.length));
      bigger.set(this.bytes.subarray(0, this.length));
      this.bytes = bigger;
    }
    this.bytes.set(chunk, this.length);
    this.length += chunk.length;
  }

  /** The whole answer; null when more of it has to come. `isEnd`: nothing comes any more. */
  read(isEnd: boolean): (Response & { readonly isLasting: boolean }) | null {
    const head = this.head();
    if (!head) return null;
    const { status, headers } = head;
    const body = this.body(head, isEnd);
    // Where its end is told by the end of the connection, there is no next answer.
    const isFramed = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    const isLasting = isFramed && !/\bclose\b/i.test(headers['connection'] ?? '');
    return body && { status, headers, body, failure: '', isLasting };
  }

  /** The first head that is not one of those that announce another. */
  private head(): Head | null {
    let from = 0;
    for (;;) {
      const end = this.blankLine(from);
      if (end < 0) return null;
      const [first = '', ...lines] = ascii(this.bytes, from, end).split('\r\n');
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 599);
      if (status >= 200) return { status, headers: Object.fromEntries(lines.flatMap(fieldOf)), end };
      from = end;
    }
  }

  /** Where the text behind the first empty line from `from` begins; -1 without one. */
  private blankLine(from: number): number {
    const { bytes, length } = this;
    for (let lf = bytes.indexOf(LF, from); lf >= 0 && lf + 2 < length; lf = bytes.indexOf(LF, lf + 1)) {
      if (bytes[lf + 1] === CR && bytes[lf + 2] === LF) return lf + 3;
    }
    return -1;
  }

  private body({ status, headers, end }: Head, isEnd: boolean): Uint8Array | null {
    const there = this.bytes.slice(end, this.length);
    if (status === 204 || status === 304) return there.subarray(0, 0);
    if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return chunks(there);
    const told = headers['content-length'];
    if (told === undefined) return isEnd ? there : null;
    return there.length >= Number(told) ? there.subarray(0, Number(told)) : null;
  }
}

function fieldOf(line: string): readonly (readonly [string, string])[] {
  const colon = line.indexOf(':');
  return colon < 1 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
}

/** What is in the chunks, all of them; null when the last is not there yet. */
function chunks(bytes: Uint8Array): Uint8Array | null {
  const body = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; ; ) {
    const lf = bytes.indexOf(LF, at);
    if (lf < 0) return null;
    const size = Number.parseInt(ascii(bytes, at, lf), 16);
    if (!(size > 0)) return bytes.indexOf(LF, lf + 1) < 0 ? null : body.subarray(0, length);
    const end = lf + 1 + size;
    if (end + 2 > bytes.length) return null;
    body.set(bytes.subarray(lf + 1, end), length);
    length += size;
    at = end + 2;
  }
}
