/** A TCP connection on QuickJS: the name is looked up by a process beside, and nothing waits for the network but the loop of timers. */
import * as posix from 'sdr:posix';
import type { Connection, Listener } from '../host.ts';
import { errno } from '../host.ts';
import { ascii } from '../parse.ts';
import { start } from './quickjs-programs.ts';
import { find } from './quickjs-system.ts';

/** For a name, and for one of several addresses; milliseconds. */
const lookup = 10_000;
const attempt = 5000;
const chunk = 16 * 1024;

const isAddress = (text: string): boolean => /^(?:\d+\.){3}\d+$/.test(text) || text.includes(':');

/** Addresses of a host in the order to try them; none and the reason otherwise. */
export function addressesOf(host: string, then: (addresses: readonly string[], failure: string) => void): void {
  if (isAddress(host)) {
    posix.at(0, () => then([host], ''));
    return;
  }
  start(host, false, lookup, ({ stdout, failure }) => {
    const lines = words(ascii(stdout));
    if (lines.some(isAddress)) then(lines.filter(isAddress), '');
    else askOthers(host, failure || lines[0] || 'ENOTFOUND', then);
  });
}

/** A static program knows /etc/hosts and DNS; getent(1) knows whatever else this machine asks, such as `pi.local`. */
function askOthers(host: string, why: string, then: (addresses: readonly string[], failure: string) => void): void {
  const getent = find('getent', ['/usr/bin']);
  if (getent === null) {
    then([], why);
    return;
  }
  start(getent, ['ahosts', host], lookup, ({ stdout }) => {
    const lines = ascii(stdout).split('\n');
    const found = new Set(lines.map((line) => line.split(' ')[0] ?? '').filter(isAddress));
    then([...found], found.size === 0 ? why : '');
  });
}

const words = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

export class Stream implements Connection {
  /** Who is told. */
  listener: Listener;
  private fd = -1;
  private isOpen = false;
  private isOver = false;
  private timer = -1;
  private readonly port: number;
  private readonly limit: number;
  private readonly queue: Uint8Array[] = [];
  /** Bytes of the first in the queue that went. */
  private sent = 0;

  /** `limit` is for the connection to stand, milliseconds. */
  constructor(host: string, port: number, limit: number, listener: Listener) {
    this.port = port;
    this.listener = listener;
    this.limit = posix.monotonic() + limit;
    addressesOf(host, (addresses, failure) => {
      if (!this.isOver) this.dial(addresses, failure || 'ENOTFOUND');
    });
  }

  write(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.queue.push(bytes);
    if (this.isOpen) this.flush();
  }

  close(): void {
    this.isOver = true;
    this.queue.length = 0;
    this.drop();
  }

  /** Tries one address after the other; `failure` is what became of the one before. */
  private dial([address, ...others]: readonly string[], failure: string): void {
    const rest = this.limit - posix.monotonic();
    if (address === undefined || rest <= 0) {
      this.end(rest <= 0 ? 'ETIMEDOUT' : failure);
      return;
    }
    const next = (why: string): void => {
      this.drop();
      this.dial(others, why);
    };
    try {
      this.fd = posix.dial(address, this.port);
    } catch (error) {
      next(errno(error) || 'EINVAL');
      return;
    }
    this.timer = posix.at(posix.monotonic() + Math.min(rest, others.length > 0 ? attempt : rest), () =>
      next('ETIMEDOUT'),
    );
    posix.watch(this.fd, () => this.dialed(next), true);
  }

  private dialed(next: (why: string) => void): void {
    try {
      posix.dialed(this.fd);
    } catch (error) {
      next(errno(error));
      return;
    }
    posix.cancel(this.timer);
    this.isOpen = true;
    this.listener.open();
    this.flush();
  }

  /** Writes what goes without waiting, and watches for the rest. */
  private flush(): void {
    try {
      for (let [first] = this.queue; first; [first] = this.queue) {
        this.sent += posix.write(this.fd, first, this.sent, first.length - this.sent);
        if (this.sent < first.length) continue;
        this.queue.shift();
        this.sent = 0;
      }
    } catch (error) {
      if (errno(error) !== 'EAGAIN') {
        this.end(errno(error));
        return;
      }
    }
    if (!this.isOver) posix.watch(this.fd, () => this.ready(), this.queue.length > 0);
  }

  private ready(): void {
    if (this.queue.length > 0) this.flush();
    if (this.isOver) return;
    const bytes = new Uint8Array(chunk);
    try {
      const n = posix.read(this.fd, bytes, 0, chunk, -1);
      if (n === 0) this.end('');
      else this.listener.data(bytes.subarray(0, n));
    } catch (error) {
      if (errno(error) === '') throw error;
      if (errno(error) !== 'EAGAIN') this.end(errno(error));
    }
  }

  private end(failure: string): void {
    if (this.isOver) return;
    this.close();
    this.listener.closed(failure);
  }

  private drop(): void {
    posix.cancel(this.timer);
    if (this.fd < 0) return;
    posix.watch(this.fd, null);
    posix.close(this.fd);
    this.fd = -1;
  }
}
