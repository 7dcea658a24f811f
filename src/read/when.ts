/** Points in time as people type them, and as `--local` prints them. Everything else in sdr knows epoch seconds only. */
import { duration } from '../amount.ts';
import { SdrError } from '../errors.ts';

const minute = 60_000;
const date = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A time in milliseconds since the epoch: `1795233600`, `2026-11-21`, `2026-11-21T04:00` (UTC, or the local time when `local`, unless it
 * says itself), or a span back from `now` such as `1h`.
 */
export function when(text: string, option: string, now: number, local: boolean): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const back = /[a-z]$/.test(text) ? duration(text) : Number.NaN;
  const found = Number.isNaN(back) ? calendar(text, local) : now - back;
  if (!Number.isNaN(found)) return found;
  throw new SdrError(
    'usage',
    `${option} "${text}": expected epoch seconds, 2026-11-21, 2026-11-21T04:00 or a span back from now such as 1h`,
  );
}

function calendar(text: string, local: boolean): number {
  const found = date.exec(text);
  if (!found) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, min = 0, sec = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const utc = Date.UTC(year, month - 1, day, hour, min, sec);
  const same = new Date(utc);
  // 30 February and 25 o'clock would be another day.
  const isThere = same.getUTCDate() === day && same.getUTCMonth() === month - 1 && same.getUTCHours() === hour;
  if (!isThere || min > 59 || sec > 60) return Number.NaN;
  const zone = found[8];
  const fraction = Number((found[7] ?? '').padEnd(3, '0'));
  if (zone === undefined && local) return new Date(year, month - 1, day, hour, min, sec).getTime() + fraction;
  return utc + fraction - (zone === undefined || zone === 'Z' ? 0 : offsetOf(zone));
}

/** `+02:00` in milliseconds. */
function offsetOf(zone: string): number {
  const size = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * minute;
  return zone.startsWith('-') ? -size : size;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** ISO 8601 in local time, with its offset. */
export function localTime(time: number, fractional: boolean): string {
  const at = new Date(time);
  const offset = -at.getTimezoneOffset();
  const size = Math.abs(offset);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const fraction = fractional ? `.${String(at.getMilliseconds()).padStart(3, '0')}` : '';
  return `${day}T${clock}${fraction}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
