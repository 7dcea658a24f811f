/** A collector that runs: its doors, and what happens beside them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller, Serving } from '../collector.ts';
import { SdrError } from '../errors.ts';
import { errno } from '../host.ts';
import { openAdmin } from './admin.ts';
import type { Door } from './door.ts';
import type { Guard } from './guard.ts';
import { httpDoor } from './http/server.ts';
import type { Keeper } from './keeper.ts';
import { minute } from './latency.ts';
import type { Address } from './listen.ts';
import { addressOf, isSecure } from './listen.ts';
import { Service } from './service.ts';
import { Overview } from './state.ts';
import { tcpDoor } from './tcp/server.ts';
import type { Secured } from './tls.ts';

/** How often files are looked at, milliseconds. */
const lookEvery = 2000;
/** How long the last answers may take to leave, milliseconds. */
const farewell = 500;

export class Running {
  readonly service: Service;
  readonly doors: Door[] = [];
  readonly overview: Overview;
  private readonly caller: Caller;
  private readonly guard: Guard;
  private readonly timers: readonly NodeJS.Timeout[];
  private closeAdmin = (): void => {};

  private constructor(caller: Caller, serving: Serving, archive: Keeper, guard: Guard) {
    const { engine, report } = caller;
    this.caller = caller;
    this.guard = guard;
    this.service = new Service(archive, guard.access, serving.limits, {
      now: () => engine.clock.wall(),
      report(error) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        report.warn('fault', `This is a fault in sdr, please report it: ${text}`);
      },
    });
    this.overview = new Overview(this.service);
    this.timers = [
      setInterval(() => this.reload(false), lookEvery),
      setInterval(() => void this.overview.look().catch((error: unknown) => this.service.errorOf(error)), minute),
    ];
  }

  /** The archive is the caller's to close. Rejects with an SdrError. */
  static async start(caller: Caller, serving: Serving, archive: Keeper, guard: Guard): Promise<Running> {
    const running = new Running(caller, serving, archive, guard);
    try {
      for (const text of serving.listen) {
        const address = guard.admitted(addressOf(text, guard.secured !== null));
        running.doors.push(await running.open(address));
      }
      await running.openBackDoor(serving.path);
      return running;
    } catch (error) {
      running.end();
      throw error;
    }
  }

  private async open(address: Address): Promise<Door> {
    const secured = this.securedFor(address);
    const door = address.scheme.startsWith('http')
      ? await httpDoor(this.service, address, secured)
      : await tcpDoor(this.service, address, secured);
    this.caller.report.event(`Listening on ${door.where}`);
    return door;
  }

  private securedFor(address: Address): Secured | null {
    if (!isSecure(address)) return null;
    const { secured } = this.guard;
    if (secured) return secured;
    throw new SdrError('config', `Cannot listen on ${address.scheme}: without --tls-cert and --tls-key`);
  }

  /** Data matters more than looking at it. */
  private async openBackDoor(path: string): Promise<void> {
    try {
      this.closeAdmin = await openAdmin(path, this.overview, this.service.keeper);
    } catch (error) {
      if (errno(error) === '') throw error;
      this.caller.report.warn('status', `sdr collect status will not work here: ${(error as Error).message}`);
    }
  }

  /** Reads tokens and certificates again: those that have changed, or all. */
  reload(isAsked: boolean): void {
    this.guard.reload(this.doors, isAsked);
    this.service.counts.reloads = this.guard.reloaded;
  }

  /** Takes nothing new and finishes what is in flight. */
  async stop(): Promise<void> {
    const { service } = this;
    service.isClosing = true;
    for (const door of this.doors) door.close();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, service.limits.drain);
      service.whenIdle(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    for (let waited = 0; waited < farewell && service.counts.http + service.counts.tcp > 0; waited += 10)
      await sleep(10);
    this.end();
  }

  private end(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const door of this.doors) door.end();
    this.closeAdmin();
    // A descriptor that is closed twice may be somebody else's by then.
    this.closeAdmin = () => {};
  }
}
