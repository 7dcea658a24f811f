/**
 * Everything at once, at random: recorders, senders and the collector killed, connections torn, cursors lost or garbled, the disk
 * of the collector filled, clocks stepped, directories wiped, hosts replaced. Afterwards nothing may be missing, torn or doubled.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { words } from '../program.ts';
import type { Files } from './host.ts';
import { Host } from './host.ts';
import { ended, Lazarus } from './process.ts';
import { network } from './proxy.ts';

export interface ChaosOptions {
  readonly folder: string;
  /** Where the collector keeps its files: a small file system, if one may be mounted. */
  readonly archive: string;
  readonly isSmall: boolean;
  readonly port: number;
  readonly seconds: number;
  readonly seed: number;
  readonly clock: string | null;
}

export interface Outcome {
  /** How often each thing happened. */
  readonly did: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export class Chaos {
  private readonly options: ChaosOptions;
  private readonly random: () => number;
  private readonly did: Record<string, number> = {};
  private readonly hosts: Host[] = [];
  private readonly collector: Lazarus;
  private readonly filler: string;

  constructor(options: ChaosOptions) {
    this.options = options;
    this.random = numbers(options.seed);
    const listen = `127.0.0.1:${options.port}`;
    this.collector = new Lazarus(() => words(['collect', options.archive, '--listen', listen]));
    this.filler = join(options.archive, 'filler');
  }

  async run(): Promise<Outcome> {
    const { port, folder, clock, seconds } = this.options;
    let chance = 0.2;
    const net = await network(port, this.random, () => chance);
    const url = () => `http://127.0.0.1:${net.port}`;
    for (const name of ['pi1', 'pi2', 'xen1']) {
      this.hosts.push(new Host({ name, folder, url, clock, isOne: name === 'pi2' }));
    }
    this.collector.start();
    for (const host of this.hosts) host.start();
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      await sleep(80 + this.random() * 400);
      await this.suffer(net);
    }
    chance = 0;
    net.isDown = false;
    rmSync(this.filler, { force: true });
    const wrong = [...(await this.settle()), ...this.compare()];
    net.close();
    return { did: this.did, wrong, ...this.size() };
  }

  /** Ends whoever is left, however the test went. */
  async end(): Promise<void> {
    await Promise.all([this.collector.stop('SIGKILL'), ...this.hosts.map((host) => host.kill())]);
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  /** One misfortune; whoever it hits comes back after a while. */
  private async suffer(net: Awaited<ReturnType<typeof network>>): Promise<void> {
    const host = this.pick(this.hosts);
    const deeds: Record<string, () => unknown> = {
      'recorder killed': () => this.hit(host.recorder),
      'sender killed': () => this.hit(host.sender.isUp ? host.sender : host.recorder),
      'collector killed': () => this.hit(this.collector),
      'collector stopped': async () => {
        await this.collector.stop('SIGTERM');
        this.collector.start();
      },
      'connections cut': () => net.cut(),
      'network down': async () => {
        net.isDown = true;
        net.cut();
        await sleep(this.random() * 1500);
        net.isDown = false;
      },
      'cursors lost': () => this.without(host, () => host.forgetCursors()),
      'cursors garbled': () => this.without(host, () => host.garbleCursors()),
      'disk filled': () => this.fill(),
      'clock stepped': () => host.step(Math.round((this.random() - 0.5) * 7200)),
      'directory wiped': async () => {
        await host.wipe();
        host.start();
      },
      'host replaced': () => this.replace(host),
    };
    const often = ['recorder killed', 'sender killed', 'collector killed', 'connections cut'];
    const name = this.pick([...Object.keys(deeds), ...often, ...often]);
    if (name === 'disk filled' && !this.options.isSmall) return;
    this.did[name] = (this.did[name] ?? 0) + 1;
    await deeds[name]?.();
  }

  private async hit(who: Lazarus): Promise<void> {
    await who.stop('SIGKILL');
    await sleep(this.random() * 300);
    who.start();
  }

  /** While nobody sends. */
  private async without(host: Host, then: () => void): Promise<void> {
    await host.kill();
    if (existsSync(join(this.options.folder, host.name, '.sdr'))) then();
    host.start();
  }

  private async fill(): Promise<void> {
    const block = Buffer.alloc(1 << 16);
    try {
      for (;;) writeFileSync(this.filler, block, { flag: 'a' });
    } catch {
      await sleep(500 + this.random() * 1500);
    }
    rmSync(this.filler, { force: true });
  }

  /** Another machine with the name of one that is known: refused until somebody says that it is right. */
  private async replace(host: Host): Promise<void> {
    await host.replace();
    host.start();
    await sleep(500);
    await this.accept(host);
  }

  private async accept(host: Host): Promise<void> {
    await ended(words(['collect', 'host', 'accept', host.name, this.options.archive]));
  }

  /** All is well again: everything arrives. */
  private async settle(): Promise<string[]> {
    const wrong: string[] = [];
    for (const host of this.hosts) host.step(0);
    this.collector.start();
    await sleep(1000);
    for (const host of this.hosts) {
      const status = await host.recorder.stop('SIGTERM');
      if (status !== 0 && status !== null) wrong.push(`${host.name}: the recorder ended with ${status}`);
      await host.sender.stop('SIGTERM');
      const fault = await this.drained(host);
      if (fault !== '') wrong.push(`${host.name}: not everything was sent: ${fault}`);
    }
    const status = await this.collector.stop('SIGTERM');
    if (status !== 0) wrong.push(`the collector ended with ${status}: ${this.collector.said.slice(-3).join(' | ')}`);
    for (const death of this.collector.deaths) wrong.push(`the collector died by itself: ${death}`);
    return wrong;
  }

  /** Sends what is left; '' when nothing is, else what was said. */
  private async drained(host: Host): Promise<string> {
    let said = '';
    for (let trial = 0; trial < 4; trial++) {
      await this.accept(host);
      const { status, stderr } = await ended(host.drain());
      if (status === 0) return '';
      said = `${status}: ${stderr}`;
    }
    return said;
  }

  private compare(): string[] {
    const wrong: string[] = [];
    for (const host of this.hosts) {
      const stored = this.stored(host.name);
      const isExplained = new Set<string>();
      for (const [name, bytes] of host.files()) {
        const copy = copiesOf(stored, name).find(([, there]) => there.equals(bytes));
        if (copy) isExplained.add(copy[0]);
        else wrong.push(`${host.name}/${name}: no copy is the same${differences(stored, name, bytes)}`);
      }
      for (const [name, bytes] of stored) {
        const isGrave = host.graves.some((grave) => isBeginning(bytes, grave.get(plain(name))));
        if (!isExplained.has(name) && !isGrave) wrong.push(`${host.name}/${name}: nobody wrote this`);
      }
    }
    const others = readdirSync(this.options.archive).filter((name) => !this.hosts.some((host) => host.name === name));
    for (const name of others) if (name !== '.sdr') wrong.push(`${name}: does not belong here`);
    return wrong;
  }

  private stored(host: string): Files {
    const folder = join(this.options.archive, host);
    mkdirSync(folder, { recursive: true });
    const names = readdirSync(folder).filter((name) => name.includes('.csv'));
    return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
  }

  private size(): { readonly files: number; readonly bytes: number } {
    const all = this.hosts.flatMap((host) => [...host.files().values()]);
    return { files: all.length, bytes: all.reduce((sum, { length }) => sum + length, 0) };
  }
}

const plain = (name: string): string => name.replace(/~.*/, '');

const copiesOf = (stored: Files, name: string) => [...stored].filter(([copy]) => plain(copy) === name);

const isBeginning = (part: Buffer, whole: Buffer | undefined): boolean =>
  whole !== undefined && part.length <= whole.length && part.equals(whole.subarray(0, part.length));

/** Where each copy goes wrong. */
function differences(stored: Files, name: string, bytes: Buffer): string {
  return copiesOf(stored, name)
    .map(([copy, there]) => {
      const at = there.findIndex((byte, i) => byte !== bytes[i]);
      return `; ${copy} has ${there.length} of ${bytes.length} bytes, ${at < 0 ? 'a beginning' : `other from ${at} on`}`;
    })
    .join('');
}
