/**
 * The sender to one receiver: one request at a time, what it said written into the books, patience when it fails. It never throws
 * anything away and never waits for another.
 */
import type { Clock, Files, Net } from '../host.ts';
import { errno } from '../host.ts';
import type { Report } from '../report.ts';
import type { Frame, Head } from '../wire/frame.ts';
import type { Pending } from './batch.ts';
import { batchOf } from './batch.ts';
import type { Books } from './books.ts';
import { isClaimed } from './books.ts';
import type { Identity } from './identity.ts';
import { forGood, isPassing, Patience } from './patience.ts';
import { Portion } from './portion.ts';
import type { Spool } from './spool.ts';
import { Unpacker } from './unpacker.ts';
import type { Outcome, Refusal, Way } from './way.ts';

export interface CourierOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly net: Net;
  readonly random: () => number;
  readonly report: Report;
  readonly spool: Spool;
  readonly identity: Identity;
  readonly url: string;
  readonly way: Way;
  readonly books: Books;
  /** Milliseconds between two batches that are not full. */
  readonly linger: number;
}

/** Until it is tried again to note where a new file goes, milliseconds. */
const pause = 5000;
/** After these the receiver surely has nothing of what was sent. */
const untouched = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export class Courier {
  readonly patience: Patience;
  /** Whether all that could be sent was, when it was last looked at. */
  isDry = false;
  private isBusy = false;
  private isClosed = false;
  private readonly options: CourierOptions;
  private readonly unpacker: Unpacker;
  /** Files that were refused or cannot be read, and until when they rest. */
  private readonly held = new Map<string, number>();
  private readonly portion = new Portion();
  private linger: number;
  private due = Number.NEGATIVE_INFINITY;

  constructor(options: CourierOptions) {
    this.options = options;
    this.linger = options.linger;
    this.patience = new Patience({ ...options, directory: options.spool.directory });
    const broken = (path: string, error: unknown) => this.unreadable(path, error);
    this.unpacker = new Unpacker(options.net, () => this.tick(), broken);
  }

  /** Whether files are held back that it refused or that cannot be read. */
  get isHolding(): boolean {
    return [...this.held.keys()].some((file) => this.options.books.isMine(file));
  }

  /** Does what is due. */
  tick(): void {
    const { clock, books, spool } = this.options;
    if (this.isBusy || this.isClosed || !books.isOurs() || clock.monotonic() < this.due) return;
    if (spool.segments.size > 0 && books.mustAsk()) {
      this.ask();
      return;
    }
    const failed = (path: string, error: unknown) => this.unreadable(path, error);
    const before = this.held.size;
    const { frames, isFull } = batchOf(this.pending(), this.portion.budget, {
      ...this.options,
      unpacker: this.unpacker,
      failed,
    });
    if (frames.length > 0) this.send(frames, isFull);
    else if (this.held.size > before) this.go();
    else if (!this.unpacker.isBusy) this.rest();
  }

  /** Nothing is left to send. */
  private rest(): void {
    this.isDry = true;
    // Nothing else would show whether it is back.
    if (this.patience.failing !== null) this.ask();
    this.options.books.changed();
  }

  /** Whatever is waited for, it is tried now. */
  sendNow(): void {
    this.due = Number.NEGATIVE_INFINITY;
    this.held.clear();
    this.patience.isRefused = false;
    this.tick();
  }

  /** Sends all that is there, with new patience and as fast as it goes. */
  begin(): void {
    this.linger = 0;
    this.patience.begin();
    this.isDry = false;
    this.sendNow();
  }

  /** Begins anew: the directory is another one. */
  reset(): void {
    this.options.way.close();
    this.unpacker.close();
    this.isBusy = false;
    this.held.clear();
    this.due = Number.NEGATIVE_INFINITY;
  }

  close(): void {
    this.isClosed = true;
    this.options.way.close();
    this.unpacker.close();
  }

  /** Files that it has more of than was sent, and that are not held back. */
  private pending(): readonly Pending[] {
    const { spool, books, clock } = this.options;
    const now = clock.monotonic();
    const pending: Pending[] = [];
    for (const segment of spool.segments.values()) {
      const { file, size } = segment;
      const offset = books.next(file);
      if (size > offset && books.isMine(file) && now >= (this.held.get(file) ?? 0)) pending.push({ segment, offset });
    }
    return pending;
  }

  private ask(): void {
    const { spool, identity, way, books } = this.options;
    const { instance } = spool;
    const none = { offset: 0, length: 0, crc: 0 };
    const heads = [...spool.segments.keys()].map((file): Head => ({ ...identity, instance, file, ...none }));
    this.isBusy = true;
    way.ask(heads, (outcome) => {
      if (this.isClosed) return;
      this.isBusy = false;
      this.due = Number.NEGATIVE_INFINITY;
      const [refusal] = outcome.refused.values();
      if (outcome.status !== 200) this.due = this.patience.fail(outcome);
      else if (refusal) this.due = this.patience.fail({ status: refusal.status, why: refusal.error, after: 0 });
      else {
        this.patience.recover();
        books.asked(outcome.next);
      }
      this.go();
    });
  }

  private send(frames: readonly Frame[], isFull: boolean): void {
    const { clock, books, way } = this.options;
    const due = clock.monotonic() + (isFull ? 0 : this.linger);
    this.isDry = false;
    const names = frames.map(({ file }) => file);
    const fresh = names.filter((file) => books.isNew(file));
    if (!isClaimed(names, this.options)) {
      for (const file of fresh) this.held.set(file, clock.monotonic() + pause);
      this.go();
      return;
    }
    this.isBusy = true;
    way.send(frames, (outcome) => {
      if (this.isClosed) return;
      this.isBusy = false;
      this.due = due;
      if (untouched.has(outcome.why)) books.disclaim();
      if (outcome.status === 200) this.settle(frames, outcome);
      else if (outcome.status === 413) this.shrink(frames, outcome.why);
      else this.due = this.patience.fail(outcome);
      this.go();
    });
  }

  /** Takes what the receiver said of each file. */
  private settle(frames: readonly Frame[], { next, refused }: Outcome): void {
    let isOn = false;
    for (const { file, offset } of frames) {
      const reached = next.get(file);
      if (reached === undefined) continue;
      isOn ||= reached > offset;
      this.held.delete(file);
      this.options.books.advance(file, reached);
    }
    if (isOn || refused.size === 0) this.patience.recover(isOn);
    if (isOn) this.portion.grow();
    if (refused.size > 0) this.refuse(frames, refused);
    else this.due = Math.max(this.due, this.patience.advanced(isOn));
  }

  private refuse(frames: readonly Frame[], refused: Outcome['refused']): void {
    const all = [...refused.values()];
    const isWhole = all.length > 1 && all.length === frames.length && isSame(all);
    const first = isWhole ? all[0] : all.find(({ status }) => isPassing(status));
    if (first) this.due = this.patience.fail({ status: first.status, why: first.error, after: 0 });
    if (isWhole) return;
    for (const [file, refusal] of refused) {
      const its = frames.filter((frame) => frame.file === file);
      if (refusal.status === 413) this.shrink(its, refusal.error);
      else if (!isPassing(refusal.status)) this.hold(file, refusal);
    }
  }

  private hold(file: string, { status, error }: Refusal): void {
    const { clock, report, url } = this.options;
    this.held.set(file, clock.monotonic() + forGood);
    const kept = 'it is kept, and tried again every 5 minutes';
    report.warn(`${url} ${error}`, `${url} refuses ${file}: ${error} (${status}); ${kept}`);
  }

  /** Less at once, if there is less. */
  private shrink(frames: readonly Frame[], why: string): void {
    if (!this.portion.shrink(frames)) for (const { file } of frames) this.hold(file, { status: 413, error: why });
    if (this.patience.failing === null) this.due = Number.NEGATIVE_INFINITY;
  }

  private unreadable(path: string, error: unknown): void {
    const { report, clock, books } = this.options;
    if (!(error instanceof Error)) throw error;
    // It went between two looks; the next one says so.
    if (errno(error) === 'ENOENT') return;
    const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.gz$/, '');
    this.held.set(file, clock.monotonic() + forGood);
    report.warn(`read ${path}`, `Cannot read ${path}: ${error.message}; it is tried again every 5 minutes`);
    books.changed();
  }

  /** On to what is next, as soon as it is due. */
  private go(): void {
    const { clock, books } = this.options;
    books.changed();
    clock.at(Math.max(clock.monotonic(), this.due), () => this.tick());
  }
}

const isSame = (refusals: readonly Refusal[]): boolean => new Set(refusals.map(({ error }) => error)).size === 1;
