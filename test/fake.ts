/** An engine made of memory: files, a clock that the test moves, processes that live as long as the test says. */
import type { Engine, Net, Signal } from '../src/host.ts';
import { noSystem } from '../src/tape-system.ts';
import { FakeClock } from './fake/clock.ts';
import { FakeFiles } from './fake/files.ts';

export class Exited extends Error {
  readonly exit: number;
  constructor(exit: number) {
    super(`exit ${exit}`);
    this.exit = exit;
  }
}

export class FakeEngine implements Engine {
  readonly name = 'fake 1';
  args: readonly string[] = [];
  pid = 100;
  uid = 0;
  readonly files: FakeFiles;
  readonly clock: FakeClock;
  readonly system = noSystem;
  readonly alive = new Set<number>([100]);
  /** Descriptors that are terminals. */
  readonly terminals = new Set<number>();
  private signals = new Map<Signal, () => void>();

  constructor(files = new FakeFiles(), clock = new FakeClock()) {
    this.files = files;
    this.clock = clock;
    files.now = () => clock.wall();
  }

  /** The same machine, seen by another process. */
  process(pid: number): FakeEngine {
    const engine = new FakeEngine(this.files, this.clock);
    engine.pid = pid;
    engine.alive.clear();
    this.alive.add(pid);
    engine.isAlive = (asked) => this.alive.has(asked);
    return engine;
  }

  env(): undefined {
    return undefined;
  }

  isTerminal(fd: number): boolean {
    return this.terminals.has(fd);
  }

  isAlive(pid: number): boolean {
    return this.alive.has(pid);
  }

  onSignal(signal: Signal, then: () => void): void {
    this.signals.set(signal, then);
  }

  /** Sends a signal to the program. */
  signal(signal: Signal): void {
    this.signals.get(signal)?.();
  }

  exit(code: number): never {
    throw new Exited(code);
  }

  async gzip(from: string, to: string): Promise<void> {
    this.files.put(to, `gzip of ${this.files.text(from).length} bytes`);
  }

  net(): Promise<Net> {
    return Promise.reject(new Error('no network'));
  }

  load(path: string): Promise<unknown> {
    return Promise.reject(new Error(`no module ${path}`));
  }

  *gunzip(path: string): Iterable<Uint8Array> {
    yield new TextEncoder().encode(this.files.text(path));
  }
}

/** A machine that has booted: what a directory sink asks of it. */
export function booted(boot = 'boot-1', machineId = 'machine-1'): FakeEngine {
  const engine = new FakeEngine();
  reboot(engine, boot);
  engine.files.put('/etc/machine-id', `${machineId}\n`);
  engine.files.put('/proc/sys/kernel/random/uuid', '0b3055fa-7a9f-44e9-8e33-587da2c7ec11\n');
  engine.files.folders('/data');
  return engine;
}

/** The machine starts again. */
export function reboot({ files }: FakeEngine, id: string): void {
  files.put('/proc/sys/kernel/random/boot_id', `${id}\n`);
}
