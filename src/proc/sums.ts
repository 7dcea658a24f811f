/**
 * Counters of several devices as one: the sum grows by what each device grew, so one that comes, goes or starts anew at 0
 * makes neither a spike nor a negative.
 */
import type { Guard, Guards } from '../growth.ts';
import { growth, packed } from '../growth.ts';
import type { Table } from './table.ts';

/**
 * Adds to `totals` what the numbers at `columns` of the row that begins at `from` grew by since `base`, which becomes what they are now.
 * A column that ran backwards gets 1 in `broken`, and so does what stands there behind the last column. Returns what `busiest` grew by.
 */
export type Grow = (
  values: Float64Array,
  from: number,
  columns: Uint16Array,
  base: Float64Array,
  slack: Float64Array,
  wraps: Uint8Array,
  totals: Float64Array,
  broken: Uint8Array,
  busiest: number,
) => number;

/**
 * The share (0–1) of what the first `base.length` numbers of a row that begins at `from` grew by since `base`, which becomes what they
 * are now, that is of others than `idle` and `waiting`. NaN when nothing grew.
 */
export type Share = (
  values: Float64Array,
  from: number,
  base: Float64Array,
  slack: Float64Array,
  wraps: Uint8Array,
  idle: number,
  waiting: number,
) => number;

const guard = { slack: 0, wraps: false };

function guarded(now: number, before: number, slack: Float64Array, wraps: Uint8Array, i: number): number {
  guard.slack = slack[i] as number;
  guard.wraps = wraps[i] === 1;
  return growth(now, before, guard);
}

/** The loops over columns, which an engine without a compiler replaces by its own (src/hosts/quickjs.ts). */
export const native: { grow: Grow; share: Share } = {
  grow(values, from, columns, base, slack, wraps, totals, broken, busiest) {
    let most = 0;
    for (let i = 0; i < columns.length; i++) {
      const now = values[from + (columns[i] as number)] as number;
      const grown = guarded(now, base[i] as number, slack, wraps, i);
      base[i] = now;
      if (grown > 0) {
        totals[i] = (totals[i] as number) + grown;
        if (i === busiest) most = grown;
      } else if (!(grown === 0)) {
        broken[i] = 1;
        broken[columns.length] = 1;
      }
    }
    return most;
  },
  share(values, from, base, slack, wraps, idle, waiting) {
    let all = 0;
    let rest = 0;
    for (let i = 0; i < base.length; i++) {
      const now = values[from + i] as number;
      const grown = now === now ? guarded(now, base[i] as number, slack, wraps, i) : 0;
      base[i] = now;
      all += grown;
      if (i === idle || i === waiting) rest += grown;
    }
    return all > 0 ? (all - rest) / all : Number.NaN;
  },
};

export class Sums {
  /** One sum per column, in the kernel's unit; NaN while there is no device. */
  readonly totals: Float64Array;
  /** The growth of whichever device grew most, in the column `busiest`, summed over the ticks. */
  busiest = 0;
  /** Columns in which a device ran backwards at the last tick: what the sum grew by cannot be told. Behind them, whether there is any. */
  private readonly broken: Uint8Array;
  private members = 0;
  private started = false;
  private turn = 0;
  private readonly bases = new Map<string, { values: Float64Array; turn: number }>();
  private readonly columns: Uint16Array;
  private readonly guards: Guards;
  private readonly busiestColumn: number;

  /** `columns` are places in the table's rows, `busiestColumn` an index into them (-1 = none). */
  constructor(columns: readonly number[], guards: readonly Guard[], busiestColumn = -1) {
    this.columns = Uint16Array.from(columns);
    this.guards = packed(guards);
    this.busiestColumn = busiestColumn;
    this.totals = new Float64Array(columns.length);
    this.broken = new Uint8Array(columns.length + 1);
  }

  /** Whether any device was there at the last tick. */
  get some(): boolean {
    return this.members > 0;
  }

  /** A sum at this tick; NaN when there is no device, or one ran backwards. */
  at(column: number): number {
    return this.some && this.broken[column] === 0 ? (this.totals[column] as number) : Number.NaN;
  }

  /** Writes the first sums to some places of `values`. */
  put(places: readonly number[], values: Float64Array): void {
    const { broken, totals, some } = this;
    for (let i = 0; i < places.length; i++) {
      values[places[i] as number] = some && broken[i] === 0 ? (totals[i] as number) : Number.NaN;
    }
  }

  take(table: Table, isMember: (id: string) => boolean): void {
    this.turn++;
    this.members = 0;
    const { broken, columns } = this;
    if (broken[columns.length] === 1) broken.fill(0);
    let most = 0;
    for (let row = 0; row < table.count; row++) {
      const id = table.ids[row] as string;
      if (isMember(id)) most = Math.max(most, this.add(id, table.values, table.at(row)));
    }
    this.busiest += most;
    if (broken[columns.length] === 1) this.restart();
    this.started = true;
    if (this.members < this.bases.size) this.forget();
  }

  /** Adds one device's growth; returns that of the busiest column. */
  private add(id: string, values: Float64Array, from: number): number {
    this.members++;
    const base = this.bases.get(id);
    if (base === undefined) return this.begin(id, values, from);
    base.turn = this.turn;
    const { columns, totals, broken } = this;
    const { slack, wraps } = this.guards;
    return native.grow(values, from, columns, base.values, slack, wraps, totals, broken, this.busiestColumn);
  }

  /** A device that was there from the beginning is in the sum with all that it counted. */
  private begin(id: string, values: Float64Array, from: number): number {
    const { columns, totals, turn } = this;
    const base = Float64Array.from(columns, (column) => values[from + column] as number);
    this.bases.set(id, { values: base, turn });
    for (let i = 0; i < base.length && !this.started; i++) totals[i] = (totals[i] as number) + (base[i] as number);
    return 0;
  }

  /**
   * A sum in which a device ran backwards starts anew at 0, as that device did: whoever differences it sees a counter that ran
   * backwards, and has a base again at the next tick.
   */
  private restart(): void {
    for (let i = 0; i < this.columns.length; i++) {
      if (this.broken[i] === 0 || (this.totals[i] as number) === 0) continue;
      this.totals[i] = 0;
      this.broken[i] = 0;
    }
  }

  private forget(): void {
    for (const [id, base] of this.bases) if (base.turn !== this.turn) this.bases.delete(id);
  }
}
