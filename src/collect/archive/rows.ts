/** The little that the archive knows of rows: how many, and when the last one was. */

const LF = 10;
const ZERO = 48;
const first = 'time,';

/** Whether bytes begin as the first line of a file does. */
export function startsWithTime(bytes: Uint8Array): boolean {
  for (let i = 0; i < first.length; i++) if (bytes[i] !== first.charCodeAt(i)) return false;
  return true;
}

export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === LF) lines++;
  return lines;
}

/** The `time` of the last of some whole lines, whole seconds; 0 when it has none. */
export function lastTime(bytes: Uint8Array): number {
  let seconds = 0;
  for (let i = bytes.lastIndexOf(LF, bytes.length - 2) + 1; i < bytes.length; i++) {
    const digit = (bytes[i] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    seconds = seconds * 10 + digit;
  }
  return seconds < 1e12 ? seconds : 0;
}
