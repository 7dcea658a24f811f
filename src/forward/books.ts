/** The books of a destination, as each of its couriers sees them, and what is said when they cannot be kept. */
import { errno } from '../host.ts';
import type { Report } from '../report.ts';
import type { Spool } from './spool.ts';

/** What a courier may know and say of the files of the destination that it is one way to. */
export interface Books {
  /** Whether it is our turn to send what is there now. */
  isOurs(): boolean;
  /** Whether a file is for this courier. */
  isMine(file: string): boolean;
  /** Whether nothing of a file went to anybody yet. */
  isNew(file: string): boolean;
  /** Bytes that the receiver has for good. */
  next(file: string): number;
  /** The receiver has so much for good. */
  advance(file: string, next: number): void;
  /** These are about to be sent. Throws a SystemError when that cannot be noted, where it must be. */
  claim(files: readonly string[]): void;
  /** What was claimed last has surely not arrived. */
  disclaim(): void;
  /** The receiver said of all files how far it is. */
  asked(next: ReadonlyMap<string, number>): void;
  /** Whether it has to say so first. */
  mustAsk(): boolean;
  /** Something is different: who waits for it looks again. */
  changed(): void;
}

interface Means {
  readonly books: Books;
  readonly spool: Spool;
  readonly report: Report;
}

/** Whether it is noted that these go there: those that are new must wait until it can be. */
export function isClaimed(files: readonly string[], { books, spool, report }: Means): boolean {
  const notes = `${spool.directory}/.sdr`;
  const hasNew = files.some((file) => books.isNew(file));
  try {
    books.claim(files);
  } catch (error) {
    const code = errno(error);
    if (code === '') throw error;
    books.disclaim();
    report.warn(`claim ${notes}`, `Cannot note in ${notes} where files go: ${code}; new ones wait until it can`);
    return false;
  }
  if (hasNew) report.over(`claim ${notes}`, `Where files go can be noted in ${notes} again`);
  return true;
}
