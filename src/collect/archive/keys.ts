/** Keys of guests' requests: the last ones, so that a request that is sent again is not stored again. `.sdr/keys` keeps them. */
import { createHash } from 'node:crypto';
import type { Store } from './store.ts';
import { loadLines, stage } from './whole.ts';

const most = 10_000;

/** What a request brought, and whether that is durable. */
interface Request {
  readonly rows: number;
  readonly answer: Promise<number> | null;
}

export class Keys {
  private requests = new Map<string, Request>();
  private isChanged = false;

  /** A key as it is kept: any text in 22 characters. */
  static of(host: string, recorder: string, key: string): string {
    return createHash('sha256').update(`${host}\0${recorder}\0${key}`).digest('base64url').slice(0, 22);
  }

  /** The rows of a request with this key: durable, or being written; null when there was none. */
  find(key: string): Promise<number> | number | null {
    const found = this.requests.get(key);
    return found ? (found.answer ?? found.rows) : null;
  }

  /** A request that is being written: remembered when it succeeds, forgotten when it fails. */
  expect(key: string, rows: number, answer: Promise<number>): void {
    this.requests.set(key, { rows, answer });
    answer.then(
      () => this.add(key, rows),
      () => this.requests.delete(key),
    );
  }

  /** A request that is durable. */
  add(key: string, rows: number): void {
    this.requests.delete(key);
    this.requests.set(key, { rows, answer: null });
    this.isChanged = true;
    for (const [oldest] of this.requests) {
      if (this.requests.size <= most) break;
      this.requests.delete(oldest);
    }
  }

  remove(key: string): void {
    this.isChanged = this.requests.delete(key) || this.isChanged;
  }

  load(store: Store, path: string): void {
    this.requests = new Map();
    for (const line of loadLines(store, path) ?? []) {
      const [key = '', rows] = line.split(' ');
      this.requests.set(key, { rows: Number(rows), answer: null });
    }
    this.isChanged = false;
  }

  /** Writes those that are durable beside the file that is there; false when nothing changed. Throws a SystemError. */
  stage(store: Store, path: string): boolean {
    if (!this.isChanged) return false;
    const lines: string[] = [];
    for (const [key, { rows, answer }] of this.requests) if (answer === null) lines.push(`${key} ${rows}`);
    stage(store, path, lines);
    this.isChanged = false;
    return true;
  }
}
