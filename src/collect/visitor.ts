/** One connection, and what is known about who is at its other end. */
import type { Grant } from './tokens/grant.ts';

export interface Visitor {
  /** Whose token came last; null before the first. */
  grant: Grant | null;
  /** How it was spelled, and of which reading of the file: most connections send one token for ever. */
  credential: string;
  generation: number;
  /** The name in the client's certificate; null when none is asked for. */
  certificate: string | null;
  /** Requests that wait for an answer. */
  open: number;
}

export const visitor = (certificate: string | null = null): Visitor => ({
  grant: null,
  credential: '',
  generation: -1,
  certificate,
  open: 0,
});
