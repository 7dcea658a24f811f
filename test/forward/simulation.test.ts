/** A day of everything that can happen to a sender, by the clock of the test: afterwards each receiver has each file as it is. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Forwarder } from '../../src/forward/index.ts';
import { repair } from '../../src/sinks/directory/tail.ts';
import type { Random } from '../fake/random.ts';
import { below, random } from '../fake/random.ts';
import { Receiver } from './receiver.ts';
import type { Trouble } from './world.ts';
import { data, head, rows, World } from './world.ts';

const to = ['http://a', 'http://b'];
const recorders = ['cpurec', 'nicrec', 'sysrec'];

class Day {
  readonly world = new World();
  readonly receivers = new Map(['a', 'b'].map((name) => [name, new Receiver()]));
  /** What was ever written, by file. */
  readonly written = new Map<string, string>();
  readonly did: Record<string, number> = {};
  private readonly next: Random;
  private readonly down = new Set<string>();
  private readonly current = new Map<string, string>();
  private revision = 0;
  private time = 0;
  private forwarder: Forwarder | null = null;

  constructor(seed: number) {
    this.next = random(seed);
    for (const [name, receiver] of this.receivers) this.world.net.receivers.set(name, receiver);
    this.world.net.trouble = (name) => this.trouble(name);
  }

  async run(steps: number): Promise<void> {
    this.start();
    for (let step = 0; step < steps; step++) {
      for (const name of recorders) this.record(name);
      if (below(this.next, 8) === 0) this.suffer();
      await this.world.run(10_000);
    }
    this.forwarder?.close();
    this.world.clock.forget();
    this.down.clear();
    this.world.net.trouble = () => null;
  }

  private trouble(name: string): Trouble {
    if (this.down.has(name)) return { lost: 'ETIMEDOUT', isArrived: false };
    const dice = this.next();
    if (dice < 0.1) return { lost: 'ECONNRESET', isArrived: false };
    if (dice < 0.2) return { lost: 'ECONNRESET', isArrived: true };
    if (dice < 0.25) return { instead: { status: 503, headers: { 'retry-after': '3' }, body: '{"error":"busy"}' } };
    if (dice < 0.27) return { instead: { status: 200, body: 'nonsense' } };
    if (dice < 0.29) return { instead: { status: 413, body: '{"error":"too large"}' } };
    return null;
  }

  private start(): void {
    this.forwarder = this.world.forwarder(to, { random: this.next });
    this.forwarder.start();
  }

  private record(name: string): void {
    const file = this.current.get(name) ?? this.begin(name);
    const text = (this.written.has(file) ? '' : head) + rows(this.time, 1 + below(this.next, 20));
    this.time += 20;
    this.world.append(file, text);
    this.written.set(file, (this.written.get(file) ?? '') + text);
  }

  private begin(name: string): string {
    const file = `${name}-20260301r${String(++this.revision).padStart(4, '0')}.csv`;
    this.current.set(name, file);
    return file;
  }

  private suffer(): void {
    const { files } = this.world;
    const deeds: Record<string, () => void> = {
      'a receiver goes or comes': () => {
        const name = this.next() < 0.5 ? 'a' : 'b';
        if (!this.down.delete(name)) this.down.add(name);
      },
      'the sender is killed': () => this.kill(),
      'a new file begins': () => void this.current.delete(recorders[below(this.next, 3)] ?? ''),
      'notes are lost': () => this.kill((path) => files.unlink(path)),
      'notes are garbled': () => this.kill((path) => files.put(path, files.text(path).slice(0, 40))),
      'all is written to the disk': () => files.settle(),
      'a file is compressed': () => this.compress(),
      'the power goes': () => this.powerCut(),
    };
    const names = Object.keys(deeds);
    const name = names[below(this.next, names.length)] ?? '';
    this.did[name] = (this.did[name] ?? 0) + 1;
    deeds[name]?.();
  }

  /** What waits on the clock is gone with the process. */
  private kill(spoil?: (path: string) => void): void {
    this.world.clock.forget();
    const { files } = this.world;
    for (const name of files.names(`${data}/.sdr`)) {
      if (name.startsWith('forward-')) spoil?.(`${data}/.sdr/${name}`);
    }
    this.start();
  }

  private compress(): void {
    const { files } = this.world;
    const open = [...this.current.values()];
    const file = files.names(data).find((name) => name.endsWith('.csv') && !open.includes(name));
    if (!file) return;
    files.put(`${data}/${file}.gz`, gzipSync(Buffer.from(files.text(`${data}/${file}`), 'latin1')));
    files.unlink(`${data}/${file}`);
    files.settle();
  }

  /** The recorder mends what is torn, and takes new names. */
  private powerCut(): void {
    const { files, clock } = this.world;
    clock.forget();
    files.powerLoss(this.next);
    for (const name of files.names(data)) {
      if (!name.endsWith('.csv')) continue;
      repair(files, `${data}/${name}`);
      this.written.set(name, files.text(`${data}/${name}`));
    }
    for (const file of this.written.keys()) {
      if (!files.has(`${data}/${file}`) && !files.has(`${data}/${file}.gz`)) this.written.delete(file);
    }
    this.current.clear();
    this.start();
  }
}

test.each([1, 2, 3, 4, 5])(
  'day %i',
  async (seed) => {
    const day = new Day(seed);
    await day.run(1500);
    expect(await day.world.drain(to)).toBe(true);
    expect(day.written.size).toBeGreaterThan(20);
    expect(Object.keys(day.did)).toHaveLength(8);
    const isCut = (day.did['the power goes'] ?? 0) > 0;
    for (const receiver of day.receivers.values()) {
      for (const [file, text] of day.written) {
        const copy = receiver.text(file);
        expect({ file, copy: isCut ? copy.slice(0, text.length) : copy }).toEqual({ file, copy: text });
      }
      expect(receiver.frames.filter(({ bytes }) => bytes.includes(0))).toEqual([]);
    }
  },
  60_000,
);

test('a day without a power cut leaves equal files', async () => {
  const day = new Day(77);
  Object.defineProperty(day, 'powerCut', { value: () => {} });
  await day.run(1500);
  expect(await day.world.drain(to)).toBe(true);
  for (const receiver of day.receivers.values()) {
    expect(receiver.files.size).toBe(day.written.size);
    for (const [file, text] of day.written) expect(receiver.text(file)).toBe(text);
  }
}, 60_000);
