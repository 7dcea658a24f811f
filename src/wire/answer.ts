/** What a receiver answers: JSON over HTTP, lines over TCP. sdr-wire(7) is its documentation. */
import type { Frame } from './frame.ts';

/** Of one frame: how far the receiver is now, durably, or why it was refused. */
export type Verdict = { readonly next: number } | { readonly status: number; readonly error: string };

/** Body of an answer over HTTP; the keys are `<host>/<file>`. */
export interface Answer {
  readonly next: Readonly<Record<string, number>>;
  readonly refused?: Readonly<Record<string, { readonly status: number; readonly error: string }>>;
}

export const keyOf = ({ host, file }: Pick<Frame, 'host' | 'file'>): string => `${host}/${file}`;

/** A line of the TCP mode: `ACK pi1/cpurec-20261121.csv 4096`, `NAK 409 pi1/cpurec-20261121.csv why`. */
export function verdictLine(key: string, verdict: Verdict): string {
  return 'next' in verdict ? `ACK ${key} ${verdict.next}\n` : `NAK ${verdict.status} ${key} ${verdict.error}\n`;
}

/** The end of a connection of the TCP mode: `ERR 401 why`. */
export const errorLine = (status: number, error: string): string => `ERR ${status} ${error}\n`;

export type Line =
  | { readonly kind: 'ok' }
  | { readonly kind: 'verdict'; readonly key: string; readonly verdict: Verdict }
  | { readonly kind: 'error'; readonly status: number; readonly error: string };

/** What the sender of the TCP mode reads, without LF; null for a line that is none of these. */
export function parseLine(line: string): Line | null {
  if (/^OK sdr\/\d+(?: |$)/.test(line)) return { kind: 'ok' };
  const ack = /^ACK (\S+) (\d{1,15})$/.exec(line);
  if (ack) return { kind: 'verdict', key: ack[1] ?? '', verdict: { next: Number(ack[2]) } };
  const nak = /^NAK (\d{3}) (\S+) (.*)$/.exec(line);
  if (nak) return { kind: 'verdict', key: nak[2] ?? '', verdict: { status: Number(nak[1]), error: nak[3] ?? '' } };
  const error = /^ERR (\d{3}) (.*)$/.exec(line);
  return error ? { kind: 'error', status: Number(error[1]), error: error[2] ?? '' } : null;
}
