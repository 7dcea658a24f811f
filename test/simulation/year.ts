/** A year of events on a board, and the checks after each of them. */

import { FakeClock } from '../fake/clock.ts';
import type { Random } from '../fake/random.ts';
import { below, random } from '../fake/random.ts';
import { FakeEngine, reboot } from '../fake.ts';
import type { Life } from './board.ts';
import { directory, flush, interval, maxBytes, record } from './board.ts';
import { Card } from './card.ts';
import { Ledger } from './ledger.ts';

type Kind = 'cut' | 'setback' | 'fill' | 'kill' | 'restart' | 'free' | 'set';

interface Event {
  /** True milliseconds since the beginning. */
  readonly at: number;
  readonly kind: Kind;
}

interface Wish {
  readonly days: number;
  readonly cuts: number;
  readonly setbacks: number;
  readonly fills: number;
  readonly kills: number;
  readonly restarts: number;
  /** A card of FAT, which has no link(). */
  readonly isFat?: boolean;
}

const start = Date.UTC(2026, 0, 1, 0, 0, 3);
const day = 86_400_000;
/** The kernel writes out what is older than this, milliseconds. */
const writeback = 30_000;

export class Year {
  readonly faults: string[] = [];
  readonly did = { cuts: 0, setbacks: 0, fills: 0, kills: 0, restarts: 0 };
  samples = 0;
  dropped = 0;
  midnights = 0;
  private readonly next: Random;
  private readonly card: Card;
  private readonly ledger: Ledger;
  private readonly events: Event[];
  private engine: FakeEngine;
  private clock = new FakeClock(start);
  private life: Life;
  private boots = 1;
  private pids = 100;
  /** True milliseconds at monotonic 0 of this boot. */
  private origin = -1000;
  private settled = 0;
  private today = 0;

  constructor(seed: number, wish: Wish) {
    this.next = random(seed);
    this.card = new Card((fault) => this.faults.push(fault));
    this.card.hasLinks = !wish.isFat;
    this.ledger = new Ledger(this.card);
    this.events = plan(this.next, wish);
    this.engine = this.process();
    this.card.put('/etc/machine-id', 'board\n');
    this.card.put('/proc/sys/kernel/random/uuid', '0b3055fa-7a9f-44e9-8e33-587da2c7ec11\n');
    this.card.folders('/data');
    reboot(this.engine, 'boot 1');
    this.life = this.begin();
  }

  /** True milliseconds since the beginning. */
  private get now(): number {
    return this.origin + this.clock.monotonic();
  }

  private process(): FakeEngine {
    const engine = new FakeEngine(this.card, this.clock);
    engine.pid = ++this.pids;
    engine.alive.clear();
    engine.alive.add(engine.pid);
    return engine;
  }

  private begin(): Life {
    const life = record(this.engine);
    this.ledger.begin();
    return life;
  }

  until(end: number): void {
    for (;;) {
      const event = this.events[0];
      const to = Math.min(event?.at ?? Number.POSITIVE_INFINITY, end);
      this.pass(to);
      if (!event || event.at > end || this.faults.length > 5) return;
      this.events.shift();
      this.happen(event.kind);
    }
  }

  /** Lets the recorder tick until a moment; the kernel writes out what is old. */
  private pass(to: number): void {
    const until = to - this.origin;
    while (this.clock.next <= until) {
      this.clock.fire();
      if (this.now - this.settled >= writeback) {
        this.card.settle();
        this.settled = this.now;
        this.watch();
      }
    }
    if (this.clock.monotonic() < until) this.clock.pass(until - this.clock.monotonic());
  }

  /** At each midnight of true time. */
  private watch(): void {
    const today = Math.floor((start + this.now) / day);
    if (today === this.today) return;
    if (this.today > 0) this.midnights++;
    this.today = today;
    // One write may come before retention looks.
    const bytes = this.card.bytesOf(directory);
    if (bytes > maxBytes + maxBytes / 64) this.faults.push(`day ${this.midnights}: ${bytes} bytes on the card`);
  }

  private happen(kind: Kind): void {
    if (kind === 'cut') this.cut();
    else if (kind === 'kill') this.again('kills');
    else if (kind === 'restart') this.again('restarts');
    else if (kind === 'free') this.card.filler = 0;
    else if (kind === 'set') this.step(start + this.now - this.clock.wall());
    else if (kind === 'fill') {
      this.did.fills++;
      this.card.fill(below(this.next, 3000));
    } else {
      this.did.setbacks++;
      // Mostly minutes or hours, once in a while a clock that lost everything.
      this.step(this.next() < 0.1 ? Date.UTC(1970, 0, 2) - this.clock.wall() : -this.hours(3));
    }
  }

  private step(ms: number): void {
    if (Math.abs(ms) < 1) return;
    this.ledger.steps++;
    this.clock.step(ms);
  }

  private hours(most: number): number {
    return 60_000 + below(this.next, most * 3_600_000);
  }

  /** The recorder is killed, or ends in peace, and starts again in the same boot. */
  private again(how: 'kills' | 'restarts'): void {
    this.did[how]++;
    const isKilled = how === 'kills';
    if (!isKilled) this.engine.signal('TERM');
    this.check(isKilled);
    this.ledger.before(false);
    this.clock.forget();
    this.engine = this.process();
    this.life = this.begin();
    this.repaired();
  }

  private cut(): void {
    this.did.cuts++;
    this.check(true);
    this.ledger.before(true);
    this.card.powerLoss(this.next);
    this.ledger.cut();
    // Some seconds to boot; without a clock of its own the board goes on where it was, or behind.
    const dark = below(this.next, 20_000);
    const wall = this.clock.wall();
    const trueTime = this.now + dark;
    this.clock.forget();
    this.clock = new FakeClock(this.next() < 0.5 ? start + trueTime : wall);
    this.origin = trueTime - this.clock.monotonic();
    this.settled = trueTime;
    this.engine = this.process();
    reboot(this.engine, `boot ${++this.boots}`);
    this.life = this.begin();
    this.repaired();
  }

  private check(hasWindow: boolean): void {
    const { life } = this;
    if (life.failure) this.faults.push(`the recorder fell over: ${String(life.failure)}`);
    this.faults.push(...life.warnings.filter((text) => /skipped|parse/.test(text)));
    this.samples += this.ledger.check(life, hasWindow ? Math.ceil(flush / interval) + 1 : 0);
    this.dropped += life.counts.droppedRows;
    this.faults.push(...this.ledger.faults.splice(0).map((text) => `${this.where()}: ${text}`));
  }

  /** After a start: what the crash left is whole again. */
  private repaired(): void {
    this.ledger.repaired();
    this.faults.push(...this.ledger.faults.splice(0).map((text) => `${this.where()}, start: ${text}`));
  }

  private where(): string {
    return `day ${(this.now / day).toFixed(4)}, boot ${this.boots}, pid ${this.pids}`;
  }

  end(): void {
    this.watch();
    this.engine.signal('TERM');
    this.check(false);
  }
}

function plan(next: Random, wish: Wish): Event[] {
  const events: Event[] = [];
  const end = wish.days * day;
  const any = () => 60_000 + below(next, end - 2 * 3_600_000);
  // Power that fails tends to fail again: soon after the first file of a boot, and while the next one starts.
  for (let left = wish.cuts; left > 0; ) {
    const at = any();
    const second = at + 60_000 + below(next, 60_000);
    const burst = next() < 0.25 ? [at, second, second + below(next, 50_000)].slice(0, left) : [at];
    left -= burst.length;
    for (const each of burst) events.push({ at: each, kind: 'cut' });
  }
  for (let i = 0; i < wish.setbacks; i++) {
    const at = any();
    events.push({ at, kind: 'setback' }, { at: at + below(next, 7_200_000), kind: 'set' });
  }
  for (let i = 0; i < wish.fills; i++) {
    const at = any();
    events.push({ at, kind: 'fill' }, { at: at + below(next, 7_200_000), kind: 'free' });
  }
  for (let i = 0; i < wish.kills; i++) events.push({ at: any(), kind: 'kill' });
  for (let i = 0; i < wish.restarts; i++) events.push({ at: any(), kind: 'restart' });
  // Boards without a clock get theirs from the network sooner or later; no life is so long that its files are removed.
  for (let at = day / 2; at < end; at += day / 2) events.push({ at: at + below(next, 3_600_000), kind: 'set' });
  return events.sort((a, b) => a.at - b.at);
}
