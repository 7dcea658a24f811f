/** The way over TCP, with or without TLS: one connection for long, a line of answer for each frame, in their order. */
import type { Connection, Net } from '../host.ts';
import { ascii } from '../parse.ts';
import { utf8 } from '../text.ts';
import { parseLine } from '../wire/answer.ts';
import type { Frame, Head } from '../wire/frame.ts';
import { headText } from '../wire/frame.ts';
import type { Shown } from './credentials.ts';
import { limit, line } from './http.ts';
import type { Outcome, Refusal, Told, Way } from './way.ts';
import { bytesOf, failed } from './way.ts';

/** A longer line is none of a collector's. */
const longest = 2048;
const LF = 10;

interface Clock {
  monotonic(): number;
  at(deadline: number, then: () => void): void;
}

/** What is under way. */
interface Question {
  readonly bytes: Uint8Array;
  /** Frames that are not answered yet, by their names, in order. */
  readonly files: string[];
  readonly next: Map<string, number>;
  readonly refused: Map<string, Refusal>;
  readonly prefix: string;
  readonly then: Told;
}

export class LinesWay implements Way {
  private readonly net: Net;
  private readonly clock: Clock;
  private readonly url: string;
  private readonly credentials: Shown;
  private connection: Connection | null = null;
  /** Whether the token was taken. */
  private isReady = false;
  private question: Question | null = null;
  private part: Uint8Array = new Uint8Array(0);

  constructor(net: Net, clock: Clock, url: string, credentials: Shown) {
    this.net = net;
    this.clock = clock;
    this.url = url;
    this.credentials = credentials;
  }

  ask(heads: readonly Head[], then: Told): void {
    this.put(heads, utf8(heads.map(headText).join('')), then);
  }

  send(frames: readonly Frame[], then: Told): void {
    this.put(frames, bytesOf(frames), then);
  }

  close(): void {
    this.question = null;
    this.drop();
  }

  private put(heads: readonly Head[], bytes: Uint8Array, then: Told): void {
    const files = heads.map(({ file }) => file);
    const question: Question = {
      bytes,
      files,
      next: new Map(),
      refused: new Map(),
      prefix: `${heads[0]?.host}/`,
      then,
    };
    this.question = question;
    this.clock.at(this.clock.monotonic() + limit, () => {
      if (this.question === question) this.end(failed(0, 'ETIMEDOUT'));
    });
    if (this.connection) this.begin();
    else this.connect();
  }

  private connect(): void {
    const { token, pem } = this.credentials;
    this.isReady = false;
    this.part = new Uint8Array(0);
    this.connection = this.net.connect(this.url, pem, limit, {
      open: () => this.connection?.write(utf8(`AUTH ${token ?? '-'}\n`)),
      data: (bytes) => this.read(bytes),
      closed: (failure) => this.end(failed(0, failure || 'ECONNRESET')),
    });
  }

  /** Sends the question, once the receiver listens. */
  private begin(): void {
    if (this.isReady && this.question) this.connection?.write(this.question.bytes);
  }

  private read(bytes: Uint8Array): void {
    const all = new Uint8Array(this.part.length + bytes.length);
    all.set(this.part);
    all.set(bytes, this.part.length);
    let at = 0;
    for (let lf = all.indexOf(LF); lf >= 0 && this.connection; lf = all.indexOf(LF, at)) {
      this.take(ascii(all, at, lf));
      at = lf + 1;
    }
    this.part = all.slice(at);
    if (this.part.length > longest) this.end(failed(404, 'it answers, but not as a collector does'));
  }

  private take(text: string): void {
    const found = parseLine(text);
    if (found?.kind === 'ok' && !this.isReady) {
      this.isReady = true;
      this.begin();
    } else if (found?.kind === 'error') {
      this.end(failed(found.status, line(found.error)));
    } else if (found?.kind !== 'verdict' || !this.question || !this.isReady) {
      this.end(failed(404, 'it answers, but not as a collector does'));
    } else this.note(this.question, found.key, found.verdict);
  }

  private note(question: Question, key: string, verdict: { readonly next: number } | Refusal): void {
    const { files, next, refused, prefix, then } = question;
    const file = files.shift() ?? '';
    if (key !== prefix + file) {
      this.end(failed(404, `it answers for ${line(key)}, which was not sent`));
      return;
    }
    if ('next' in verdict) next.set(file, verdict.next);
    else refused.set(file, { ...verdict, error: line(verdict.error) });
    if (files.length > 0) return;
    this.question = null;
    then({ status: 200, why: '', after: 0, next, refused });
  }

  /** The connection is of no use any more. */
  private end(outcome: Outcome): void {
    const { question } = this;
    this.question = null;
    this.drop();
    question?.then(outcome);
  }

  private drop(): void {
    this.connection?.close();
    this.connection = null;
    this.isReady = false;
  }
}
