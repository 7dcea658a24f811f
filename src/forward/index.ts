/** Forwarding a directory: its files, looked at again and again, and the destinations that each go their own way. */
import { SdrError } from '../errors.ts';
import type { Engine, Net } from '../host.ts';
import { errno } from '../host.ts';
import type { Report } from '../report.ts';
import { makeNotes, reasonOf } from '../sinks/directory/folder.ts';
import type { Books } from './books.ts';
import { Courier } from './courier.ts';
import type { TokenSource } from './credentials.ts';
import { Credentials } from './credentials.ts';
import { Destination } from './destination.ts';
import { HttpWay } from './http.ts';
import type { Identity } from './identity.ts';
import { identityOf, shareOf } from './identity.ts';
import { Ledger } from './ledger.ts';
import { LinesWay } from './lines.ts';
import { Spool } from './spool.ts';
import type { Way } from './way.ts';
import type { ForwardWishes, Target } from './wishes.ts';

/** How often a directory is looked at, and rows are gathered at least, milliseconds. */
const linger = 1000;
/** Until new files go to another receiver, milliseconds. */
const endurance = 60_000;
/** To drain is given up when nothing has arrived for so long, milliseconds. */
const hope = 30_000;

export interface ForwarderOptions {
  readonly engine: Engine;
  readonly net: Net;
  readonly report: Report;
  readonly directory: string;
  readonly wishes: ForwardWishes;
  readonly token: TokenSource;
  /** Whether it ends when all is sent. */
  readonly isOnce: boolean;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Rows go to another receiver from now on: new files have to begin. */
  readonly turned?: () => void;
}

export class Forwarder {
  private readonly options: ForwarderOptions;
  private readonly identity: Identity;
  private readonly credentials: Credentials;
  private readonly spool: Spool;
  private readonly destinations: readonly Destination[];
  private looked = Number.NEGATIVE_INFINITY;
  private isClosed = false;
  /** Whether the directory could not be read when it was last looked at. */
  private isBlind = false;
  private drained: ((isDone: boolean) => void) | null = null;

  /**
   * Throws an SdrError: `cannotCreate` or `permission` when nothing can be kept in the directory, `config` or `permission` when a file
   * of secrets cannot be read, `unavailable` when this edition cannot send there.
   */
  constructor(options: ForwarderOptions) {
    const { engine, report, directory, wishes, token } = options;
    this.options = options;
    const agent = `sdr/${engine.system.fact('version') ?? ''}`;
    this.credentials = new Credentials({ files: engine.files, report, source: token, pem: wishes.pem, agent });
    this.identity = identityOf(engine, wishes.host);
    prepare(engine, directory);
    this.spool = new Spool(engine, directory, {
      gone: (segment) => this.destinations.forEach((destination) => void destination.gone(segment)),
      shrunk: (segment) => this.destinations.forEach((destination) => void destination.shrunk(segment)),
    });
    this.destinations = wishes.targets.map((target) => this.destinationOf(target));
  }

  /** Begins, and goes on by itself. */
  start(): void {
    this.look();
    this.wait();
  }

  /** Something may have been written. */
  tick(): void {
    if (this.options.engine.clock.monotonic() - this.looked >= linger / 2) this.look();
  }

  /** Waits for nothing any more. */
  sendNow(): void {
    this.look();
    this.each((courier) => courier.sendNow());
  }

  /** A destination that another process sends to, and the other; null when there is none. */
  get rival(): { readonly name: string; readonly pid: number } | null {
    const found = this.destinations.find(({ rival }) => rival > 0);
    return found ? { name: found.name, pid: found.rival } : null;
  }

  /** Bytes that each destination does not have yet; those that others send to are left out. */
  lags(): readonly { readonly name: string; readonly bytes: number }[] {
    return this.ours.map((destination) => ({ name: destination.name, bytes: destination.lag() }));
  }

  /** Calls `then` when all that is there is sent, or cannot be: whether all is. */
  drain(then: (isDone: boolean) => void): void {
    this.drained = then;
    this.each((courier) => courier.begin());
    this.look();
    this.check();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.note((destination) => destination.close());
  }

  private get ours(): readonly Destination[] {
    return this.destinations.filter(({ rival }) => rival === 0);
  }

  private each(then: (courier: Courier) => void): void {
    for (const { couriers } of this.ours) for (const courier of couriers) then(courier);
  }

  private wait(): void {
    const { clock } = this.options.engine;
    const due = Math.max(clock.monotonic(), this.looked) + linger + 100;
    clock.at(due, () => {
      if (this.isClosed) return;
      if (clock.monotonic() - this.looked >= linger) this.look();
      this.check();
      this.wait();
    });
  }

  private look(): void {
    if (this.isClosed) return;
    const { engine, report, directory } = this.options;
    this.looked = engine.clock.monotonic();
    // Who was refused may be welcome now.
    if (this.credentials.renew()) this.each((courier) => courier.sendNow());
    try {
      this.spool.look();
      this.isBlind = false;
      report.over(`look ${directory}`, `Looking at ${directory} works again`);
    } catch (error) {
      if (errno(error) === '') throw error;
      this.isBlind = true;
      report.warn(`look ${directory}`, `Cannot look at ${directory}: ${errno(error)}; it is tried again`);
    }
    for (const destination of this.destinations) destination.tick();
    this.note((destination) => destination.save(false));
  }

  /** Has each of them write down what it knows. */
  private note(write: (destination: Destination) => void): void {
    const { report, directory } = this.options;
    for (const destination of this.destinations) {
      try {
        write(destination);
      } catch (error) {
        if (errno(error) === '') throw error;
        report.warn(
          `keep ${directory}`,
          `Cannot note in ${directory}/.sdr what was sent: ${errno(error)}; it is asked for again at the next start`,
        );
      }
    }
  }

  /** Whether draining has come to its end. */
  private check(): void {
    const { drained } = this;
    if (!drained || this.isClosed) return;
    const now = this.options.engine.clock.monotonic();
    const couriers = this.ours.flatMap((destination) => destination.couriers);
    const isOver = (courier: Courier) =>
      courier.isDry || courier.patience.isRefused || now - courier.patience.progress > hope;
    if (!couriers.every(isOver)) return;
    this.drained = null;
    drained(!this.isBlind && couriers.every((courier) => courier.isDry && !courier.isHolding));
  }

  private destinationOf(target: Target): Destination {
    const { engine, report, directory, isOnce, turned } = this.options;
    const { host } = this.identity;
    const urls = target.isSpread ? [shareOf(target.urls, host)] : target.urls;
    const name = urls.join(',');
    const destination: Destination = new Destination({
      name,
      ledger: new Ledger(engine, directory, name, host),
      spool: this.spool,
      endurance: isOnce ? 0 : endurance,
      now: () => engine.clock.monotonic(),
      lost: (file, bytes) => report.event(`${file} went before ${name} had all of it: ${bytes} bytes are lost there`),
      cut: (file) =>
        report.warn(
          `cut ${file}`,
          `${file} is shorter than what ${name} has of it; rows written there anew are not sent`,
        ),
      turned: (url) => {
        report.event(`New files go to ${url} from now on`);
        turned?.();
      },
      changed: () => this.check(),
    });
    for (const url of urls) destination.add(url, (books) => this.courierOf(url, books));
    return destination;
  }

  private courierOf(url: string, books: Books): Courier {
    const { engine, net, random, report, isOnce } = this.options;
    const { files, clock } = engine;
    const common = { files, clock, net, random, report, spool: this.spool, identity: this.identity, url, books };
    const pace = Math.max(linger, net.pace(url));
    return new Courier({ ...common, way: this.wayOf(url), linger: isOnce ? 0 : pace });
  }

  private wayOf(url: string): Way {
    const { net, engine } = this.options;
    return url.startsWith('http')
      ? new HttpWay(net, url, this.credentials)
      : new LinesWay(net, engine.clock, url, this.credentials);
  }
}

/** There is a directory, and one in it for what we note. */
function prepare({ files }: Engine, directory: string): void {
  try {
    files.stat(directory);
    makeNotes(files, directory);
  } catch (error) {
    const code = errno(error);
    if (code === '') throw error;
    const exit = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'cannotCreate';
    const why = code === 'ENOENT' ? 'there is no such directory' : reasonOf(code);
    throw new SdrError(exit, `Cannot forward ${directory}: ${why}`, error);
  }
}
