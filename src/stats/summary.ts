/** Rows in order of time become statistics of windows: aligned to multiples of their length in UTC, or one window of everything. */
import type { Lines } from '../read/lines.ts';
import type { Device, Devices } from './device.ts';
import type { Places } from './scan.ts';
import { Cells } from './scan.ts';

/** A window that has ended: the devices that had rows in it, before they forget it. */
export type Ended = (
  window: { readonly start: number; readonly fractional: boolean },
  devices: Iterable<Device>,
) => void;

export class Summary {
  /** Rows whose window had ended. */
  late = 0;
  /** Tallies of windows whose percentiles are not exact. */
  inexact = 0;
  /** Slots of numbers that had other cells among them. */
  readonly strange = new Set<number>();
  private readonly devices: Devices;
  private readonly cells: Cells;
  private readonly every: number | null;
  private readonly ended: Ended;
  private start = Number.NaN;
  private end = Number.NaN;
  private fractional = false;

  /** `every` in milliseconds; null for one window of everything, which begins with the first row. */
  constructor(devices: Devices, every: number | null, ended: Ended) {
    this.cells = new Cells(devices.kinds.length);
    this.devices = devices;
    this.every = every;
    this.ended = ended;
  }

  /** Takes the row that `lines` stands on. */
  row({ bytes, start, time, fractional }: Lines, places: Places): void {
    if (!(time < this.end)) this.begin(time, fractional);
    if (time < this.start && this.every !== null) {
      this.late++;
      return;
    }
    this.cells.read(bytes, start, places);
    const { keyStart, keyEnd } = this.cells;
    this.devices.of(bytes, keyStart, keyEnd).row(time, this.cells, bytes);
  }

  /** Ends the last window. */
  close(): void {
    if (Number.isNaN(this.start)) return;
    this.ended({ start: this.start, fractional: this.fractional }, this.present());
    for (const device of this.present()) {
      device.tallies.forEach(({ isExact, totals, words }, slot) => {
        if (!isExact) this.inexact++;
        if (words > 0 && totals.count > 0) this.strange.add(slot);
      });
      device.clear();
    }
  }

  private begin(time: number, fractional: boolean): void {
    this.close();
    const { every } = this;
    this.start = every === null ? time : Math.floor(time / every) * every;
    this.end = every === null ? Number.POSITIVE_INFINITY : this.start + every;
    this.fractional = every === null ? fractional : every % 1000 !== 0;
  }

  private *present(): Iterable<Device> {
    for (const device of this.devices) if (device.rows > 0) yield device;
  }
}
