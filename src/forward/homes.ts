/** Which receiver of a destination has which file, and what each of them may know and say of that. */
import type { Books } from './books.ts';
import type { Ledger } from './ledger.ts';
import { nowhere, unknown } from './ledger.ts';
import type { Spool } from './spool.ts';

export interface HomesOptions {
  readonly ledger: Ledger;
  readonly spool: Spool;
  /** Files have no home any more: another may take them. */
  readonly freed: () => void;
  readonly changed: () => void;
}

export class Homes {
  /** Where new files go. */
  current = 0;
  private readonly options: HomesOptions;
  /** Of each receiver, whether it said what it has since the directory was opened. */
  private readonly hasSaid: boolean[] = [];
  /** Whether there are files that any of the receivers may have. */
  private isUnsure = false;

  constructor(options: HomesOptions) {
    this.options = options;
  }

  /** The books of one receiver more. */
  books(): Books {
    const { ledger, spool, changed } = this.options;
    const index = this.hasSaid.push(false) - 1;
    // Files of which it had nothing before what is under way.
    let fresh: readonly string[] = [];
    return {
      isOurs: (): boolean => ledger.turn.rival === 0 && ledger.instance === spool.instance,
      isMine: (file: string): boolean => {
        const home = ledger.entries.get(file)?.home ?? nowhere;
        return home === index || (home === nowhere && this.current === index);
      },
      isNew: (file: string): boolean => (ledger.entries.get(file)?.home ?? nowhere) === nowhere,
      next: (file: string): number => ledger.entries.get(file)?.next ?? 0,
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
      mustAsk: (): boolean => this.hasSaid[index] === false && (ledger.isBlank || this.isUnsure),
      changed,
    };
  }

  /** The ledger was opened anew. */
  open(): void {
    const { ledger, spool } = this.options;
    this.hasSaid.fill(false);
    // Notes that say more than there is may be wrong, or the power went and took the end of a file.
    for (const { file, size } of spool.segments.values())
      if ((ledger.entries.get(file)?.next ?? 0) > size) ledger.isBlank = true;
    if (ledger.isBlank) this.wonder();
    this.learn();
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
    return this.hasSaid.length === 1;
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
    this.options.freed();
  }

  private asked(next: ReadonlyMap<string, number>, index: number): void {
    const { ledger, spool } = this.options;
    this.hasSaid[index] = true;
    for (const file of spool.segments.keys()) {
      const length = next.get(file) ?? 0;
      const entry = ledger.of(file);
      if (entry.home >= 0 ? entry.home !== index : length === 0) continue;
      entry.home = index;
      entry.next = length;
    }
    if (this.hasSaid.every((said) => said)) {
      for (const entry of ledger.entries.values()) if (entry.home === unknown) entry.home = nowhere;
    }
    this.learn();
    ledger.touch();
  }
}
