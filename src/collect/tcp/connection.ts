/**
 * One connection of the line mode: AUTH, then frames, each answered by a line in their order. Thousands of them are open for
 * days, so one holds as little as it can, and no timer.
 */
import type { Socket } from 'node:net';
import type { Verdict } from '../../wire/answer.ts';
import { errorLine, keyOf, verdictLine } from '../../wire/answer.ts';
import { WireError } from '../../wire/error.ts';
import type { Frame } from '../../wire/frame.ts';
import { Frames } from '../../wire/frames.ts';
import { weight } from '../budget.ts';
import { answered } from '../counts.ts';
import type { Service } from '../service.ts';
import type { Grant } from '../tokens/grant.ts';
import type { Visitor } from '../visitor.ts';
import { Answers } from './answers.ts';

const LF = 10;
/** The longest line that says AUTH. */
const longestAuth = 600;
/** Answers that nobody reads, bytes. */
const mostUnread = 16_384;

export class Connection {
  private readonly service: Service;
  private readonly socket: Socket;
  private readonly visitor: Visitor;
  private readonly now: () => number;
  /** Null until AUTH has come. */
  private frames: Frames | null = null;
  private line = '';
  private readonly answers = new Answers();
  /** Bytes of the budget that are ours, and on whose account. */
  private held = 0;
  private holder: Grant | null = null;
  private deadline: number;
  private isInside = false;
  private isEnding = false;
  /** The last word is said: nothing is read any more. */
  private isOver = false;

  constructor(service: Service, socket: Socket, visitor: Visitor, now: () => number) {
    this.service = service;
    this.socket = socket;
    this.visitor = visitor;
    this.now = now;
    this.deadline = now() + service.limits.headers;
  }

  data(chunk: Buffer): void {
    this.service.counts.receivedBytes += chunk.length;
    if (this.isOver) return;
    try {
      if (this.frames) this.feed(this.frames, chunk);
      else this.authenticate(chunk);
    } catch (error) {
      this.fail(error);
    }
  }

  private authenticate(chunk: Buffer): void {
    const end = chunk.indexOf(LF);
    this.line += chunk.toString('latin1', 0, end < 0 ? chunk.length : end);
    if (this.line.length > longestAuth) throw new WireError(400, 'expected a line AUTH TOKEN');
    if (end < 0) return;
    const [, token] = /^AUTH (\S+)\r?$/.exec(this.line) ?? [];
    if (token === undefined) throw new WireError(400, 'expected AUTH TOKEN, or AUTH - without one');
    this.service.access.byToken(this.visitor, token);
    this.line = '';
    this.frames = new Frames(this.service.limits.body, this.service.heads);
    this.deadline = this.now() + this.service.limits.idle;
    this.socket.write('OK sdr/1\n');
    if (end + 1 < chunk.length) this.feed(this.frames, chunk.subarray(end + 1));
  }

  private feed(reader: Frames, chunk: Buffer): void {
    const { service, visitor } = this;
    const grant = service.access.byToken(visitor, visitor.credential);
    if (this.holder && this.holder !== grant) service.move(this.holder, grant, this.held);
    this.holder = grant;
    const piece = weight(chunk);
    service.take(grant, piece);
    this.held += piece;
    const frames = [...reader.push(chunk)];
    this.watch(reader, frames.length > 0);
    if (frames.length > 0) this.append(grant, frames);
    this.pauseWhenCrowded();
  }

  /** A frame has its time from its first byte on, however many come. */
  private watch({ isInside }: Frames, isProgress: boolean): void {
    const { limits } = this.service;
    if (isInside && (!this.isInside || isProgress)) this.deadline = this.now() + limits.request;
    if (!isInside) this.deadline = this.now() + limits.idle;
    this.isInside = isInside;
  }

  private append(grant: Grant, frames: readonly Frame[]): void {
    const { service } = this;
    const slot = this.answers.expect(this.isInside ? Math.min(this.held, weightOf(frames)) : this.held);
    this.held -= slot.weight;
    service.open++;
    service.counts.requests += frames.length;
    const done = (): void => {
      service.open--;
      service.give(grant, slot.weight);
      service.ended();
    };
    service.append(this.visitor, grant, frames).then(
      (verdicts) => {
        done();
        slot.text = frames.map((frame, at) => this.lineOf(frame, verdicts[at] as Verdict)).join('');
        this.flush();
      },
      (error: unknown) => {
        done();
        this.fail(error);
      },
    );
  }

  private lineOf(frame: Frame, verdict: Verdict): string {
    answered(this.service.counts, 'next' in verdict ? 200 : verdict.status);
    return verdictLine(keyOf(frame), verdict);
  }

  private flush(): void {
    if (this.isOver) return;
    const text = this.answers.take();
    if (text !== '') this.socket.write(text, 'latin1');
    if (this.socket.writableLength > mostUnread) this.fail(new WireError(408, 'nobody reads the answers'));
    if (this.socket.isPaused() && !this.isCrowded) this.socket.resume();
    if (this.isEnding && this.answers.length === 0) this.close('');
  }

  /** Only what is waited for makes room again: without it we read on, and may have to refuse. */
  private get isCrowded(): boolean {
    const { limits, budget } = this.service;
    if (this.answers.length === 0) return false;
    const isFull = this.held >= limits.body || this.answers.length >= limits.pipelined;
    return isFull || budget.used > budget.limit * 0.75;
  }

  private pauseWhenCrowded(): void {
    if (this.isCrowded) this.socket.pause();
  }

  /** The other end sends no more, and may wait for answers. */
  ended(): void {
    if (this.isOver) return;
    if (this.frames?.isInside) this.fail(new WireError(400, 'the connection ends inside a frame'));
    else this.finish();
  }

  /** Ends it when everything is answered. */
  finish(): void {
    this.isEnding = true;
    this.flush();
  }

  /** Looks at the time. */
  check(now: number): void {
    if (now < this.deadline) return;
    if (this.isOver) this.socket.destroy();
    // We wait for the disk ourselves, or keep the other end from sending.
    else if (this.answers.length > 0 || this.socket.isPaused()) this.deadline = now + this.service.limits.request;
    else this.fail(new WireError(408, this.isInside ? 'the frame did not arrive in time' : 'nothing arrived'));
  }

  private fail(thrown: unknown): void {
    if (this.isOver) return;
    const { status, message } = this.service.errorOf(thrown);
    answered(this.service.counts, status);
    this.close(errorLine(status, message));
  }

  /** What still comes is read and dropped, so that the last word arrives. */
  private close(word: string): void {
    this.isOver = true;
    this.deadline = this.now() + this.service.limits.headers;
    this.socket.end(word);
    this.socket.resume();
    this.release();
  }

  /** The connection is gone. */
  gone(): void {
    this.isOver = true;
    this.release();
  }

  private release(): void {
    if (this.holder && this.held > 0) this.service.give(this.holder, this.held);
    this.held = 0;
    this.frames = null;
    this.line = '';
  }
}

/** Bytes of frames as they were sent, heads included. */
function weightOf(frames: readonly Frame[]): number {
  let sum = 0;
  for (const { host, file, offset, bytes } of frames) {
    sum += 53 + host.length + file.length + String(offset).length + String(bytes.length).length + bytes.length;
  }
  return sum;
}
