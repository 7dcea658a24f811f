/** Where a collector listens: `[http:|https:|tcp:|tls:][HOST:]PORT`. */
import type { Server } from 'node:net';
import { SdrError } from '../errors.ts';
import { errno } from '../host.ts';

export interface Address {
  readonly scheme: 'http' | 'https' | 'tcp' | 'tls';
  /** '' is every address of this machine. */
  readonly host: string;
  readonly port: number;
}

const form = /^(?:(https?|tcp|tls):(?:\/\/)?)?(?:(\[[0-9a-f:.]+\]|[^:[\]/\s]*):)?(\d{1,5})\/?$/i;

/** `isSecure` says what a bare address is. Throws a usage error. */
export function addressOf(text: string, isSecure: boolean): Address {
  const [, scheme, host = '', port = ''] = form.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535) {
    throw new SdrError(
      'usage',
      `--listen "${text}": expected [HOST:]PORT, with http:, https:, tcp: or tls: before it if need be`,
    );
  }
  const spoken = (scheme?.toLowerCase() ?? (isSecure ? 'https' : 'http')) as Address['scheme'];
  return { scheme: spoken, host: host === '*' ? '' : host.replace(/[[\]]/g, ''), port: Number(port) };
}

export const isSecure = ({ scheme }: Address): boolean => scheme === 'https' || scheme === 'tls';

export const isLoopback = ({ host }: Address): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Opens the door; gives where, as `https://[::]:7373`. Rejects with an SdrError. */
export function listen(server: Server, { scheme, host, port }: Address): Promise<string> {
  const where = `${scheme}:${host === '' ? '' : `${host}:`}${port}`;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(unheard(where, error)));
    server.listen({ port, ...(host === '' ? {} : { host }), backlog: 4096 }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address ? address : { address: host, port };
      const name = bound.address.includes(':') ? `[${bound.address}]` : bound.address;
      resolve(`${scheme}://${name}:${bound.port}`);
    });
  });
}

function unheard(where: string, error: Error): SdrError {
  const code = errno(error);
  if (code === 'EACCES' || code === 'EPERM')
    return new SdrError('permission', `Cannot listen on ${where}: not allowed`);
  const why = code === 'EADDRINUSE' ? 'another process listens there' : code || error.message;
  return new SdrError('io', `Cannot listen on ${where}: ${why}`, error);
}
