/** Tokens and certificates as files: read at the start, read again when they change, kept as they were when they are broken. */
import type { Caller, Serving } from '../collector.ts';
import { SdrError } from '../errors.ts';
import type { Door } from './door.ts';
import type { Address } from './listen.ts';
import { isLoopback } from './listen.ts';
import type { Secured } from './tls.ts';
import { securedBy } from './tls.ts';
import { Access } from './tokens/access.ts';
import { readTokens } from './tokens/file.ts';
import { Watched } from './watched.ts';

export const tokensFile = ({ path, tokens }: Pick<Serving, 'path' | 'tokens'>): string =>
  tokens ?? `${path}/.sdr/tokens`;

export class Guard {
  readonly access: Access;
  readonly secured: Secured | null;
  private readonly caller: Caller;
  private readonly serving: Serving;
  private readonly tokens: Watched;
  private readonly certificates: Watched;
  private reloads = 0;

  /** Throws an SdrError when something is wrong with them at the start. */
  constructor(caller: Caller, serving: Serving, now: () => number) {
    this.caller = caller;
    this.serving = serving;
    this.access = new Access(now);
    this.tokens = new Watched([tokensFile(serving)]);
    const { tls } = serving;
    this.certificates = new Watched(tls ? [tls.cert, tls.key, ...(tls.clientCa ? [tls.clientCa] : [])] : []);
    this.secured = tls && securedBy(tls);
    const found = readTokens(tokensFile(serving));
    if (found) this.access.use(found);
    else if (serving.tokens !== null) {
      throw new SdrError(
        'config',
        `Cannot read ${serving.tokens}: there is no such file; sdr collect token add makes it`,
      );
    }
  }

  /** How often something was read again. */
  get reloaded(): number {
    return this.reloads;
  }

  /** Whether strangers are kept out: by tokens, or by certificates that we have signed. */
  get isGuarded(): boolean {
    return this.access.isGuarded || this.serving.tls?.clientCa != null;
  }

  /** An address as it is listened on: without any guard, only from this machine. Throws a `config` error. */
  admitted(address: Address): Address {
    if (this.isGuarded || this.serving.insecure) return address;
    if (address.host === '') return { ...address, host: '127.0.0.1' };
    if (isLoopback(address)) return address;
    throw new SdrError(
      'config',
      `Will not listen on ${address.host} without tokens: sdr collect token add makes one, --insecure does without`,
    );
  }

  sayWhoMayWrite(): void {
    if (this.isGuarded) return;
    const who = this.serving.insecure ? 'whoever reaches this collector' : 'this machine only';
    this.caller.report.event(`There are no tokens: data is taken from ${who}; sdr collect token add makes one`);
  }

  /** Reads again what has changed, or everything. */
  reload(doors: readonly Door[], isAsked: boolean): void {
    const { tls } = this.serving;
    if (this.tokens.hasChanged() || isAsked) this.attempt('tokens', () => this.readTokens());
    if (tls && (this.certificates.hasChanged() || isAsked)) {
      this.attempt('certificates', () => {
        const secured = securedBy(tls);
        for (const door of doors) door.renew(secured);
      });
    }
  }

  /** A file that is gone opens no door. */
  private readTokens(): void {
    const file = tokensFile(this.serving);
    const found = readTokens(file);
    if (found) this.access.use(found);
    else if (this.access.isGuarded) throw new SdrError('config', `Cannot read ${file}: it is gone`);
  }

  private attempt(what: string, read: () => void): void {
    const { report } = this.caller;
    try {
      read();
      this.reloads++;
      report.over(what, `The ${what} can be read again`);
    } catch (error) {
      if (!(error instanceof SdrError)) throw error;
      report.warn(what, `${error.message}; the ${what} stay as they were`);
    }
  }
}
