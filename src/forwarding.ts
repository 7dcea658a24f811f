/** Forwarding beside a recording. What it takes is loaded when there is something to forward. */
import type { World } from './command.ts';
import type { Exit } from './errors.ts';
import type { TokenSource } from './forward/credentials.ts';
import type { Forwarder } from './forward/index.ts';
import type { ForwardWishes } from './forward/wishes.ts';
import { isOpenToAll } from './forward/wishes.ts';
import type { Report } from './report.ts';
import type { Ending } from './session.ts';

type Opener = (directory: string, isOnce: boolean, turned?: () => void) => Forwarder;

/** All that may be missing is looked for. Rejects with an SdrError. */
export async function openerOf(world: World, wishes: ForwardWishes): Promise<Opener> {
  const { engine, report } = world;
  const [{ Forwarder }, token, net] = await Promise.all([
    import('./forward/index.ts'),
    tokenOf(world, wishes),
    engine.net(),
  ]);
  token.read();
  for (const url of wishes.targets.flatMap(({ urls }) => urls)) net.pace(url);
  const common = { engine, net, report, wishes, token, random: Math.random };
  return (directory, isOnce, turned = () => {}) => new Forwarder({ ...common, directory, isOnce, turned });
}

async function tokenOf({ engine, report }: World, { tokenFile, targets }: ForwardWishes): Promise<TokenSource> {
  const { secretOf } = await import('./config/secret.ts');
  const path = tokenFile ?? engine.env('SDR_TOKEN_FILE');
  const given = engine.env('CREDENTIALS_DIRECTORY') ?? '';
  return {
    path: path ?? (given === '' ? '' : `${given}/token`),
    read() {
      const token = secretOf(engine, 'token', path, report);
      if (token !== null)
        for (const url of targets.flatMap(({ urls }) => urls).filter(isOpenToAll)) warnOf(report, url);
      return token;
    },
  };
}

const warnOf = (report: Report, url: string): void =>
  report.warn(`open ${url}`, `${url}: whoever is on the way can read the token and the rows; https:// hides them`);

/** The forwarder of a recording: it is there when it has been loaded. */
export class Forwarding {
  private forwarder: Forwarder | null = null;
  private isClosed = false;
  private readonly ready: Promise<void>;

  /** `turned` is told that new files have to begin: their rows go elsewhere. */
  constructor(world: World, directory: string, wishes: ForwardWishes, isOnce: boolean, turned: () => void) {
    this.ready = openerOf(world, wishes).then(
      (open) => {
        if (this.isClosed) return;
        this.forwarder = open(directory, isOnce, turned);
        this.forwarder.start();
      },
      (error: unknown) => world.report.error(`${(error as Error).message}; nothing is forwarded`),
    );
  }

  /** Rows may have been written. */
  tick(): void {
    this.forwarder?.tick();
  }

  sendNow(): void {
    this.forwarder?.sendNow();
  }

  /** A line `forward_lag 4096 http://collector:7373` for each destination: bytes that it does not have. */
  lags(): readonly string[] {
    return this.forwarder?.lags().map(({ name, bytes }) => `forward_lag ${bytes} ${name}`) ?? [];
  }

  /** At the end of a recording: sends what is there, unless there is no hope or somebody wants it to end. */
  async drain(ending: Ending): Promise<Exit> {
    await this.ready;
    const { forwarder } = this;
    if (!forwarder) return 'partial';
    const exit = await new Promise<Exit>((resolve) => {
      forwarder.drain((isDone) => resolve(isDone ? 'done' : 'partial'));
      ending.onEnd((how) => resolve(how === 'interrupted' ? 'interrupted' : 'done'));
    });
    this.close();
    return exit;
  }

  close(): void {
    this.isClosed = true;
    this.forwarder?.close();
  }
}
