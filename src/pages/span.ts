/** Lengths of time as people say them. */

const units: readonly (readonly [milliseconds: number, singular: string, plural: string])[] = [
  [86_400_000, 'day', 'days'],
  [3_600_000, 'hour', 'hours'],
  [60_000, 'minute', 'minutes'],
  [1000, 'second', 'seconds'],
];

/** `30 minutes`, `minute`, `5 s`: behind "every". */
export function spelledSpan(milliseconds: number): string {
  for (const [length, singular, plural] of units) {
    if (milliseconds < length || milliseconds % length !== 0) continue;
    const count = milliseconds / length;
    return count === 1 ? singular : `${count} ${plural}`;
  }
  return `${milliseconds} ms`;
}
