/** The little that the archive knows of rows: how many, and when the last one was. */

const LF = 10;
const ZERO = 48;
const first = 'time,';
/** Bytes of a line from which on searching for its end takes less time than looking at four of them at a time. */
const long = 48;

/** Whether bytes begin as the first line of a file does. */
export function startsWithTime(bytes: Uint8Array): boolean {
  for (let i = 0; i < first.length; i++) if (bytes[i] !== first.charCodeAt(i)) return false;
  return true;
}

/** LFs: from one to the next while lines are long, else word by word. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    lines++;
    if (at < lines * long) return lines + countShort(bytes, at + 1);
  }
  return lines;
}

/** Four bytes at a time: a byte that is LF gives zero, and a zero byte leaves its highest bit. */
function countShort({ buffer, byteOffset, length }: Uint8Array, from: number): number {
  const bytes = new Uint8Array(buffer, byteOffset + from, length - from);
  if (bytes.length < 4) return countEach(bytes, 0, bytes.length);
  const head = -bytes.byteOffset & 3;
  const words = new Int32Array(buffer, bytes.byteOffset + head, (bytes.length - head) >> 2);
  let lines = countEach(bytes, 0, head) + countEach(bytes, head + words.length * 4, bytes.length);
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
