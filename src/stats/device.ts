/** The devices of a recording, found by the bytes of their names: rows of one sample come in the same order as those of the one before. */
import { ascii, bytesOf, same } from '../parse.ts';
import { Budget } from './distribution.ts';
import type { Cells } from './scan.ts';
import { Steps } from './steps.ts';
import type { Kind } from './tally.ts';
import { Tally } from './tally.ts';

/** One device, or everything of a recorder of one thing. */
export class Device {
  /** Its name as it stands in the files. */
  readonly bytes: Uint8Array;
  /** By slot. */
  readonly tallies: readonly Tally[];
  steps = new Steps();
  /** Rows in this window. */
  rows = 0;
  /** Which device came after this one. */
  next: Device = this;
  private before = Number.NaN;

  constructor(name: string, kinds: readonly Kind[], budget: Budget) {
    this.bytes = bytesOf(name);
    this.tallies = kinds.map((kind) => new Tally(kind, budget));
  }

  /** Takes a row of this device that has been read; `time` in milliseconds. */
  row(time: number, cells: Cells, bytes: Uint8Array): void {
    this.rows++;
    this.steps.add(time - this.before);
    this.before = time;
    const { tallies } = this;
    const { decimals, units } = cells;
    for (let slot = 0; slot < tallies.length; slot++) {
      const tally = tallies[slot] as Tally;
      if (decimals[slot] === tally.digits && tally.length < tally.batch.length) {
        tally.batch[tally.length++] = units[slot] as number;
      } else tally.take(cells, slot, bytes);
    }
  }

  /** Begins another window. */
  clear(): void {
    this.rows = 0;
    for (const tally of this.tallies) tally.clear();
  }

  /** Begins another reading of the same files, with the memory of the one before. */
  restart(): void {
    this.clear();
    this.steps = new Steps();
    this.before = Number.NaN;
    for (const { growth } of this.tallies) growth?.restart();
  }
}

/** Memory for exact percentiles, bytes: 64 CPUs need 22 MB for their percentages, and Node itself has 50 MB. */
const exactness = 24 * 1024 * 1024;

/** All devices, in the order in which they appeared. */
export class Devices {
  private readonly known = new Map<string, Device>();
  /** By slot. */
  readonly kinds: readonly Kind[];
  private readonly budget = new Budget(exactness);
  private last: Device | null = null;

  constructor(kinds: readonly Kind[]) {
    this.kinds = kinds;
  }

  /** The device whose name stands in `bytes`. */
  of(bytes: Uint8Array, start: number, end: number): Device {
    const guess = this.last?.next;
    if (guess && guess.bytes.length === end - start && same(guess.bytes, bytes, start)) {
      this.last = guess;
      return guess;
    }
    const device = this.named(ascii(bytes, start, end));
    if (this.last) this.last.next = device;
    this.last = device;
    return device;
  }

  restart(): void {
    for (const device of this) device.restart();
  }

  [Symbol.iterator](): Iterator<Device> {
    return this.known.values();
  }

  private named(name: string): Device {
    const found = this.known.get(name);
    if (found) return found;
    const device = new Device(name, this.kinds, this.budget);
    this.known.set(name, device);
    return device;
  }
}
