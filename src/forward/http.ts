/** The way over HTTP: a request for each batch, on a connection that stays open. */
import type { Net, Response } from '../host.ts';
import { ascii } from '../parse.ts';
import type { Frame, Head } from '../wire/frame.ts';
import type { Shown } from './credentials.ts';
import type { Outcome, Refusal, Told, Way } from './way.ts';
import { bytesOf, failed } from './way.ts';

/** For all of a request, milliseconds: the slowest flush of an SD card is some seconds. */
export const limit = 35_000;
/** Smaller bodies are not worth compressing. */
const small = 1024;
/** Nobody may silence us for longer, milliseconds. */
const longestWait = 3_600_000;

export class HttpWay implements Way {
  private readonly net: Net;
  private readonly url: string;
  private readonly credentials: Shown;
  private cancel: () => void = () => {};

  constructor(net: Net, url: string, credentials: Shown) {
    this.net = net;
    this.url = url;
    this.credentials = credentials;
  }

  ask([head]: readonly Head[], then: Told): void {
    if (!head) return;
    const { host, machine, instance } = head;
    const query = `host=${host}&machine=${machine}&instance=${instance}`;
    this.request('GET', `/v1/next?${query}`, null, host, then);
  }

  send(frames: readonly Frame[], then: Told): void {
    this.request('POST', '/v1/append', bytesOf(frames), frames[0]?.host ?? '', then);
  }

  close(): void {
    this.cancel();
  }

  private request(method: 'GET' | 'POST', path: string, body: Uint8Array | null, host: string, then: Told): void {
    const { token, pem, agent } = this.credentials;
    const isPacked = body !== null && body.length > small;
    const sent = isPacked ? this.net.pack(body) : body;
    const headers: Record<string, string> = { 'Sdr-Agent': agent };
    if (token !== null) headers['Authorization'] = `Bearer ${token}`;
    if (sent) headers['Content-Type'] = 'application/vnd.sdr.append';
    if (sent) headers['Content-Length'] = String(sent.length);
    if (isPacked) headers['Content-Encoding'] = 'gzip';
    this.cancel = this.net.request({ url: this.url + path, method, headers, body: sent, limit, pem }, (response) =>
      then(outcomeOf(response, `${host}/`)),
    );
  }
}

/** What an answer says of the files of a host, whose keys begin with `prefix`. */
export function outcomeOf({ status, headers, body, failure }: Response, prefix: string): Outcome {
  if (status === 0) return failed(0, failure);
  const said = Object(parsed(ascii(body)));
  const refused = new Map(
    own(said.refused, prefix).map(([file, value]): [string, Refusal] => {
      const { status: why, error } = Object(value);
      return [file, { status: Number(why), error: line(error) }];
    }),
  );
  // Some page of something else that listens there.
  if (status === 200 && said.next === undefined) return failed(404, 'it answers, but not as a collector does');
  const after = Number(/^\d+$/.exec(headers['retry-after'] ?? '')?.[0] ?? 0);
  return {
    status: refused.size > 0 ? 200 : status,
    why: line(said.error) || `it answers ${status}`,
    after: Math.min(longestWait, 1000 * after),
    next: new Map(own(said.next, prefix).filter(isLength)),
    refused,
  };
}

const own = (members: unknown, prefix: string): [string, unknown][] =>
  Object.entries(Object(members)).flatMap(([key, value]): [string, unknown][] =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
  );

const isLength = (entry: [string, unknown]): entry is [string, number] =>
  Number.isSafeInteger(entry[1]) && Number(entry[1]) >= 0;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A line of somebody else's for a person: printable, and not too long. */
export function line(text: unknown): string {
  return String(text ?? '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 300);
}
