/** What every door does with what came through it: who may, how much at a time, and into the archive. */
import type { Verdict } from '../wire/answer.ts';
import { WireError } from '../wire/error.ts';
import type { Frame } from '../wire/frame.ts';
import { Heads } from '../wire/frame.ts';
import type { Limits } from '../wire/limits.ts';
import { tokenShare } from '../wire/limits.ts';
import { Budget } from './budget.ts';
import type { Counts } from './counts.ts';
import { noCounts } from './counts.ts';
import { Hosts } from './hosts.ts';
import type { Keeper } from './keeper.ts';
import type { Access } from './tokens/access.ts';
import type { Grant } from './tokens/grant.ts';
import type { Visitor } from './visitor.ts';

export class Service {
  readonly keeper: Keeper;
  readonly access: Access;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly counts: Counts = noCounts();
  /** First lines that were seen, through whatever door. */
  readonly heads = new Heads();
  /** Told to end: nothing new is begun. */
  isClosing = false;
  /** Why nothing is taken at the moment; null when all is well. */
  trouble: string | null = null;
  /** Requests and frames that are not answered yet. */
  open = 0;
  private idle: (() => void) | null = null;
  readonly hosts: Hosts;
  private readonly report: (error: unknown) => void;

  /** The wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  readonly started: number;

  constructor(
    keeper: Keeper,
    access: Access,
    limits: Limits,
    { now, report }: { now: () => number; report: (error: unknown) => void },
  ) {
    this.now = now;
    this.started = now();
    this.keeper = keeper;
    this.access = access;
    this.limits = limits;
    this.budget = new Budget(limits.pending);
    this.hosts = new Hosts(keeper, () => performance.now());
    this.report = report;
  }

  /** Makes room for bytes that arrive. Throws a WireError (429, 503). */
  take(grant: Grant, bytes: number): void {
    const share = this.limits.pending * tokenShare;
    if (grant.pending + bytes > share) throw new WireError(429, 'this token has too much in flight');
    if (!this.budget.take(bytes)) throw new WireError(503, 'too much is in flight');
    grant.pending += bytes;
  }

  /** A token was read again while something of it was under way. */
  move(from: Grant, to: Grant, bytes: number): void {
    from.pending -= bytes;
    to.pending += bytes;
  }

  give(grant: Grant, bytes: number): void {
    grant.pending -= bytes;
    this.budget.give(bytes);
  }

  /** Calls `then` when everything is answered. */
  whenIdle(then: () => void): void {
    this.idle = then;
    this.ended();
  }

  /** Something was answered. */
  ended(): void {
    if (this.open > 0 || !this.idle) return;
    const { idle } = this;
    this.idle = null;
    idle();
  }

  /** Why somebody may not see this host; '' when he may. */
  mayLook({ certificate }: Visitor, grant: Grant, host: string): string {
    if (certificate !== null && certificate !== host) return `this certificate is for ${certificate}, not for ${host}`;
    return grant.isForHost(host) ? '' : `the token "${grant.token.name}" is for other hosts than ${host}`;
  }

  /** Why somebody may not write this; '' when he may. Throws a WireError (503) when the disk does not tell. */
  refusal(visitor: Visitor, grant: Grant, host: string, recorder: string): string {
    const { token } = grant;
    const why = this.mayLook(visitor, grant, host);
    if (why !== '') return why;
    if (token.readOnly) return `the token "${token.name}" may only read`;
    if (!grant.isForRecorder(recorder)) return `the token "${token.name}" is for other recorders than ${recorder}`;
    if (!grant.mayEnrol(host) && !this.keeper.knows(host)) return `the token "${token.name}" may not enrol ${host}`;
    return '';
  }

  /** A verdict on each frame, once they are durable. Rejects with a WireError. */
  async append(visitor: Visitor, grant: Grant, frames: readonly Frame[]): Promise<readonly Verdict[]> {
    const refusals = frames.map(({ host, file }) => this.refusal(visitor, grant, host, recorderOf(file)));
    if (refusals.every((why) => why === '')) return this.keep(frames);
    const allowed = frames.filter((_, at) => refusals[at] === '');
    const left = (allowed.length > 0 ? await this.keep(allowed) : [])[Symbol.iterator]();
    return refusals.map((why) => (why === '' ? (left.next().value as Verdict) : { status: 403, error: why }));
  }

  private keep(frames: readonly Frame[]): Promise<readonly Verdict[]> {
    return this.keeper.append(frames).then((verdicts) => {
      this.trouble = null;
      return verdicts;
    }, this.remember);
  }

  /** What keeps the disk from taking anything, until it does again. */
  private readonly remember = (error: unknown): never => {
    if (error instanceof WireError && error.status === 507) this.trouble = error.message;
    throw error;
  };

  /** Rows of a stranger. Rejects with a WireError. */
  async write(host: string, recorder: string, header: string, rows: Uint8Array, key?: string): Promise<number> {
    const stored = await this.keeper.write(host, recorder, header, rows, key).catch(this.remember);
    this.trouble = null;
    return stored;
  }

  /** Anything thrown, as what is answered. */
  errorOf(error: unknown): WireError {
    if (error instanceof WireError) return error;
    this.report(error);
    return new WireError(500, 'a fault in the collector: its log says more');
  }
}

/** `cpurec-20261121.csv` is of cpurec; that it is a name of ours is known. */
export const recorderOf = (file: string): string => file.slice(0, file.indexOf('-'));
