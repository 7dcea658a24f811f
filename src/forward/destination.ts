/**
 * A destination: one receiver, or several of which each file has one as its home. A file stays with the receiver that may have a part
 * of it, however long that one is down: nothing is ever at two of them.
 */
import type { Books } from './books.ts';
import type { Courier } from './courier.ts';
import { Homes } from './homes.ts';
import type { Ledger } from './ledger.ts';
import type { Segment, Spool } from './spool.ts';

export interface DestinationOptions {
  /** As it was typed. */
  readonly name: string;
  readonly ledger: Ledger;
  readonly spool: Spool;
  /** How long the receiver in use may fail before new files go to the next, milliseconds. */
  readonly endurance: number;
  readonly now: () => number;
  /** Bytes of a file have vanished before they were sent. */
  readonly lost: (file: string, bytes: number) => void;
  /** A file has less than was sent of it. */
  readonly cut: (file: string) => void;
  /** New files go to another receiver from now on. */
  readonly turned: (url: string) => void;
  readonly changed: () => void;
}

interface Member {
  readonly url: string;
  readonly courier: Courier;
}

export class Destination {
  readonly name: string;
  private readonly options: DestinationOptions;
  private readonly members: Member[] = [];
  private readonly homes: Homes;

  constructor(options: DestinationOptions) {
    this.options = options;
    this.name = options.name;
    this.homes = new Homes({ ...options, freed: () => this.stir() });
  }

  /** Adds a receiver; the first is the one that is wanted. `made` gets the books that the courier keeps. */
  add(url: string, made: (books: Books) => Courier): void {
    this.members.push({ url, courier: made(this.homes.books()) });
  }

  get couriers(): readonly Courier[] {
    return this.members.map(({ courier }) => courier);
  }

  /** The process that sends there instead of us; 0 = none does. */
  get rival(): number {
    return this.options.ledger.turn.rival;
  }

  tick(): void {
    const { ledger } = this.options;
    // What the other notes meanwhile is read when it is our turn again.
    if (ledger.turn.look()) this.stop();
    if (this.rival > 0) return;
    this.follow();
    this.turn();
    for (const { courier } of this.members) courier.tick();
  }

  /** Bytes that are there and not here. */
  lag(): number {
    let lag = 0;
    for (const { file, size } of this.options.spool.segments.values()) lag += Math.max(0, size - this.next(file));
    return lag;
  }

  /** A file is no longer there. */
  gone({ file, size }: Pick<Segment, 'file' | 'size'>): void {
    const { ledger, lost } = this.options;
    if (this.rival > 0) return;
    const missing = size - this.next(file);
    if (missing > 0) {
      ledger.lost += missing;
      lost(file, missing);
    }
    ledger.forget(file);
  }

  /** A file has become shorter: a torn line goes when a recorder starts, which was not sent. */
  shrunk({ file, size }: Segment): void {
    if (this.rival === 0 && size < this.next(file)) this.options.cut(file);
  }

  /** Writes down what is known, if that is due or `isUrgent`. Throws a SystemError. */
  save(isUrgent: boolean): void {
    const { ledger, spool } = this.options;
    if (this.rival > 0 || !ledger.isDue(isUrgent)) return;
    for (const { file, size } of spool.segments.values()) {
      const entry = ledger.entries.get(file);
      if (entry) entry.size = Math.max(entry.size, size);
    }
    ledger.save();
  }

  /** Nothing more is sent, and what is known is kept. Throws a SystemError. */
  close(): void {
    for (const { courier } of this.members) courier.close();
    try {
      this.save(true);
    } finally {
      this.options.ledger.turn.release();
    }
  }

  private stop(): void {
    this.options.ledger.instance = '';
    for (const { courier } of this.members) courier.reset();
  }

  private next(file: string): number {
    return this.options.ledger.entries.get(file)?.next ?? 0;
  }

  /** A wiped directory is another one. */
  private follow(): void {
    const { ledger, spool } = this.options;
    if (ledger.instance === spool.instance) return;
    ledger.open(spool.instance);
    for (const { courier } of this.members) courier.reset();
    this.homes.open();
    for (const [file, { size }] of [...ledger.entries]) if (!spool.segments.has(file)) this.gone({ file, size });
  }

  /** New files go to the first receiver that has not failed for long. */
  private turn(): void {
    const { now, endurance, turned } = this.options;
    const isDown = ({
      courier: {
        patience: { failing },
      },
    }: Member) => failing !== null && now() - failing >= endurance;
    const at = Math.max(
      0,
      this.members.findIndex((member) => !isDown(member)),
    );
    if (at === this.homes.current) return;
    this.homes.current = at;
    this.stir();
    turned(this.members[at]?.url ?? '');
  }

  /** Who had nothing to do may have something now. */
  private stir(): void {
    for (const { courier } of this.members) courier.isDry = false;
  }
}
