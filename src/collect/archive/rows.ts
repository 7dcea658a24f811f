/** The little that the archive knows of rows: how many, and when the last one was. */

const LF = 10;
const ZERO = 48;
const first = 'time,';

/** Whether bytes begin as the first line of a file does. */
export function startsWithTime(bytes: Uint8Array): boolean {
  for (let i = 0; i < first.length; i++) if (bytes[i] !== first.charCodeAt(i)) return false;
  return true;
}

/** LFs, four bytes at a time: a byte that is one gives zero, and a zero byte leaves its highest bit. */
export function countLines(bytes: Uint8Array): number {
  const { buffer, byteOffset, length } = bytes;
  if (length < 4) return countEach(bytes, 0, length);
  const head = -byteOffset & 3;
  const words = new Int32Array(buffer, byteOffset + head, (length - head) >> 2);
  let lines = countEach(bytes, 0, head) + countEach(bytes, head + words.length * 4, length);
  for (let i = 0; i < words.length; i++) {
    const x = (words[i] as number) ^ 0x0a0a0a0a;
    const marks = ~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x | 0x7f7f7f7f);
    if (marks !== 0) lines += ((marks >>> 7) & 1) + ((marks >>> 15) & 1) + ((marks >>> 23) & 1) + (marks >>> 31);
  }
  return lines;
}

function countEach(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let i = from; i < to; i++) if (bytes[i] === LF) lines++;
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
