/** The contract of a way to a receiver: it sends, asks, and tells what became of it, once. sdr-wire(7) is the protocol. */

import { utf8 } from '../text.ts';
import type { Frame, Head } from '../wire/frame.ts';
import { headText } from '../wire/frame.ts';

export interface Refusal {
  readonly status: number;
  readonly error: string;
}

/** What a receiver said. */
export interface Outcome {
  /** 200, the status that refuses all of it, or 0 when there was no answer. */
  readonly status: number;
  /** Why it is not 200, a line for a person. */
  readonly why: string;
  /** How long it wants to be left alone, milliseconds. */
  readonly after: number;
  /** How far it has files for good, by name. */
  readonly next: ReadonlyMap<string, number>;
  /** Files that it does not take. */
  readonly refused: ReadonlyMap<string, Refusal>;
}

export type Told = (outcome: Outcome) => void;

export interface Way {
  /** How far it has these files, or all of their instance. The heads have no bytes behind them. */
  ask(heads: readonly Head[], then: Told): void;
  /** All of one host, each file once. */
  send(frames: readonly Frame[], then: Told): void;
  /** What is under way is not told any more. */
  close(): void;
}

const none = new Map<string, never>();

/** No answer, or one that refuses all of it. */
export const failed = (status: number, why: string, after = 0): Outcome => ({
  status,
  why,
  after,
  next: none,
  refused: none,
});

/** Frames back to back. */
export function bytesOf(frames: readonly Frame[]): Uint8Array {
  const heads = frames.map((frame) => utf8(headText(frame)));
  const all = new Uint8Array(frames.reduce((sum, { bytes }, i) => sum + bytes.length + (heads[i]?.length ?? 0), 0));
  let at = 0;
  for (const [i, { bytes }] of frames.entries()) {
    for (const part of [heads[i] ?? bytes, bytes]) {
      all.set(part, at);
      at += part.length;
    }
  }
  return all;
}
