/** Bytes that have arrived and are not answered yet: never more than the limit, whatever arrives. */

/** The least that a piece costs, so that many small ones are not free. */
const least = 256;

/** What a piece of something that is not whole yet costs. */
export const weight = ({ length }: Uint8Array): number => Math.max(length, least);

export class Budget {
  readonly limit: number;
  private taken = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.taken;
  }

  /** False, and nothing is taken, when there is no room. */
  take(bytes: number): boolean {
    if (this.taken + bytes > this.limit) return false;
    this.taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}
