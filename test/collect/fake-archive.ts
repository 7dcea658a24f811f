/** An archive in memory that keeps the rules of sdr-wire(7) for a frame, in the fewest words. */
import { noStats } from '../../src/collect/archive/stats.ts';
import type { HostStatus, Stats } from '../../src/collect/archive/types.ts';
import type { Keeper } from '../../src/collect/keeper.ts';
import type { Answer, Verdict } from '../../src/wire/answer.ts';
import { crc32 } from '../../src/wire/crc32.ts';
import { WireError } from '../../src/wire/error.ts';
import type { Frame } from '../../src/wire/frame.ts';
import { before } from '../../src/wire/frame.ts';

interface Known {
  machine: string;
  refused: string | null;
  lastSeen: number;
  /** By `<instance> <file>`. */
  readonly files: Map<string, Buffer>;
}

export class FakeArchive implements Keeper {
  readonly known = new Map<string, Known>();
  /** What guests wrote, by `<host>/<recorder>`. */
  readonly written = new Map<string, { header: string; rows: string }[]>();
  /** Waits for this before it answers. */
  gate: Promise<void> = Promise.resolve();
  /** What it refuses everything with. */
  failure: Error | null = null;
  private readonly keys = new Set<string>();

  readonly stats: Stats = noStats();
  isClosed = false;

  async close(): Promise<void> {
    this.isClosed = true;
  }

  async append(frames: readonly Frame[]): Promise<readonly Verdict[]> {
    if (this.failure) throw this.failure;
    const verdicts = frames.map((frame) => this.take(frame));
    await this.gate;
    return verdicts;
  }

  private take({ host, machine, instance, file, offset, crc, bytes }: Frame): Verdict {
    const known = this.host(host, machine);
    if (known.machine !== machine) {
      known.refused = machine;
      return { status: 409, error: `${host} is another machine here` };
    }
    const key = `${instance} ${file}`;
    const there = known.files.get(key) ?? Buffer.alloc(0);
    if (offset > there.length) return { next: there.length };
    if (crc32(there.subarray(Math.max(0, offset - before), offset)) !== crc) {
      return { status: 409, error: `${file}: other bytes are there before ${offset}` };
    }
    const both = Math.min(there.length, offset + bytes.length);
    if (!there.subarray(offset, both).equals(bytes.subarray(0, both - offset))) {
      return { status: 409, error: `${file}: other bytes are there from ${offset}` };
    }
    const all = both < offset + bytes.length ? Buffer.concat([there, bytes.subarray(both - offset)]) : there;
    known.files.set(key, all);
    known.lastSeen = Date.now();
    return { next: all.length };
  }

  private host(host: string, machine: string): Known {
    const known = this.known.get(host) ?? { machine, refused: null, lastSeen: 0, files: new Map() };
    this.known.set(host, known);
    return known;
  }

  async write(host: string, recorder: string, header: string, rows: Uint8Array, key?: string): Promise<number> {
    if (this.failure) throw this.failure;
    const text = Buffer.from(rows).toString();
    const n = text.split('\n').length - 1;
    if (key !== undefined && this.keys.has(key)) return n;
    if (key !== undefined) this.keys.add(key);
    const all = this.written.get(`${host}/${recorder}`) ?? [];
    this.written.set(`${host}/${recorder}`, [...all, { header, rows: text }]);
    return n;
  }

  async next(host: string, machine: string, instance: string): Promise<Answer['next']> {
    const known = this.known.get(host);
    if (known && known.machine !== machine) throw new WireError(409, `${host} is another machine here`);
    const files = [...(known?.files ?? [])].filter(([key]) => key.startsWith(instance));
    return Object.fromEntries(files.map(([key, bytes]) => [`${host}/${key.slice(17)}`, bytes.length]));
  }

  accept(host: string): void {
    const known = this.known.get(host);
    if (known?.refused) known.machine = known.refused;
    if (known) known.refused = null;
  }

  knows(host: string): boolean {
    return this.known.has(host);
  }

  *hosts(): Generator<HostStatus, void, undefined> {
    for (const [host, { machine, refused, files, lastSeen }] of this.known) {
      const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
      yield { host, machine, refused, files: files.size, bytes, rows: 0, lastSeen, lastTime: 0, instances: 1 };
    }
  }

  /** All bytes of a file, of whatever instance. */
  text(host: string, file: string): string {
    const found = [...(this.known.get(host)?.files ?? [])].find(([key]) => key.endsWith(` ${file}`));
    return found?.[1].toString() ?? '';
  }
}
