/** A host of the chaos: a directory, a recorder and a sender, all of which suffer. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { words } from '../program.ts';
import { Lazarus } from './process.ts';

export interface HostOptions {
  readonly name: string;
  readonly folder: string;
  readonly url: () => string;
  /** libfaketime, null without it. */
  readonly clock: string | null;
  /** Whether the recorder sends by itself. */
  readonly isOne: boolean;
}

/** Files of a directory that a collector should have, by name. */
export type Files = ReadonlyMap<string, Buffer>;

export class Host {
  readonly name: string;
  /** What was there before each wipe: the collector may have the beginning of it. */
  readonly graves: Files[] = [];
  readonly recorder: Lazarus;
  readonly sender: Lazarus;
  private readonly options: HostOptions;
  private readonly directory: string;
  private readonly machine: string;
  private readonly time: string;

  constructor(options: HostOptions) {
    this.options = options;
    this.name = options.name;
    this.directory = join(options.folder, options.name);
    this.machine = join(options.folder, `${options.name}.machine-id`);
    this.time = join(options.folder, `${options.name}.time`);
    this.become('1');
    this.step(0);
    mkdirSync(this.directory);
    const { clock } = options;
    const env = clock
      ? { LD_PRELOAD: clock, FAKETIME_TIMESTAMP_FILE: this.time, FAKETIME_NO_CACHE: '1', DONT_FAKE_MONOTONIC: '1' }
      : undefined;
    const to = () => ['--to', this.options.url(), '--host', this.name];
    const record = ['record', 'cpurec', 'sysrec@100ms', 'nicrec', '50ms', '-o', this.directory];
    this.recorder = new Lazarus(() => this.here([...record, ...(options.isOne ? to() : [])]), env);
    this.sender = new Lazarus(() => this.here(['forward', this.directory, ...to()]));
  }

  start(): void {
    this.recorder.start();
    if (!this.options.isOne) this.sender.start();
  }

  async kill(): Promise<void> {
    await Promise.all([this.recorder.stop('SIGKILL'), this.sender.stop('SIGKILL')]);
  }

  /** Sets its wall clock off by seconds. */
  step(seconds: number): void {
    writeFileSync(this.time, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
  }

  forgetCursors(): void {
    for (const file of readdirSync(join(this.directory, '.sdr'), { encoding: 'utf8' })) {
      if (file.startsWith('forward')) rmSync(join(this.directory, '.sdr', file), { force: true });
    }
  }

  /** Overwrites cursors with what is none. */
  garbleCursors(): void {
    for (const file of readdirSync(join(this.directory, '.sdr'), { encoding: 'utf8' })) {
      if (file.startsWith('forward')) writeFileSync(join(this.directory, '.sdr', file), '\0\0{"x":[1,2');
    }
  }

  /** A new card, the same machine. */
  async wipe(): Promise<void> {
    await this.kill();
    this.graves.push(this.files());
    rmSync(this.directory, { recursive: true });
    mkdirSync(this.directory);
  }

  /** A new card in another machine of the same name. */
  async replace(): Promise<void> {
    await this.wipe();
    this.become(`${this.graves.length + 1}`);
  }

  /** What lies there now. */
  files(): Files {
    const names = readdirSync(this.directory).filter((name) => name.endsWith('.csv'));
    return new Map(names.map((name) => [name, readFileSync(join(this.directory, name))]));
  }

  /** The command that sends what is left and ends. */
  drain(): readonly string[] {
    return this.here(['forward', this.directory, '--to', this.options.url(), '--host', this.name, '--once']);
  }

  /** Copies the directory away, for whoever wants to know what went wrong. */
  keep(at: string): void {
    cpSync(this.directory, join(at, this.name), { recursive: true });
  }

  private become(machine: string): void {
    writeFileSync(this.machine, `${this.name}${machine}`.replace(/[^0-9a-f]/g, '0').padStart(32, '0'));
  }

  /** With a machine-id of its own, in a mount namespace of its own. */
  private here(args: readonly string[]): readonly string[] {
    const mounted = 'mount --bind "$0" /etc/machine-id && exec "$@"';
    return ['unshare', '--mount', 'sh', '-c', mounted, this.machine, ...words(args)];
  }
}
