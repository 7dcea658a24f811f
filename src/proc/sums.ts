/**
 * Counters of several devices as one: the sum grows by what each device grew, so one that comes, goes or starts anew at 0
 * makes neither a spike nor a negative.
 */
import type { Guard } from '../growth.ts';
import { growth } from '../growth.ts';
import type { Table } from './table.ts';

export class Sums {
  /** One sum per column, in the kernel's unit; NaN while there is no device. */
  readonly totals: Float64Array;
  /** The growth of whichever device grew most, in the column `busiest`, summed over the ticks. */
  busiest = 0;
  /** Columns in which a device ran backwards at the last tick: what the sum grew by cannot be told. */
  private readonly broken: Uint8Array;
  /** Whether there is any. */
  private isBroken = false;
  private members = 0;
  private started = false;
  private turn = 0;
  private readonly bases = new Map<string, { values: Float64Array; turn: number }>();
  private readonly columns: readonly number[];
  private readonly guards: readonly Guard[];
  private readonly busiestColumn: number;

  /** `columns` are places in the table's rows, `busiestColumn` an index into them (-1 = none). */
  constructor(columns: readonly number[], guards: readonly Guard[], busiestColumn = -1) {
    this.columns = columns;
    this.guards = guards;
    this.busiestColumn = busiestColumn;
    this.totals = new Float64Array(columns.length);
    this.broken = new Uint8Array(columns.length);
  }

  /** Whether any device was there at the last tick. */
  get some(): boolean {
    return this.members > 0;
  }

  /** A sum at this tick; NaN when there is no device, or one ran backwards. */
  at(column: number): number {
    return this.some && this.broken[column] === 0 ? (this.totals[column] as number) : Number.NaN;
  }

  take(table: Table, isMember: (id: string) => boolean): void {
    this.turn++;
    this.members = 0;
    if (this.isBroken) this.broken.fill(0);
    this.isBroken = false;
    let most = 0;
    for (let row = 0; row < table.count; row++) {
      const id = table.ids[row] as string;
      if (isMember(id)) most = Math.max(most, this.add(id, table, table.at(row)));
    }
    this.busiest += most;
    if (this.isBroken) this.restart();
    this.started = true;
    if (this.members < this.bases.size) this.forget();
  }

  /** Adds one device's growth; returns that of the busiest column. */
  private add(id: string, table: Table, from: number): number {
    this.members++;
    let base = this.bases.get(id);
    const isNew = base === undefined;
    if (base === undefined) {
      base = { values: new Float64Array(this.columns.length), turn: 0 };
      this.bases.set(id, base);
    }
    base.turn = this.turn;
    let busiest = 0;
    const { columns, guards, totals, busiestColumn } = this;
    const { values } = base;
    for (let i = 0; i < columns.length; i++) {
      const now = table.values[from + (columns[i] as number)] as number;
      const grown = isNew ? Number.NaN : growth(now, values[i] as number, guards[i] as Guard);
      values[i] = now;
      if (isNew && !this.started) totals[i] = (totals[i] as number) + now;
      if (grown > 0) {
        totals[i] = (totals[i] as number) + grown;
        if (i === busiestColumn) busiest = grown;
      } else if (!isNew && !(grown === 0)) {
        this.isBroken = true;
        this.broken[i] = 1;
      }
    }
    return busiest;
  }

  /**
   * A sum in which a device ran backwards starts anew at 0, as that device did: whoever differences it sees a counter that ran
   * backwards, and has a base again at the next tick.
   */
  private restart(): void {
    for (let i = 0; i < this.broken.length; i++) {
      if (this.broken[i] === 0 || (this.totals[i] as number) === 0) continue;
      this.totals[i] = 0;
      this.broken[i] = 0;
    }
  }

  private forget(): void {
    for (const [id, base] of this.bases) if (base.turn !== this.turn) this.bases.delete(id);
  }
}
