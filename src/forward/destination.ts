/**
 * A destination: one receiver, or several of which each file has one as its home. A file stays with the receiver that may have a part
 * of it, however long that one is down: nothing is ever at two of them.
 */
import type { Books } from './books.ts';
import type { Courier } from './courier.ts';
import type { Ledger } from './ledger.ts';
import { nowhere, unknown } from './ledger.ts';
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
  hasSaid: boolean;
}

export class Destination {
  readonly name: string;
  private readonly options: DestinationOptions;
  private readonly members: Member[] = [];
  /** Where new files go. */
  private current = 0;
  /** Whether there are files that any of the receivers may have. */
  private isUnsure = false;

  constructor(options: DestinationOptions) {
    this.options = options;
    this.name = options.name;
  }

  /** Adds a receiver; the first is the one that is wanted. `made` gets the books that the courier keeps. */
  add(url: string, made: (books: Books) => Courier): void {
    const index = this.members.length;
    this.members.push({ url, courier: made(this.booksOf(index)), hasSaid: false });
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
    for (const member of this.members) {
      member.courier.reset();
      member.hasSaid = false;
    }
    // Notes that say more than there is may be wrong, or the power went and took the end of a file.
    for (const { file, size } of spool.segments.values()) if (this.next(file) > size) ledger.isBlank = true;
    if (ledger.isBlank) this.wonder();
    this.learn();
    for (const [file, { size }] of [...ledger.entries]) if (!spool.segments.has(file)) this.gone({ file, size });
  }

  private learn(): void {
    this.isUnsure = false;
    for (const { home } of this.options.ledger.entries.values()) this.isUnsure ||= home === unknown;
  }

  /** Files of which nothing is known may be with any of the receivers. */
  private wonder(): void {
    const { ledger, spool } = this.options;
    for (const file of spool.segments.keys()) {
      const entry = ledger.of(file);
      if (entry.home < 0) entry.home = this.isAlone ? 0 : unknown;
    }
  }

  private get isAlone(): boolean {
    return this.members.length === 1;
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
    if (at === this.current) return;
    this.current = at;
    this.stir();
    turned(this.members[at]?.url ?? '');
  }

  /** What a courier may know and say; `index` is which. */
  private booksOf(index: number): Books {
    const { ledger, changed } = this.options;
    // Files of which it had nothing before what is under way.
    let fresh: readonly string[] = [];
    return {
      isMine: (file: string): boolean => {
        const home = ledger.entries.get(file)?.home ?? nowhere;
        return home === index || (home === nowhere && this.current === index);
      },
      next: (file: string): number => this.next(file),
      advance(file: string, next: number): void {
        const entry = ledger.of(file);
        if (entry.next !== next) ledger.touch();
        entry.next = next;
        entry.home = index;
      },
      claim: (files: readonly string[]): void => {
        fresh = files.filter((file) => ledger.of(file).home !== index);
        this.claim(fresh, index);
      },
      disclaim: (): void => this.disclaim(fresh),
      asked: (next: ReadonlyMap<string, number>): void => this.asked(next, index),
      mustAsk: (): boolean => this.mustAsk(index),
      changed,
    };
  }

  /** Who had nothing to do may have something now. */
  private stir(): void {
    for (const { courier } of this.members) courier.isDry = false;
  }

  private claim(files: readonly string[], index: number): void {
    const { ledger } = this.options;
    if (files.length === 0) return;
    for (const file of files) ledger.of(file).home = index;
    ledger.touch();
    // Should we die or the power go now, nobody else may be given what this one may have.
    if (!this.isAlone) ledger.save(true);
  }

  private disclaim(files: readonly string[]): void {
    if (this.isAlone) return;
    for (const file of files) this.options.ledger.of(file).home = nowhere;
    this.stir();
  }

  private mustAsk(index: number): boolean {
    const member = this.members[index];
    return member !== undefined && !member.hasSaid && (this.options.ledger.isBlank || this.isUnsure);
  }

  private asked(next: ReadonlyMap<string, number>, index: number): void {
    const { ledger, spool } = this.options;
    const member = this.members[index];
    if (member) member.hasSaid = true;
    for (const file of spool.segments.keys()) {
      const length = next.get(file) ?? 0;
      const entry = ledger.of(file);
      if (entry.home >= 0 ? entry.home !== index : length === 0) continue;
      entry.home = index;
      entry.next = length;
    }
    if (this.members.every(({ hasSaid }) => hasSaid)) {
      for (const entry of ledger.entries.values()) if (entry.home === unknown) entry.home = nowhere;
    }
    this.learn();
    ledger.touch();
  }
}
