/** What the options of forwarding mean. Nothing is opened yet. */
import type { Values } from '../command.ts';
import { text, texts } from '../command.ts';
import { SdrError } from '../errors.ts';
import type { Pem } from '../host.ts';

/** Where rows go: to one of its URLs. */
export interface Target {
  /** As it was typed. */
  readonly name: string;
  /** `http://host:port` without a slash at its end. */
  readonly urls: readonly string[];
  /** Whether the name of the host says which of them; else it is the first that works. */
  readonly isSpread: boolean;
}

export interface ForwardWishes {
  readonly targets: readonly Target[];
  /** '' = the name that the machine has. */
  readonly host: string;
  readonly tokenFile: string | undefined;
  readonly pem: Pem;
}

/** Throws a usage error. */
export function forwardWishesOf(values: Values): ForwardWishes {
  const targets = texts(values, 'to').map(targetOf);
  const seen = new Set<string>();
  for (const { name, urls } of targets) {
    if (seen.has(urls.join())) throw new SdrError('usage', `--to "${name}" is given twice`);
    seen.add(urls.join());
  }
  const host = text(values, 'host') ?? '';
  if (host !== '' && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(host)) {
    throw new SdrError('usage', `--host "${host}": expected letters, digits and . _ -, such as pi-attic`);
  }
  const [ca = '', cert = '', key = ''] = ['ca', 'cert', 'key'].map((name) => text(values, name));
  if ((cert === '') !== (key === '')) throw new SdrError('usage', 'TLS: expected both --cert and --key, or neither');
  return { targets, host, tokenFile: text(values, 'tokenFile'), pem: { ca, cert, key } };
}

function targetOf(name: string): Target {
  const isSpread = name.startsWith('hash:');
  const urls = (isSpread ? name.slice(5) : name).split(',').map((url) => urlOf(url, name));
  if (new Set(urls).size < urls.length) throw new SdrError('usage', `--to "${name}" names a collector twice`);
  return { name, urls, isSpread };
}

const ports: Readonly<Record<string, string>> = { http: '80', https: '443' };
const shape =
  /^(https?|tcp|tls):\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_][A-Za-z0-9._-]*)(?::(\d{1,5}))?((?:\/[\w.~%+-]*)*)$/;

function urlOf(url: string, name: string): string {
  // Whatever it is, it may hold a password: it is not repeated.
  if (url.includes('@')) throw new SdrError('usage', '--to: expected no user in a URL: a token belongs into a file');
  const [, scheme = '', host = '', typed, path = ''] = shape.exec(url) ?? [];
  if (scheme === '') throw new SdrError('usage', `--to "${name}": expected a URL such as https://collector:7373`);
  const port = typed ?? ports[scheme];
  if (port === undefined)
    throw new SdrError('usage', `--to "${name}": expected a port, such as ${scheme}://${host}:7374`);
  if (Number(port) < 1 || Number(port) > 65_535)
    throw new SdrError('usage', `--to "${name}": there is no port ${port}`);
  if (path.replace(/\/+$/, '') !== '' && !scheme.startsWith('http')) {
    throw new SdrError('usage', `--to "${name}": ${scheme}:// has no path`);
  }
  return `${scheme}://${host}:${port}${path.replace(/\/+$/, '')}`;
}

/** Whether what goes to a URL can be read on the way: it is not encrypted, and leaves this machine. */
export function isOpenToAll(url: string): boolean {
  const [, host = ''] = /^(?:http|tcp):\/\/(\[[^\]]*\]|[^:/]+)/.exec(url) ?? [];
  return host !== '' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i.test(host);
}
