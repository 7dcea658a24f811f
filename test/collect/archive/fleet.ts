/** Hosts that send at random, as no host should: twice, from before, from beyond, together; and what each was promised. */
import type { Archive } from '../../../src/collect/archive/index.ts';
import { WireError } from '../../../src/wire/error.ts';
import type { Frame } from '../../../src/wire/frame.ts';
import { below, type Random } from '../../fake/random.ts';
import type { Disk } from './disk.ts';
import { boundaries, fileOf, frameOf } from './frames.ts';

interface Sender {
  readonly host: string;
  readonly file: string;
  readonly instance: string;
  readonly content: Buffer;
  readonly lines: readonly number[];
  /** Bytes that were acknowledged. */
  acked: number;
  /** Where it would go on. */
  at: number;
}

export class Fleet {
  private readonly next: Random;
  private readonly senders: Sender[] = [];
  /** Keys of guests: whether they were told that it is stored. */
  private readonly requests = new Map<string, boolean>();
  private requested = 0;

  constructor(next: Random) {
    this.next = next;
    for (const host of ['pi1', 'pi2', 'pi3']) {
      for (const recorder of ['cpurec', 'sysrec']) {
        const content = fileOf(400, this.senders.length);
        const file = `${recorder}-20261121.csv`;
        const instance = recorder === 'sysrec' && host === 'pi2' ? 'b'.repeat(16) : 'a'.repeat(16);
        this.senders.push({ host, file, instance, content, lines: boundaries(content), acked: 0, at: 0 });
      }
    }
    // The same name from another directory of the same machine.
    const content = fileOf(400, 77);
    const instance = 'c'.repeat(16);
    this.senders.push({
      host: 'pi1',
      file: 'cpurec-20261121.csv',
      instance,
      content,
      lines: boundaries(content),
      acked: 0,
      at: 0,
    });
  }

  /** Everything that was acknowledged. */
  get acknowledged(): number {
    return this.senders.reduce((sum, { acked }) => sum + acked, 0);
  }

  /** Some requests at a time; ends when they were answered. Throws what is no answer. */
  async send(archive: Archive): Promise<void> {
    const requests = Array.from({ length: 1 + below(this.next, 4) }, () =>
      this.next() < 0.15 ? this.write(archive) : this.append(archive),
    );
    await Promise.all(requests.map((request) => request.catch(refused)));
  }

  /** What is wrong with the copies on a disk; empty when every promise was kept. */
  faults(disk: Disk): string[] {
    const faults: string[] = [];
    for (const sender of this.senders) {
      const stored = this.stored(disk, sender);
      const name = `${sender.host}/${sender.file}~${sender.instance}`;
      if (stored.length < sender.acked) faults.push(`${name}: ${stored.length} of ${sender.acked} bytes`);
      if (!sender.content.subarray(0, stored.length).equals(stored)) faults.push(`${name}: other bytes`);
      sender.at = sender.acked;
    }
    return [...faults, ...this.guestFaults(disk)];
  }

  private stored(disk: Disk, { host, file, instance, content }: Sender): Buffer {
    const beside = disk.content(`/a/${host}/${file}~${instance}`);
    if (beside) return beside;
    const plain = disk.content(`/a/${host}/${file}`) ?? Buffer.alloc(0);
    const isOf = (whole: Buffer) => whole.subarray(0, plain.length).equals(plain);
    const others = this.senders.filter(
      (other) => other.host === host && other.file === file && other.instance !== instance,
    );
    return !isOf(content) && others.some((other) => isOf(other.content)) ? Buffer.alloc(0) : plain;
  }

  private guestFaults(disk: Disk): string[] {
    const text = disk.paths().filter((path) => path.startsWith('/a/web/hits'));
    const rows = text.flatMap((path) => (disk.content(path) ?? Buffer.alloc(0)).toString().split('\n').slice(1, -1));
    const seen = new Map<string, number>();
    for (const row of rows) seen.set(row.split(',')[1] ?? '', (seen.get(row.split(',')[1] ?? '') ?? 0) + 1);
    return [...this.requests].flatMap(([key, isTold]) => {
      const count = seen.get(key) ?? 0;
      return count > 1 || (isTold && count === 0) ? [`guest ${key}: ${count} times`] : [];
    });
  }

  private async append(archive: Archive): Promise<void> {
    const senders = this.senders.filter(() => this.next() < 0.4);
    const frames = senders.map((sender) => this.frame(sender));
    const verdicts = await archive.append(frames);
    for (const [i, sender] of senders.entries()) {
      const verdict = verdicts[i];
      if (verdict === undefined) throw new Error('no verdict');
      if ('status' in verdict) throw new Error(`${sender.host} ${sender.file}: ${verdict.status} ${verdict.error}`);
      if (verdict.next > sender.content.length) throw new Error('more than there is');
      sender.acked = Math.max(sender.acked, verdict.next);
      sender.at = verdict.next;
    }
  }

  private frame({ host, file, instance, content, lines, at }: Sender): Frame {
    const here = lines.findIndex((line) => line >= at);
    const step = this.next();
    const back = step < 0.3 ? below(this.next, 6) : 0;
    const from = Math.min(lines.length - 1, Math.max(0, here - back + (step > 0.95 ? 3 : 0)));
    const to = Math.min(lines.length - 1, from + below(this.next, this.next() < 0.1 ? 60 : 8));
    return frameOf(content, lines[from] as number, lines[to] as number, { host, file, instance });
  }

  /** A guest that sends until it is told so. */
  private async write(archive: Archive): Promise<void> {
    const open = [...this.requests].filter(([, isTold]) => !isTold);
    const [again] = this.next() < 0.7 ? (open[below(this.next, Math.max(1, open.length))] ?? []) : [];
    const key = again ?? `${++this.requested}`;
    if (again === undefined) this.requests.set(key, false);
    await archive.write(
      'web',
      'hits',
      'time,key',
      Buffer.from(`1795000000,${key},${'x'.repeat(below(this.next, 90))}\n`),
      key,
    );
    this.requests.set(key, true);
  }
}

/** A refusal is an answer; anything else is a fault. */
function refused(error: unknown): void {
  if (!(error instanceof WireError)) throw error;
}
