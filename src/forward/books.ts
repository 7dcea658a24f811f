/** What a courier may know and say of the files of the destination that it is one way to. */
export interface Books {
  /** Whether a file is for this courier. */
  isMine(file: string): boolean;
  /** Bytes that the receiver has for good. */
  next(file: string): number;
  /** The receiver has so much for good. */
  advance(file: string, next: number): void;
  /** These are about to be sent. */
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
