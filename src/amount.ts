/** Amounts as people type them: durations, sizes, shares, counts. Each throws a usage error that says what was wanted. */
import { SdrError } from './errors.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, '': 1000 };
const sizes: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** The shortest and longest interval, milliseconds. */
const shortest = 10;
const longest = 366 * 86_400_000;

/** `5`, `.5`, `500ms`, `1m`, `2h`, `1d` in milliseconds; NaN when it is none of these. */
export function duration(text: string): number {
  const found = /^(\d+\.?\d*|\.\d+)(ms|s|m|h|d|)$/.exec(text);
  return found ? Math.round(Number(found[1]) * (units[found[2] ?? ''] as number) * 1e6) / 1e6 : Number.NaN;
}

/** An interval of whole milliseconds from 10 ms to a year. */
export function interval(text: string): number {
  const value = duration(text);
  if (Number.isNaN(value)) {
    throw new SdrError(
      'usage',
      `Interval "${text}": expected a number of seconds, or one with ms, s, m, h or d, such as 5, .5, 500ms or 1m`,
    );
  }
  if (value < shortest || value > longest) throw new SdrError('usage', `Interval "${text}": expected 10ms to 366d`);
  if (!Number.isInteger(value)) throw new SdrError('usage', `Interval "${text}": expected whole milliseconds`);
  return value;
}

/** A length of time, milliseconds. */
export function span(text: string, what: string): number {
  const value = duration(text);
  if (Number.isNaN(value)) throw new SdrError('usage', `${what} "${text}": expected a duration such as 60s, 5m or 28d`);
  return value;
}

/** An age beyond which files are removed, milliseconds. A bare number is refused: `28` meant days, and would mean seconds. */
export function age(text: string, what: string): number {
  if (/\d$/.test(text))
    throw new SdrError('usage', `${what} "${text}": expected a duration with its unit, such as 28d`);
  return span(text, what);
}

export function count(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > Number.MAX_SAFE_INTEGER) {
    throw new SdrError('usage', `Count "${text}": expected a whole number from 1`);
  }
  return Number(text);
}

/** `256M` in bytes (K, M, G, T are powers of 1024). */
export function size(text: string, what: string, wanted = 'a size such as 256M or 1G'): number {
  const found = /^(\d+)([KMGT]?)(?:i?B)?$/i.exec(text);
  const value = found ? Number(found[1]) * (sizes[(found[2] ?? '').toUpperCase()] as number) : 0;
  if (value < 1) throw new SdrError('usage', `${what} "${text}": expected ${wanted}`);
  return value;
}

/** A size in bytes, or a share between 0 and 1 written as a percentage. */
export function sizeOrShare(text: string, what: string): number {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (!percent) return size(text, what, 'a size such as 256M or a share such as 5%');
  const share = Number(percent[1]) / 100;
  if (share <= 0 || share >= 1)
    throw new SdrError('usage', `${what} "${text}": expected more than 0% and less than 100%`);
  return share;
}
