/** What the files must hold: kept beside them, and compared after every life of the recorder. */
import { cpurec } from '../../recorders/cpurec.ts';
import { viewOf } from '../../src/view.ts';
import type { Inode } from '../fake/files.ts';
import type { Life } from './board.ts';
import { directory, interval } from './board.ts';
import type { Card } from './card.ts';

const header = `${viewOf(cpurec).header}\n`;
const head = Buffer.from(header);
const commas = header.split(',').length - 1;
const LF = 10;
const tick = interval / 1000;

export class Ledger {
  readonly faults: string[] = [];
  /** Steps of the wall clock in this life. */
  steps = 0;
  private readonly card: Card;
  /** Bytes of each file when the life began. */
  private base = new Map<number, number>();
  /** How far each file is known to be right, and the last time before that. */
  private known = new Map<number, { size: number; last: number }>();
  /** What each file must be after a repair. */
  private expected: { readonly inode: Inode; readonly path: string; readonly bytes: Buffer }[] = [];

  constructor(card: Card) {
    this.card = card;
  }

  begin(): void {
    this.steps = 0;
    this.card.removed.clear();
    this.base = new Map(this.files().map(({ inode }) => [inode.ino, inode.size]));
  }

  private files() {
    return this.card.csv(directory);
  }

  /** What this life handed over is in its files, but for `window` rows in memory and the dropped ones. Returns its rows. */
  check(life: Life, window: number): number {
    const handed = Buffer.from(life.handed.view());
    const written = Buffer.concat(this.bodies());
    const rows = linesOf(handed);
    if (life.counts.droppedRows === 0) {
      const missing = linesOf(handed.subarray(written.length));
      if (!handed.subarray(0, written.length).equals(written)) this.faults.push('the files differ from the rows');
      else if (missing > window) this.faults.push(`${missing} rows are missing`);
    } else this.checkDrops(handed.toString(), written.toString(), life.counts.droppedRows, window);
    this.checkRows(handed.toString());
    for (const { path, inode } of this.files()) this.checkFile(path, inode);
    return rows;
  }

  /** What was added to files in this life, in the order in which they were made. */
  private bodies(): Buffer[] {
    const inodes = new Map([...this.card.removed, ...this.files().map(({ inode }) => [inode.ino, inode] as const)]);
    return [...inodes.values()]
      .sort((a, b) => a.ino - b.ino)
      .filter((inode) => inode.size > (this.base.get(inode.ino) ?? 0))
      .map((inode) => Buffer.from(inode.bytes.subarray(this.base.get(inode.ino) ?? head.length, inode.size)));
  }

  /** The disk was full: what is there is in order, and what is not was counted. */
  private checkDrops(handed: string, written: string, dropped: number, window: number): void {
    const want = handed.split('\n').slice(0, -1);
    const have = written.split('\n').slice(0, -1);
    let at = 0;
    for (const row of want) if (row === have[at]) at++;
    if (at < have.length) this.faults.push(`a row that was never handed over: ${have[at]}`);
    const missing = want.length - have.length - dropped;
    if (missing < 0 || missing > window) this.faults.push(`${missing} rows are missing, ${dropped} were dropped`);
  }

  /** Rows are on the grid without a gap, and their numbers are right. */
  private checkRows(handed: string): void {
    let before = Number.NaN;
    let gaps = 0;
    const right = `cpu0,${tick.toFixed(3)},20.00,`;
    for (const row of handed.split('\n').slice(0, -1)) {
      const comma = row.indexOf(',');
      const time = Number(row.slice(0, comma));
      if (time % tick !== 0) this.faults.push(`off the grid: ${row}`);
      if (time === before) this.faults.push(`twice: ${row}`);
      if (time !== before + tick && !Number.isNaN(before)) gaps++;
      before = time;
      // Around a step the interval is another one; the share stays.
      if (
        !row.startsWith(right, comma + 1) &&
        !/^cpu0,\d+\.\d{3},(19\.[6-9]\d|20\.[0-4]\d),/.test(row.slice(comma + 1))
      ) {
        this.faults.push(`a wrong number: ${row}`);
      }
    }
    if (gaps > this.steps) this.faults.push(`${gaps} gaps after ${this.steps} steps of the clock`);
  }

  /** Header first, whole lines, time going forward; what was looked at before is not looked at again. */
  private checkFile(path: string, inode: Inode): void {
    const known = this.known.get(inode.ino) ?? { size: 0, last: Number.NEGATIVE_INFINITY };
    if (known.size === inode.size) return;
    const text = Buffer.from(inode.bytes.subarray(0, inode.size)).toString('latin1');
    if (!text.startsWith(header)) this.faults.push(`${path} has no header: ${JSON.stringify(text.slice(0, 40))}`);
    if (!text.endsWith('\n')) this.faults.push(`${path} ends inside a line: ${JSON.stringify(text.slice(-40))}`);
    for (const line of text.slice(Math.max(known.size, header.length)).split('\n').slice(0, -1)) {
      const time = Number(line.slice(0, line.indexOf(',')));
      const isRow = line.split(',').length === commas + 1 && time > known.last && !line.includes('\0');
      if (!isRow) this.faults.push(`${path}: not a row in its place: ${JSON.stringify(line)}`);
      known.last = time;
    }
    this.known.set(inode.ino, { size: inode.size, last: known.last });
  }

  /** Notes what the files must be after the next start. */
  before(isCut: boolean): void {
    this.expected = this.files().map(({ path, inode }) => ({
      path,
      inode,
      bytes: isCut ? Buffer.alloc(0) : bytesOf(inode),
    }));
  }

  /** After a power cut: whole lines before any NUL stay, and nothing else. */
  cut(): void {
    this.expected = this.files().map(({ path, inode }) => {
      const bytes = bytesOf(inode);
      const nul = bytes.indexOf(0);
      const read = nul < 0 ? bytes : bytes.subarray(0, nul);
      return { path, inode, bytes: read.subarray(0, read.lastIndexOf(LF) + 1) };
    });
    // Lines that were written are lines that were checked; a file may be shorter now.
    for (const { inode, bytes } of this.expected) {
      const known = this.known.get(inode.ino);
      if (known && known.size !== bytes.length) this.known.delete(inode.ino);
    }
  }

  /** The files after the repair. */
  repaired(): void {
    for (const { path, inode, bytes } of this.expected) {
      if (!bytesOf(inode).equals(bytes))
        this.faults.push(`${path} was not repaired: ${tail(inode)} should be ${bytes.length} bytes`);
      else if (bytes.length > 0) this.checkFile(path, inode);
      else this.known.set(inode.ino, { size: 0, last: 0 });
    }
    this.expected = [];
  }
}

const bytesOf = (inode: Inode): Buffer => Buffer.from(inode.bytes.subarray(0, inode.size));
const tail = (inode: Inode): string =>
  `${inode.size} bytes, ${JSON.stringify(bytesOf(inode).subarray(-30).toString('latin1'))}`;

function linesOf(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}
